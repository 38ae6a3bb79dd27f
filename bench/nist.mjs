// NIST k-marginal score (judges/kmarginal.py, variant A) of the default method, which knows nothing of the score, on the protocol that NIST asks for: δ=1e-5,
// published feature sets. Beside it the plain two-way error and two propensity scores.
// node bench/nist.mjs [--tables a,b] [--features simple-21,demographic-10] [--eps 1,10] [--seeds n] [--methods auto,mst]: merges into bench/results/nist.json.
// Needs dist/ (or DPSYNTH_DIST), DPSYNTH_DATA, and DPSYNTH_JUDGES naming a Python with numpy, pandas and scikit-learn.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { coldRun, listFlag } from "./cold-run.mjs";
import { freshBudget } from "./fresh-budget.mjs";
import { FEATURES, nistFields } from "./nist-schema.mjs";
import { mergeResults } from "./results-file.mjs";
import { DATA, parse } from "./tables.mjs";

const DELTA = 1e-5;
const main = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");
const python = process.env.DPSYNTH_JUDGES;
const judge = resolve(DATA, "../judges/kmarginal.py");
const scorer = fileURLToPath(new URL("nist-scores.py", import.meta.url));
const seeds = Number(listFlag("seeds")?.[0] ?? 3);
const epsilons = (listFlag("eps") ?? ["1", "10"]).map(Number);
const KEYS = ["table", "features", "method", "epsilon", "seed"];
const HEAD = {
  what: "NIST k-marginal of releases as large as their table; lossByFeature is 1000 minus the score over the pairs that a feature is in, plainLossByFeature without grouping by area",
  delta: DELTA,
  targets: { "national2019 simple-21": { 1: 870, 10: 940 }, "ma2019 simple-21": { 1: 875, 10: 940 }, "national2019 demographic-10": { 1: 980, 10: 987 } },
};

for (const table of listFlag("tables") ?? ["national2019", "ma2019"]) {
  for (const features of listFlag("features") ?? Object.keys(FEATURES)) {
    const folder = mkdtempSync(join(tmpdir(), `bench-nist-${table}-`));
    const fields = nistFields(DATA, table, features);
    const { header, rows } = parse(readFileSync(join(DATA, `nist-excerpts/${table}.csv`), "utf8"));
    const at = FEATURES[features].map((f) => header.indexOf(f));
    const target = join(folder, "target.csv");
    writeFileSync(target, `${[FEATURES[features], ...rows.map((r) => at.map((i) => r[i]))].map((r) => r.join(",")).join("\n")}\n`);
    writeFileSync(join(folder, "schema.json"), JSON.stringify({ missingValues: ["N"], fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }));
    const config = { version: 1, dataset: table, table: "target.csv", schema: "schema.json", budget: { epsilon: 1, delta: DELTA }, split: { holdout: 0, reference: 0 }, fit: { epsilon: 1 } };
    writeFileSync(join(folder, "dpsynth.config.json"), JSON.stringify(config));
    for (const method of listFlag("methods") ?? ["auto"]) {
      for (const epsilon of epsilons) {
        for (let seed = 1; seed <= seeds; seed += 1) {
          const args = ["fit", "--epsilon", String(epsilon), "--method", method, "--yes", "-q", "-o", "r.csv", "-n", String(rows.length), "--seed", String(seed)];
          freshBudget(main, folder, table, epsilon, DELTA);
          const { stderr, ...run } = coldRun(process.execPath, [main, ...args], { cwd: folder, seconds: 300 });
          if (run.status !== "ok") {
            console.error(table, features, method, epsilon, seed, run.status, stderr);
            mergeResults("nist.json", HEAD, KEYS, [{ table, features, method, epsilon, seed, ...run }]);
            continue;
          }
          const scores = JSON.parse(execFileSync(python, [scorer, judge, target, join(folder, "r.csv"), join(DATA, "nist-excerpts/data_dictionary.json")], { encoding: "utf8" }));
          mergeResults("nist.json", HEAD, KEYS, [{ table, features, method, epsilon, seed, ...run, ...scores }]);
          console.log(table, features, method, epsilon, seed, run.seconds, scores.exact, scores.plainTwoWayTvd, JSON.stringify(scores.pMSE));
        }
      }
    }
    rmSync(folder, { recursive: true });
  }
}
