// Every method over every table, one cold CLI run each: fit and as many rows as the table has. Error by judges/tvd.py, seconds, peak memory.
// node bench/methods.mjs [--tables a,b] [--methods a,b] [--eps 0.1,1] [--seeds n] [--timed]: results of these parts replace theirs in
// bench/results/methods.json. `--timed` says that nothing else ran, so that the seconds count, where the host did not run others in its stead. `--methods bootstrap` resamples the real rows.
// Needs dist/ (or DPSYNTH_DIST), DPSYNTH_DATA, and DPSYNTH_JUDGES naming a Python with numpy and pandas.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import seedrandom from "seedrandom";
import { coldRun, isTimed, listFlag } from "./cold-run.mjs";
import { discreteWorkspace } from "./discrete-workspace.mjs";
import { accountingOf, freshBudget } from "./fresh-budget.mjs";
import { mergeResults } from "./results-file.mjs";
import { DATA, prepareTable, TABLES } from "./tables.mjs";

const DELTA = 1e-9;
const dist = resolve(process.env.DPSYNTH_DIST ?? "dist");
const main = join(dist, "cli/main.js");
const python = process.env.DPSYNTH_JUDGES;
const judge = resolve(DATA, "../judges/tvd.py");
const { METHODS } = await import(pathToFileURL(join(dist, "formats/method.js")).href);
const methods = listFlag("methods") ?? [...METHODS.filter((m) => m !== "auto"), "bootstrap"];
const epsilons = (listFlag("eps") ?? ["0.1", "1", "10"]).map(Number);

const HEAD = {
  what: "one CLI run from a cold start: fit and as many rows as the table has, priced as a fit that takes the whole of its budget; tvd is the mean over all k-way marginals, by an independent judge",
  delta: DELTA,
};
const KEYS = ["table", "method", "epsilon", "seed"];

function score(real, release, { domainFile }, ways) {
  if (python === undefined) return undefined;
  const scores = JSON.parse(execFileSync(python, [judge, real, release, domainFile, String(ways)], { encoding: "utf8" }));
  return Object.fromEntries([1, 2, 3].flatMap((k) => (scores[`${k}way`] === undefined ? [] : [[`${k}way`, scores[`${k}way`].mean]])));
}

/** Rows drawn with replacement: the error of a fresh sample of the same people's distribution. */
function bootstrap(folder, prepared, seed) {
  const random = seedrandom(`bootstrap ${seed}`);
  const [header, ...rows] = readFileSync(prepared.csv, "utf8").trimEnd().split("\n");
  const file = join(folder, "bootstrap.csv");
  writeFileSync(file, `${header}\n${rows.map(() => rows[Math.floor(random() * rows.length)]).join("\n")}\n`);
  return file;
}

for (const name of listFlag("tables") ?? Object.keys(TABLES)) {
  const table = TABLES[name];
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const prepared = prepareTable(name, folder);
  const size = { rows: prepared.rows, columns: Object.keys(prepared.domain).length };
  discreteWorkspace(folder, name, prepared.csv, prepared.domain, { delta: DELTA, ordered: prepared.ordered, nulls: prepared.nulls });
  const seeds = Array.from({ length: Number(listFlag("seeds")?.[0] ?? table.seeds) }, (_, i) => i + 1);
  const record = (row) => {
    mergeResults("methods.json", HEAD, KEYS, [{ ...row, ...size }]);
    console.log(JSON.stringify(row));
  };
  for (const method of methods) {
    for (const seed of method === "bootstrap" ? seeds : [])
      record({ table: name, method, epsilon: null, seed, status: "ok", tvd: score(prepared.csv, bootstrap(folder, prepared, seed), prepared, table.ways) });
    for (const epsilon of method === "bootstrap" ? [] : epsilons) {
      for (const seed of seeds) {
        const args = ["fit", "--epsilon", String(epsilon), "--method", method, "--yes", "-q", "-o", "r.csv", "-n", String(prepared.rows), "--seed", String(seed)];
        freshBudget(main, folder, name, epsilon, DELTA);
        const { stderr, ...run } = coldRun(process.execPath, [main, ...args], { cwd: folder, seconds: table.seconds });
        if (run.status === "failed") console.error(stderr);
        const done = run.status === "ok" ? { accounting: accountingOf(folder, name), tvd: score(prepared.csv, join(folder, "r.csv"), prepared, table.ways) } : {};
        record({ table: name, method, epsilon, seed, ...run, timed: isTimed(run), ...done });
        // what did not end in time at one seed will not at another
        if (run.status === "timeout") break;
      }
    }
  }
  rmSync(folder, { recursive: true });
}
