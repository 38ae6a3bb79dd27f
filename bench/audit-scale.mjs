// Time and peak memory of `dpsynth audit` through the command line: the default suite on Adult (30,000 learnt from, 15,000 held out, 3,842 for
// reference; MST at ε = 1), and a release of a million rows against a table of a million rows, drawn from a model of Adult and audited by
// a declared, seeded sample. Needs a build and DPSYNTH_DATA. Writes bench/results/audit-scale.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { realWorkspace } from "./real-workspaces.mjs";

const MAIN = resolve(process.env.DPSYNTH_DIST ?? fileURLToPath(new URL("../dist", import.meta.url)), "cli/main.js");
const DATA = resolve(process.env.DPSYNTH_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url)));
const root = mkdtempSync(join(tmpdir(), "dpsynth-audit-scale-"));

function dpsynth(folder, ...args) {
  const ended = spawnSync(process.execPath, [MAIN, ...args, "-q"], { cwd: folder, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${args[0]}: ${ended.stderr}`);
}

/** One audit in a process of its own, which says at its end what it used. */
function measured(folder) {
  const report = `process.on("exit", () => { const u = process.resourceUsage(); require("node:fs").writeFileSync("usage.json", JSON.stringify({ processorSeconds: (u.userCPUTime + u.systemCPUTime) / 1e6, peakMegabytes: u.maxRSS / 1024 })); })`;
  writeFileSync(join(folder, "usage.cjs"), report);
  const start = performance.now();
  const ended = spawnSync(process.execPath, ["--require", "./usage.cjs", MAIN, "audit", "-q"], { cwd: folder, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return { seconds: (performance.now() - start) / 1000, ...JSON.parse(readFileSync(join(folder, "usage.json"), "utf8")), load: loadavg()[0] };
}

function workspace(name, table, { holdout, reference, rows }) {
  const folder = join(root, name);
  mkdirSync(folder);
  realWorkspace(folder, "adult");
  const path = join(folder, "dpsynth.config.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), table }));
  dpsynth(folder, "budget", "create", "adult", "--epsilon", "3", "--delta", "1e-9");
  dpsynth(folder, "split", "--holdout", String(holdout), "--reference", String(reference));
  dpsynth(folder, "fit", "--method", "mst", "--epsilon", "1", "--yes");
  dpsynth(folder, "sample", "-n", String(rows));
  return folder;
}

try {
  const [train, test] = ["adult-train.csv", "adult-test.csv"].map((name) =>
    readFileSync(join(DATA, "adult", name), "utf8")
      .trim()
      .split(/\r?\n/),
  );
  const whole = join(root, "adult.csv");
  writeFileSync(whole, `${[...train, ...test.slice(1)].join("\n")}\n`);
  const small = workspace("small", whole, { holdout: 15_000 / 48_842, reference: 3842 / 48_842, rows: 30_000 });
  const adult = measured(small);
  const table = join(root, "million.csv");
  dpsynth(small, "sample", "-n", "1000000", "--seed", "77", "-o", table);
  const big = workspace("big", table, { holdout: 0.2, reference: 0.1, rows: 1_000_000 });
  const million = measured(big);
  const { subsample, limits } = JSON.parse(readFileSync(join(big, "reports/adult/report.json"), "utf8"));
  const result = {
    what: "dpsynth audit through the command line, MST releases at ε = 1: Adult (30,000 / 15,000 / 3,842), and a million rows against a million",
    node: process.version,
    target: "Adult at most 60 s and 1 GB; a million at most 300 s and 4 GB",
    adult,
    million: { ...million, subsample, says: limits.find((text) => text.startsWith("Attacks tried a seeded sample")) },
  };
  writeFileSync(new URL("./results/audit-scale.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(root, { recursive: true, force: true });
}
