// MST on Adult discrete (48842 x 14), one CLI run from a cold start: fit and 48,842 rows. Error by judges/tvd.py.
// Needs dist/, DPSYNTH_DATA, and DPSYNTH_JUDGES naming a Python with numpy and pandas. Writes bench/results/mst.json.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { discreteWorkspace } from "./discrete-workspace.mjs";

const RUNS = Number(process.env.RUNS ?? 5);
const data = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "adult-discrete");
const judge = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "../judges/tvd.py");
const python = process.env.DPSYNTH_JUDGES;
const main = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "bench-mst-"));
const [table, domain] = [join(data, "adult-14col.csv"), join(data, "adult-14col-domain.json")];
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const mean = (xs) => xs.reduce((s, v) => s + v, 0) / xs.length;
const dpsynth = (...args) => execFileSync(process.execPath, [main, ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

discreteWorkspace(folder, "adult", table, domain, { cap: 1000 });
dpsynth("budget", "create", "adult", "--epsilon", "1000", "-q");
dpsynth("split", "--holdout", "0", "--reference", "0", "-q");
const results = [];
for (const method of ["mst", "independent"]) {
  for (const epsilon of [0.1, 1, 10]) {
    const seconds = [];
    const megabytes = [];
    const ways = { 1: [], 2: [], 3: [] };
    for (let run = 0; run < RUNS; run += 1) {
      const started = performance.now();
      const done = spawnSync(
        "/usr/bin/env",
        ["time", "-f", "%M", process.execPath, main, "fit", "--epsilon", String(epsilon), "--method", method, "--yes", "-q", "-o", "r.csv", "-n", "48842", "--seed", String(run)],
        { cwd: folder, encoding: "utf8" },
      );
      if (done.status !== 0) throw new Error(done.stderr);
      seconds.push((performance.now() - started) / 1000);
      megabytes.push(Number(done.stderr.trim().split("\n").at(-1)) / 1024);
      if (python !== undefined) {
        const score = JSON.parse(execFileSync(python, [judge, table, join(folder, "r.csv"), domain], { encoding: "utf8" }));
        for (const k of [1, 2, 3]) ways[k].push(score[`${k}way`].mean);
      }
    }
    const tvd = Object.fromEntries(Object.entries(ways).map(([k, xs]) => [`${k}way`, xs.length === 0 ? null : { mean: Number(mean(xs).toFixed(5)), runs: xs }]));
    results.push({ method, epsilon, delta: 1e-9, runs: RUNS, secondsMedian: Number(median(seconds).toFixed(2)), peakMegabytesMax: Math.round(Math.max(...megabytes)), tvd });
    console.log(JSON.stringify(results.at(-1)));
  }
}
mkdirSync("bench/results", { recursive: true });
writeFileSync(
  "bench/results/mst.json",
  `${JSON.stringify({ what: "Adult discrete 48842 x 14: fit and sample in one CLI run from a cold start", node: process.version, targets: { "mst ε=1": { seconds: 2, megabytes: 500, "2way": 0.053, "3way": 0.115 }, "mst ε=0.1": { "2way": 0.15 } }, reference: { "numpy MST ε=1": { seconds: 62, "2way": "0.0519-0.0527" } }, results }, undefined, 2)}\n`,
);
rmSync(folder, { recursive: true });
