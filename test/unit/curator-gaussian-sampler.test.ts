import { expect, test } from "vitest";
import { rational } from "../../src/base/rational.js";
import { gaussianSampler } from "../../src/curator/mechanism/gaussian-sampler.js";
import { seededAsSecure } from "../support/test-noise.js";

/** A variance from n draws is off by √(2/n) of itself; 6.5 of those: a two-sided chance of 8e-11, and the seed is fixed. */
const within = (draws: Float64Array, variance: number): void => {
  const seen = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
  expect(Math.abs(seen / variance - 1)).toBeLessThan(6.5 * Math.sqrt(2 / draws.length));
};

test("noise has its variance while draws are made one by one, and from the table that later ones come from", () => {
  const bits = seededAsSecure("either way");
  const sampler = gaussianSampler(rational(900));
  const calls = [40, 40, 200, 4000, 40].map((n) => new Float64Array(n)); // a table of σ = 30 has 288 entries
  for (const counts of calls) sampler(counts, bits);
  for (const draws of calls) {
    within(draws, 900);
    expect(draws.every(Number.isInteger)).toBe(true);
    expect(new Set(draws).size).toBeGreaterThan(20);
  }
});

test("adds to what stands in the cells, which may be none", () => {
  const sampler = gaussianSampler(rational(1, 1000));
  const counts = Float64Array.of(7, -3, 2 ** 52);
  sampler(counts, seededAsSecure("small"));
  expect([...counts]).toEqual([7, -3, 2 ** 52]);
  sampler(new Float64Array(0), seededAsSecure("none"));
});
