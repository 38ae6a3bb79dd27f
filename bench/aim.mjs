// AIM on Adult discrete (48842 x 14), one CLI run from a cold start: fit and 48,842 rows. Error by judges/tvd.py.
// Seconds of the processor are user + system of all threads, which a busy machine changes less than seconds on the clock.
// Needs dist/, DPSYNTH_DATA, and DPSYNTH_JUDGES naming a Python with numpy and pandas. Writes bench/results/aim.json.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { discreteWorkspace } from "./discrete-workspace.mjs";

const RUNS = Number(process.env.RUNS ?? 5);
const data = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "adult-discrete");
const judge = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "../judges/tvd.py");
const python = process.env.DPSYNTH_JUDGES;
const main = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "bench-aim-"));
const [table, domain] = [join(data, "adult-14col.csv"), join(data, "adult-14col-domain.json")];
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const mean = (xs) => xs.reduce((s, v) => s + v, 0) / xs.length;
const dpsynth = (...args) => execFileSync(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

discreteWorkspace(folder, "adult", table, domain, { cap: 1000 });
dpsynth("budget", "create", "adult", "--epsilon", "1000", "-q");
dpsynth("split", "--holdout", "0", "--reference", "0", "-q");
const load = loadavg()[0];
const results = [];
for (const epsilon of [0.1, 1, 10]) {
  const clock = [];
  const processor = [];
  const megabytes = [];
  const ways = { 1: [], 2: [], 3: [] };
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const done = spawnSync(
      "/usr/bin/env",
      ["time", "-f", "%M %U %S", process.execPath, main, "fit", "--epsilon", String(epsilon), "--method", "aim", "--yes", "-q", "-o", "r.csv", "-n", "48842", "--seed", String(run)],
      { cwd: folder, encoding: "utf8" },
    );
    if (done.status !== 0) throw new Error(done.stderr);
    const [kilobytes, user, system] = done.stderr.trim().split("\n").at(-1).split(" ").map(Number);
    clock.push((performance.now() - started) / 1000);
    processor.push(user + system);
    megabytes.push(kilobytes / 1024);
    if (python !== undefined) {
      const score = JSON.parse(execFileSync(python, [judge, table, join(folder, "r.csv"), domain], { encoding: "utf8" }));
      for (const k of [1, 2, 3]) ways[k].push(score[`${k}way`].mean);
    }
  }
  const tvd = Object.fromEntries(Object.entries(ways).map(([k, xs]) => [`${k}way`, xs.length === 0 ? null : { mean: Number(mean(xs).toFixed(5)), runs: xs }]));
  results.push({
    epsilon,
    delta: 1e-9,
    runs: RUNS,
    secondsMedian: Number(median(clock).toFixed(2)),
    processorSecondsMedian: Number(median(processor).toFixed(2)),
    peakMegabytesMax: Math.round(Math.max(...megabytes)),
    tvd,
  });
  console.log(JSON.stringify(results.at(-1)));
}
const targets = { 0.1: { seconds: 3, "2way": 0.137 }, 1: { seconds: 4, "2way": 0.043 }, 10: { seconds: 12, "2way": 0.0205 } };
const reference = {
  "numpy AIM, all pairs, one run each": {
    0.1: { seconds: 178, "1way": 0.0644, "2way": 0.1373, "3way": 0.217 },
    1: { seconds: 518, "1way": 0.0077, "2way": 0.0379, "3way": 0.0875 },
    10: { seconds: 1817, "1way": 0.0023, "2way": 0.0205, "3way": 0.0598 },
  },
};
mkdirSync("bench/results", { recursive: true });
writeFileSync(
  "bench/results/aim.json",
  `${JSON.stringify({ what: "Adult discrete 48842 x 14: AIM for all pairs, fit and sample in one CLI run from a cold start", node: process.version, loadAtStart: load, targets, reference, results }, undefined, 2)}\n`,
);
rmSync(folder, { recursive: true });
