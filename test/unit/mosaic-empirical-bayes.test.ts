import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../src/base/normal.js";
import { seededBits } from "../../src/base/random.js";
import { cellsAlone, posteriorMeans } from "../../src/synth/mosaic/empirical-bayes.js";

const CELLS = 900;

interface Sample {
  readonly truth: Float64Array;
  readonly expected: Float64Array;
  readonly counts: Float64Array;
}

/** Cells whose truth is `draw` of what is expected there, with normal noise. */
function sample(seed: string, sigma: number, draw: (expected: number, uniform: () => number) => number): Sample {
  const bits = seededBits(seed);
  const uniform = (): number => bits.uniform();
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const expected = Float64Array.from({ length: CELLS }, () => 20 + 180 * uniform());
  const truth = expected.map((e) => draw(e, uniform));
  return { truth, expected, counts: truth.map((t) => t + sigma * normal()) };
}

const squares = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0);

/** Posterior means under the prior that the truth was drawn from, given as equally likely draws: what no method can beat by much. */
function oracle({ counts, expected }: Sample, sigma: number, draws: (expected: number) => number[]): Float64Array {
  return counts.map((y, i) => {
    const truths = draws(expected[i]);
    const logs = truths.map((t) => -((y - t) ** 2) / (2 * sigma * sigma));
    const top = Math.max(...logs);
    const weights = logs.map((l) => Math.exp(l - top));
    return truths.reduce((sum, t, k) => sum + t * weights[k], 0) / weights.reduce((a, b) => a + b, 0);
  });
}

const grid = (n: number): number[] => Array.from({ length: n }, (_, k) => (k + 0.5) / n);

/** Truths as functions of the expected count and a uniform number. */
const SHAPES: Record<string, (expected: number, u: number) => number> = {
  "as expected": (e) => e,
  "one cell in ten full, the rest empty": (_, u) => (u < 0.9 ? 0 : 500 + 10_000 * (u - 0.9)),
  "half or one and a half times the expected": (e, u) => (u < 0.5 ? 0.5 * e : 1.5 * e),
  "mostly as expected, a few cells far above": (e, u) => (u < 0.95 ? e : 20 * e),
};

describe("posterior means of a noisy table", () => {
  test.each(Object.entries(SHAPES))("%s: never worse than the noisy counts, and near what knowing the prior would leave where noise is large", (name, shape) => {
    for (const sigma of [3, 30, 150]) {
      const one = sample(`${name} ${sigma}`, sigma, (e, uniform) => shape(e, uniform()));
      const noise = CELLS * sigma * sigma;
      const found = squares(posteriorMeans(one.counts, one.expected, sigma * sigma), one.truth);
      expect(found).toBeLessThan(1.05 * noise);
      if (sigma === 3) continue;
      const prior = (e: number): number[] => grid(400).map((u) => shape(e, u));
      expect(found).toBeLessThan(3 * squares(oracle(one, sigma, prior), one.truth) + 0.1 * noise);
    }
  });

  test("next to no noise leaves the counts as they are, but for what is below nothing", () => {
    const { counts, expected } = sample("clear", 10, (e) => e);
    const clear = posteriorMeans(counts, expected, 1e-6);
    counts.forEach((y, i) => expect(clear[i]).toBeCloseTo(Math.max(0, y), 2));
  });

  test("where noise hides everything, all cells are the same multiple of what was expected", () => {
    const { counts, expected } = sample("hidden", 1e9, (e) => e);
    const hidden = posteriorMeans(counts, expected, 1e22);
    const multiple = hidden[0] / expected[0];
    hidden.forEach((v, i) => expect(v / expected[i]).toBeCloseTo(multiple, 6));
  });

  test("each cell's evidence is the log of its density, over that of a true count equal to it", () => {
    // nothing is expected anywhere, and all but one cell are empty: the prior is next to all on nothing, where the density is the noise's
    const counts = new Float64Array(5000);
    counts[7] = 1.5;
    const alone = cellsAlone(counts, new Float64Array(5000), 1);
    expect(alone.logs[0]).toBeCloseTo(0, 2);
    expect(alone.logs[7]).toBeCloseTo(-(1.5 ** 2) / 2, 2);
  });

  test("does not depend on the order of cells", () => {
    const { counts, expected } = sample("order", 40, (e, uniform) => (uniform() < 0.5 ? 0 : 3 * e));
    const plain = posteriorMeans(counts, expected, 1600);
    const turned = posteriorMeans(counts.toReversed(), expected.toReversed(), 1600).toReversed();
    plain.forEach((v, i) => expect(turned[i]).toBeCloseTo(v, 9));
  });

  test("draws of what is expected keep their spread: as near as knowing that they are draws", () => {
    const drawn = (e: number, u: number): number => Math.max(0, e + Math.sqrt(e) * normalQuantile(u));
    for (const sigma of [3, 5, 10]) {
      const one = sample(`draws ${sigma}`, sigma, (e, uniform) => drawn(e, uniform()));
      const best = squares(
        oracle(one, sigma, (e) => grid(400).map((u) => drawn(e, u))),
        one.truth,
      );
      expect(squares(posteriorMeans(one.counts, one.expected, sigma * sigma), one.truth)).toBeLessThan(1.06 * best);
    }
  });

  test("is finite and not negative for tables of one cell, of nothing, and far from all that is possible", () => {
    for (const [counts, expected, variance] of [
      [[5], [0], 1],
      [[-1e12, 3], [1e-300, 4], 1e-9],
      [[1e15, -1e15], [1, 1e6], 1e18],
      [[0, 0, 0], [0, 0, 0], 25],
    ] as const) {
      const means = posteriorMeans(Float64Array.from(counts), Float64Array.from(expected), variance);
      expect(means.every((v) => Number.isFinite(v) && v >= 0)).toBe(true);
    }
  });

  test("a table longer than the weights are learnt from is answered whole", () => {
    // columns unlike each other, in rows of 2 and of 128: what is learnt from must not fall in step with them
    for (const width of [2, 128]) {
      const n = 16_384 * 2;
      const bits = seededBits(`long ${width}`);
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - bits.uniform())) * Math.cos(2 * Math.PI * bits.uniform());
      const truth = Float64Array.from({ length: n }, (_, i) => ((i % width) % 2 === 1 && bits.uniform() < 0.08 ? 60 : 0));
      const counts = truth.map((t) => t + 20 * normal());
      const order = Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i -= 1) {
        const j = bits.below(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      const expected = new Float64Array(n).fill(2.4);
      const inRows = squares(posteriorMeans(counts, expected, 400), truth);
      const shuffled = squares(
        posteriorMeans(
          Float64Array.from(order, (i) => counts[i]),
          expected,
          400,
        ),
        Float64Array.from(order, (i) => truth[i]),
      );
      expect(inRows).toBeLessThan(1.02 * shuffled);
    }
  });
});
