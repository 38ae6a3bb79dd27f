import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Rational, rational, toDouble } from "../../src/base/rational.js";
import { priceOf, rhoOf } from "../../src/curator/accounting/price.js";
import { expNegative } from "../../src/curator/mechanism/exp-interval.js";
import { SCORES } from "../../src/curator/mechanism/score.js";

/** log Σ exp(x). */
function logSum(x: readonly number[]): number {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((sum, y) => sum + Math.exp(y - top), 0));
}

/** Rényi divergence of order alpha of two laws given by unnormalised log-weights, by direct summation. */
function renyi(p: readonly number[], q: readonly number[], alpha: number): number {
  const zp = logSum(p);
  const zq = logSum(q);
  return logSum(p.map((x, i) => alpha * (x - zp) - (alpha - 1) * (q[i] - zq))) / (alpha - 1);
}

const orders = [1.01, 1.5, 2, 4, 16];

it("no pick tells more than its price: exact laws on neighbouring scores against pure eta and zCDP eta^2/8", () => {
  const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: -256, max: 256 })), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(moves, fc.integer({ min: 1, max: 40 }), (scores, tenths) => {
      const eta = tenths / 10;
      const law = (s: number[]): number[] => s.map((x) => (eta * x) / 512);
      const p = law(scores.map(([s]) => s));
      const q = law(scores.map(([s, move]) => s + move));
      const price = priceOf([{ type: "exponential", score: "marginal-l1-error", eta: `${tenths}/10`, sensitivity: 1, candidates: scores.length }]);
      for (let i = 0; i < p.length; i += 1) expect(Math.abs(p[i] - logSum(p) - q[i] + logSum(q))).toBeLessThanOrEqual(eta + 1e-9);
      for (const alpha of orders) expect(renyi(p, q, alpha)).toBeLessThanOrEqual(alpha * toDouble(rhoOf(price)) + 1e-9);
    }),
    { seed: 21, numRuns: 300 },
  );
});

it("no discrete Gaussian cell tells more than its price, and a shift of the whole sensitivity tells nearly as much", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 4 }), (tenths, shift) => {
      const sigma2 = tenths / 10;
      const reach = Math.ceil(14 * Math.sqrt(sigma2)) + 70;
      const law = (mu: number): number[] => Array.from({ length: 2 * reach + 1 }, (_, i) => -((i - reach - mu) ** 2) / (2 * sigma2));
      const rho = toDouble(rhoOf(priceOf([{ type: "discrete-gaussian", query: "q", sigma2: `${tenths}/10`, l2Sensitivity: shift }])));
      for (const alpha of [1.5, 2, 3]) {
        const told = renyi(law(0), law(shift), alpha);
        expect(told).toBeLessThanOrEqual(alpha * rho * (1 + 1e-9));
        if (sigma2 >= 4) expect(told).toBeGreaterThan(0.99 * alpha * rho);
      }
    }),
    { seed: 22, numRuns: 100 },
  );
});

it("the score moves by at most its sensitivity for any unit, table and estimate", () => {
  const { evaluate, sensitivity } = SCORES["marginal-l1-error"];
  const cell = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 12 }), (table) => {
      const estimate = Float64Array.from(table, ([, e]) => e);
      const before = evaluate(
        Float64Array.from(table, ([n]) => n),
        estimate,
      );
      const after = evaluate(
        Float64Array.from(table, ([n, , u]) => n + u),
        estimate,
      );
      const rows = table.reduce((sum, [, , u]) => sum + u, 0);
      const moved = after > before ? after - before : before - after;
      expect(moved <= (rows === 0 ? 0n : sensitivity(rows))).toBe(true);
    }),
    { seed: 23, numRuns: 500 },
  );
});

it("interval exponentials at two precisions always overlap, and the finer lies inside", () => {
  const fraction = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n })).map(([n, d]): Rational => rational(n, d));
  fc.assert(
    fc.property(fraction, ({ num, den }) => {
      const coarse = expNegative(num, den, 96n);
      const fine = expNegative(num, den, 400n);
      expect(coarse.low << 304n <= fine.low && fine.high <= coarse.high << 304n).toBe(true);
    }),
    { seed: 24, numRuns: 500 },
  );
});

it("every proof that the curator's code names is there", () => {
  const named = new Set<string>();
  for (const file of readdirSync("src/curator", { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    for (const [, path] of readFileSync(`src/curator/${file}`, "utf8").matchAll(/@proof (\S+)/g)) named.add(path);
  }
  expect(named.size).toBeGreaterThanOrEqual(7);
  for (const path of named) expect(existsSync(path), path).toBe(true);
});
