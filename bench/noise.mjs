// Exact discrete Gaussian draws per second on one core: the table sampler against the Canonne-Kamath-Steinke oracle, in
// the same run; and rounds of exponential mechanisms without replacement. Needs a build. Writes bench/results/noise.json.
import { writeFileSync } from "node:fs";
import { secureBits } from "../dist/base/random.js";
import { rational } from "../dist/base/rational.js";
import { discreteGaussianCks } from "../dist/curator/mechanism/discrete-gaussian.js";
import { discreteGaussianSampler } from "../dist/curator/mechanism/discrete-gaussian-table.js";
import { addDiscreteLaplace } from "../dist/curator/mechanism/discrete-laplace.js";
import { exponentialPicker } from "../dist/curator/mechanism/exponential.js";

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

/** Scores as of L1 errors in 1/256 of a row: alike (many candidates weigh), spread (few do), steep (each pick stands far above the rest). */
const SHAPES = {
  alike: () => Math.random() * 500,
  spread: () => Math.random() * 1e6,
  steep: (i) => (i < 400 ? 1e6 - 200 * i : Math.random() * 100),
};
const selections = [
  [1000, 40],
  [66_000, 300],
].flatMap(([candidates, picks]) =>
  Object.entries(SHAPES).map(([shape, score]) => {
    const scores = Array.from({ length: candidates }, (_, i) => BigInt(Math.round(256 * score(i))));
    const times = Array.from({ length: RUNS }, () => {
      const start = performance.now();
      const picker = exponentialPicker(scores, rational(123_456_789, 1_000_000_000), 256n, bits);
      for (let i = 0; i < picks; i += 1) picker.remove(picker.draw());
      return performance.now() - start;
    });
    return { candidates, picks, shape, ms: Number(times.sort((a, b) => a - b)[(RUNS - 1) / 2].toPrecision(2)) };
  }),
);

const result = {
  what: "exact noise, one core, median of 9 runs",
  node: process.version,
  target: "at least 10 million draws per second at sigma 100; 300 picks among 66 000 candidates in 1 s",
  rows,
  selections,
};
writeFileSync(new URL("./results/noise.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.table(rows);
console.table(selections);
