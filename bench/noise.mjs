// Exact discrete Gaussian draws per second on one core: the table sampler against the Canonne-Kamath-Steinke oracle, in
// the same run. Needs a build. Writes bench/results/noise.json.
import { writeFileSync } from "node:fs";
import { secureBits } from "../dist/base/random.js";
import { rational } from "../dist/base/rational.js";
import { discreteGaussianCks } from "../dist/curator/mechanism/discrete-gaussian.js";
import { discreteGaussianSampler } from "../dist/curator/mechanism/discrete-gaussian-table.js";
import { addDiscreteLaplace } from "../dist/curator/mechanism/discrete-laplace.js";

const RUNS = 9;
const bits = secureBits();

/** Median over runs of draws per second, in millions. */
function rate(draws, act) {
  act();
  const rates = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    act();
    return draws / (performance.now() - start) / 1000;
  });
  return Number(rates.sort((a, b) => a - b)[(RUNS - 1) / 2].toPrecision(3));
}

const rows = [1, 10, 100, 1000].map((sigma) => {
  const sigma2 = rational(sigma * sigma);
  const start = performance.now();
  const sampler = discreteGaussianSampler(sigma2);
  const buildMs = Number((performance.now() - start).toPrecision(2));
  const many = new Float64Array(2_000_000);
  const table = rate(many.length, () => sampler(many, bits));
  const cks = rate(20_000, () => {
    for (let i = 0; i < 20_000; i += 1) discreteGaussianCks(sigma2, bits);
  });
  const some = new Float64Array(50_000);
  const laplace = rate(some.length, () => addDiscreteLaplace(rational(sigma), some, bits));
  return { sigma, tableMillionPerSecond: table, cksMillionPerSecond: cks, ratio: Math.round(table / cks), buildMs, laplaceMillionPerSecond: laplace };
});

const result = { what: "exact noise, one core, median of 9 runs", node: process.version, target: "at least 10 million draws per second at sigma 100", rows };
writeFileSync(new URL("./results/noise.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.table(rows);
