import { describe, expect, it } from "vitest";
import { secureBits } from "../../src/base/random.js";
import { type Rational, rational, toDouble } from "../../src/base/rational.js";
import { bernoulliExp } from "../../src/curator/mechanism/bernoulli-exp.js";
import { discreteGaussianCks, discreteGaussianTail } from "../../src/curator/mechanism/discrete-gaussian.js";
import { discreteGaussianSampler } from "../../src/curator/mechanism/discrete-gaussian-table.js";
import { addDiscreteLaplace, discreteLaplace } from "../../src/curator/mechanism/discrete-laplace.js";
import { uniformBelow, uniformBelowBig } from "../../src/curator/mechanism/uniform.js";
import { chiSquareP } from "../support/chi-square.js";

/**
 * The bits cannot be seeded, so every test here may fail by chance: each at α = 1e-9, about 20 tests, together below
 * 1e-7 per run (the χ² approximation is good far into the tail with every cell expecting at least 20).
 */
const ALPHA = 1e-9;
const bits = secureBits();

function normalised(weight: (k: number) => number, from: number, to: number): Map<number, number> {
  const out = new Map<number, number>();
  let total = 0;
  for (let k = from; k <= to; k += 1) total += weight(k);
  for (let k = from; k <= to; k += 1) out.set(k, weight(k) / total);
  return out;
}

const gaussian = (sigma2: Rational): Map<number, number> => {
  const s = toDouble(sigma2);
  const reach = Math.ceil(12 * Math.sqrt(s)) + 2;
  return normalised((k) => Math.exp((-k * k) / (2 * s)), -reach, reach);
};

const laplace = (scale: Rational): Map<number, number> => {
  const b = toDouble(scale);
  const reach = Math.ceil(40 * b) + 2;
  return normalised((k) => Math.exp(-Math.abs(k) / b), -reach, reach);
};

const draws = (n: number, draw: () => bigint): number[] => Array.from({ length: n }, () => Number(draw()));

const filled = (n: number, fill: (out: Float64Array) => void): Float64Array => {
  const out = new Float64Array(n);
  fill(out);
  return out;
};

describe("discrete Gaussian", () => {
  it.each([
    [1, 16],
    [1, 3],
    [1, 1],
    [7, 5],
    [100, 1],
    [10_001, 2],
  ])("table sampler has the exact distribution at sigma^2 = %d/%d", (p, q) => {
    const sigma2 = rational(p, q);
    const sampler = discreteGaussianSampler(sigma2);
    expect(
      chiSquareP(
        filled(2_000_000, (out) => sampler(out, bits)),
        gaussian(sigma2),
      ),
    ).toBeGreaterThan(ALPHA);
  });

  it.each([
    [1, 3],
    [7, 5],
    [100, 1],
  ])("the oracle has the exact distribution at sigma^2 = %d/%d", (p, q) => {
    const sigma2 = rational(p, q);
    expect(
      chiSquareP(
        draws(100_000, () => discreteGaussianCks(sigma2, bits)),
        gaussian(sigma2),
      ),
    ).toBeGreaterThan(ALPHA);
  });

  it.each([4, 10, 25])("beyond 12 sigma the tail sampler has the exact conditional distribution, sigma = %d", (sigma) => {
    const from = 12 * sigma;
    const expected = normalised((m) => Math.exp((from * from - m * m) / (2 * sigma * sigma)), from, from + 10 * sigma);
    const tail = draws(20_000, () => discreteGaussianTail(rational(sigma * sigma), BigInt(from), bits));
    expect(Math.min(...tail)).toBeGreaterThanOrEqual(from);
    expect(chiSquareP(tail, expected)).toBeGreaterThan(ALPHA);
  });

  it("beyond the largest table it falls back to the oracle, and keeps its variance", () => {
    // relative error of a variance from n draws: √(2/n); 6.5 of those is a two-sided chance of 8e-11
    const sigma = 30_000;
    const out = filled(20_000, (o) => discreteGaussianSampler(rational(sigma * sigma))(o, bits));
    const variance = out.reduce((sum, x) => sum + x * x, 0) / out.length;
    expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(6.5 * Math.sqrt(2 / out.length));
  });
});

describe("discrete Laplace", () => {
  it.each([
    [1, 4],
    [1, 1],
    [10, 3],
    [40, 1],
  ])("one draw and the fill have the exact distribution at scale %d/%d", (p, q) => {
    const scale = rational(p, q);
    expect(
      chiSquareP(
        filled(300_000, (out) => addDiscreteLaplace(scale, out, bits)),
        laplace(scale),
      ),
    ).toBeGreaterThan(ALPHA);
    expect(
      chiSquareP(
        draws(50_000, () => discreteLaplace(scale, bits)),
        laplace(scale),
      ),
    ).toBeGreaterThan(ALPHA);
  });
});

describe("Bernoulli and uniform draws", () => {
  it.each([
    [0, 1],
    [1, 7],
    [1, 1],
    [9, 4],
    [3n * 2n ** 70n, 2n ** 71n],
  ])("Bernoulli(exp(-%s/%s)) is exact", (num, den) => {
    const p = Math.exp(-Number(num) / Number(den));
    const hits = Array.from({ length: 200_000 }, () => (bernoulliExp(BigInt(num), BigInt(den), bits) ? 1 : 0));
    if (p === 1) expect(hits.every((h) => h === 1)).toBe(true);
    else
      expect(
        chiSquareP(
          hits,
          new Map([
            [0, 1 - p],
            [1, p],
          ]),
        ),
      ).toBeGreaterThan(ALPHA);
  });

  it("uniform integers are uniform, small, beyond 2^32 and beyond 2^53", () => {
    const flat = normalised(() => 1, 0, 5);
    expect(
      chiSquareP(
        Array.from({ length: 120_000 }, () => uniformBelow(6, bits)),
        flat,
      ),
    ).toBeGreaterThan(ALPHA);
    const wide = 6 * 2 ** 40;
    expect(
      chiSquareP(
        Array.from({ length: 120_000 }, () => Math.floor(uniformBelow(wide, bits) / 2 ** 40)),
        flat,
      ),
    ).toBeGreaterThan(ALPHA);
    expect(
      chiSquareP(
        Array.from({ length: 60_000 }, () => Number(uniformBelowBig(6n << 90n, bits) >> 90n)),
        flat,
      ),
    ).toBeGreaterThan(ALPHA);
  });
});
