// What a price by privacy loss distributions buys: two-way error of MST and of independent one-ways on Adult discrete (48842 x 14) at the same (ε, δ),
// with and without it, by judges/tvd.py. The cap is wide, so that no fit closes the ledger: the noise is the same as where it does.
// node bench/pld.mjs; RUNS=3. Needs dist/ (or DPSYNTH_DIST), DPSYNTH_DATA, and DPSYNTH_JUDGES naming a Python with numpy and pandas.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { discreteWorkspace } from "./discrete-workspace.mjs";

const RUNS = Number(process.env.RUNS ?? 3);
const [EPSILON, DELTA] = [1, 1e-9];
const data = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "adult-discrete");
const judge = resolve(process.env.DPSYNTH_DATA ?? "../shared/data", "../judges/tvd.py");
const python = process.env.DPSYNTH_JUDGES ?? "python3";
const main = resolve(process.env.DPSYNTH_DIST ?? "dist", "cli/main.js");
const folder = mkdtempSync(join(tmpdir(), "bench-pld-"));
const [table, domain] = [join(data, "adult-14col.csv"), join(data, "adult-14col-domain.json")];
const dpsynth = (...args) => execFileSync(process.execPath, [main, ...args, "-q"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
const mean = (xs) => xs.reduce((sum, x) => sum + x, 0) / xs.length;

discreteWorkspace(folder, "adult", table, domain, { delta: DELTA });
dpsynth("budget", "create", "adult", "--epsilon", "1000", "--delta", String(DELTA));
dpsynth("split", "--holdout", "0", "--reference", "0");

/** Two-way errors of some runs, and σ of the one-ways. */
function errorsOf(method, accounting) {
  const twoWay = [];
  let sigma = 0;
  for (let run = 1; run <= RUNS; run += 1) {
    dpsynth("fit", "--epsilon", String(EPSILON), "--method", method, "--accounting", accounting, "--yes", "-o", "r.csv", "-n", "48842", "--seed", String(run));
    twoWay.push(JSON.parse(execFileSync(python, [judge, table, join(folder, "r.csv"), domain, "2"], { encoding: "utf8" }))["2way"].mean);
    const { receipt } = JSON.parse(readFileSync(join(folder, "adult.model.json"), "utf8"));
    const [num, den = 1] = receipt.events[0].sigma2.split("/").map(Number);
    sigma = Math.sqrt(num / den);
  }
  return { sigma, twoWay, mean: mean(twoWay) };
}

const results = ["mst", "independent"].map((method) => {
  const [zcdp, pld] = [errorsOf(method, "zcdp"), errorsOf(method, "pld")];
  const result = { method, epsilon: EPSILON, delta: DELTA, runs: RUNS, zcdp, pld, sigmaRatio: pld.sigma / zcdp.sigma, errorRatio: pld.mean / zcdp.mean };
  console.log(JSON.stringify(result));
  return result;
});
mkdirSync("bench/results", { recursive: true });
writeFileSync(
  "bench/results/pld.json",
  `${JSON.stringify({ what: "Adult discrete 48842 x 14: mean two-way TVD by an independent judge, priced by zCDP and by privacy loss distributions", node: process.version, results }, undefined, 2)}\n`,
);
rmSync(folder, { recursive: true });
