import { describe, expect, test } from "vitest";
import { normalQuantile } from "../../src/base/normal.js";
import { seededBits } from "../../src/base/random.js";
import { denoise } from "../../src/synth/mosaic/denoise.js";
import { drifting } from "../../src/synth/mosaic/drift.js";
import { type Alone, posteriorMeans } from "../../src/synth/mosaic/empirical-bayes.js";
import { mostProbable, problemOf, SMOOTH_MAX, smooth } from "../../src/synth/mosaic/smooth.js";
import { projectToSimplex } from "../../src/synth/select/denoise.js";

const SCALES = [0.02, 0.1, 0.3, 1, 3, 10, 40];
const density = (x: number, mean: number, variance: number): number => Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** Each cell alone under one of several normal priors about 0. */
function lonesOf(counts: readonly number[], variance: number, meanCell: number): Alone {
  const each = counts.map((y) => {
    const parts = SCALES.map((c) => (c * meanCell) ** 2).map((t) => ({ log: -((y * y) / (variance + t) + Math.log1p(t / variance)) / 2, mean: (y * t) / (variance + t) }));
    const top = Math.max(...parts.map((p) => p.log));
    const sum = parts.reduce((s, p) => s + Math.exp(p.log - top), 0);
    return { log: top + Math.log(sum / parts.length), mean: parts.reduce((s, p) => s + Math.exp(p.log - top) * p.mean, 0) / sum };
  });
  return { logs: Float64Array.from(each, (e) => e.log), means: Float64Array.from(each, (e) => e.mean) };
}

const HABITS = [0.01, 0.1].flatMap((jump) => [0, 1, 4].flatMap((step) => [0.02, 0.2].map((lone) => ({ jump, step, lone }))));

/** Chances of a step from one grid point to another: a normal one cut at 2.5 deviations, mirrored at both ends. */
function steps(k: number, deviation: number): number[][] {
  const reach = Math.ceil(2.5 * deviation);
  const chances = Array.from({ length: 2 * reach + 1 }, (_, i) => (deviation === 0 ? 1 : Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2))));
  const all = chances.reduce((s, v) => s + v, 0);
  return Array.from({ length: k }, (_, from) => {
    const row = new Array<number>(k).fill(0);
    chances.forEach((chance, i) => {
      let to = from + i - reach;
      while (to < 0 || to >= k) to = to < 0 ? -1 - to : 2 * k - 1 - to;
      row[to] += chance / all;
    });
    return row;
  });
}

/** Density of counts, drawn from a drifting level, by products with a dense matrix. The grid does not follow the counts. */
function densityOfDrift(counts: readonly number[], variance: number, meanCell: number, grid: readonly number[]): number {
  const k = grid.length;
  const single = counts.map((y) => SCALES.reduce((s, c) => s + density(y, 0, variance + (c * meanCell) ** 2), 0) / SCALES.length);
  const drawn = counts.map((y) => grid.map((level) => density(y, level, variance + level)));
  const all = HABITS.map(({ jump, step, lone }) => {
    const matrix = steps(k, step).map((row) => row.map((p) => (1 - jump) * p + jump / k));
    const seen = (i: number, s: number): number => (1 - lone) * drawn[i][s] + lone * single[i];
    let now = grid.map((_, s) => seen(0, s) / k);
    for (let i = 1; i < counts.length; i += 1) now = now.map((_, to) => seen(i, to) * now.reduce((sum, p, from) => sum + p * matrix[from][to], 0));
    return now.reduce((s, p) => s + p, 0);
  });
  return all.reduce((s, v) => s + v, 0) / HABITS.length;
}

/** E[true count | y] = y + σ²·∂ log p(y)/∂y, whatever the prior is (Tweedie's formula): here by differences. */
function driftByDifferences(counts: readonly number[], variance: number, meanCell: number): { evidence: number; means: number[] } {
  const grid = [0];
  for (let level = 0.1 * Math.sqrt(variance); level < Math.max(...counts) + 2 * Math.sqrt(variance); level *= 1.1) grid.push(level);
  const moved = (i: number, by: number): number =>
    Math.log(
      densityOfDrift(
        counts.map((y, j) => y + (i === j ? by : 0)),
        variance,
        meanCell,
        grid,
      ),
    );
  const step = 1e-3;
  // against true counts that fit perfectly
  const perfect = counts.length * Math.log(density(0, 0, variance));
  return { evidence: Math.log(densityOfDrift(counts, variance, meanCell, grid)) - perfect, means: counts.map((y, i) => y + (variance * (moved(i, step) - moved(i, -step))) / (2 * step)) };
}

const CASES: Record<string, number[]> = {
  "a step": [3, -1, 2, 0, 1, -2, 1, 2, 21, 19, 23, 18, 20, 22, 17, 20],
  "a spike": [0, 2, -1, 1, 0, 61, 1, -2, 3, 0, 1, -1, 2, 0, 1, -3],
  noise: [-4, 3, 5, -6, 2, -1, 4, -3, 6, -5, 1, 2, -2, 3, -4, 0],
};

const BENDS = [3, 10, 30, 100, 300];

/** Seeded standard normal numbers. */
function normals(seed: string): () => number {
  const bits = seededBits(seed);
  return () => normalQuantile((bits.uint32() + 0.5) / 2 ** 32);
}

/**
 * Log density of the counts under smooth log levels without lone cells, relative to true counts that fit perfectly, by drawing levels about
 * the counts' own logarithms and weighing them: importance sampling with a wide normal proposal, level by level conditional on the last two.
 */
function smoothBySampling(counts: readonly number[], variance: number, bend: number, draws: number, seed: string): number {
  const n = counts.length;
  const normal = normals(seed);
  const centre = Math.log(Math.max(1, counts.reduce((s, v) => s + v, 0) / n));
  const logNormal = (x: number, mean: number, sd: number): number => -((x - mean) ** 2) / (2 * sd * sd) - Math.log(sd) - Math.log(2 * Math.PI) / 2;
  const logSeen = (y: number, f: number): number => -((y - Math.exp(f)) ** 2) / (2 * (variance + Math.exp(f))) - Math.log((variance + Math.exp(f)) / variance) / 2;
  // a particle filter: resampled after each cell, whose mean weights multiply to the density
  let particles = Array.from({ length: draws }, () => ({ last: 0, before: 0 }));
  let log = 0;
  for (let i = 0; i < n; i += 1) {
    const moved = particles.map(({ last, before }) => {
      const [mean, sd] = i === 0 ? [centre, 4] : i === 1 ? [last, 10 / n] : [2 * last - before, bend / n ** 1.5];
      // propose from the product of the step and of a normal about the count's logarithm
      const level = Math.max(1, counts[i]);
      const seenSd = Math.sqrt(variance + level) / level;
      const precision = 1 / sd ** 2 + 1 / seenSd ** 2;
      const about = (mean / sd ** 2 + Math.log(level) / seenSd ** 2) / precision;
      const f = about + normal() / Math.sqrt(precision);
      return { f, last, weight: logSeen(counts[i], f) + logNormal(f, mean, sd) - logNormal(f, about, 1 / Math.sqrt(precision)) };
    });
    const top = Math.max(...moved.map((m) => m.weight));
    const weights = moved.map((m) => Math.exp(m.weight - top));
    const sum = weights.reduce((s, w) => s + w, 0);
    log += top + Math.log(sum / draws);
    let [at, passed] = [0, weights[0]];
    particles = moved.map((_, k) => {
      while (passed < (sum * (k + 0.5)) / draws && at < draws - 1) passed += weights[++at];
      return { last: moved[at].f, before: moved[at].last };
    });
  }
  return log;
}

describe("denoising of one-way counts", () => {
  test.each(Object.entries(CASES))("%s of 16 ordered cells: the drift's means and evidence are those of dense products, over all twelve habits", (_, counts) => {
    const [meanCell, variance] = [10, 9];
    const found = drifting(Float64Array.from(counts), variance, lonesOf(counts, variance, meanCell));
    const { evidence, means } = driftByDifferences(counts, variance, meanCell);
    expect(found.evidence).toBeCloseTo(evidence, 8);
    found.values.forEach((v, i) => expect(v).toBeCloseTo(means[i], 4));
  });

  test("a smooth hump: evidence as by sampling the levels, to a tenth of a nat or two", () => {
    const normal = normals("hump");
    const counts = Array.from({ length: 20 }, (_, i) => 400 * Math.exp(-(((i - 9) / 5) ** 2) / 2) + 60 + 15 * normal());
    const sampled = BENDS.map((bend) => smoothBySampling(counts, 225, bend, 20_000, `particles ${bend}`));
    const top = Math.max(...sampled);
    const byBend = top + Math.log(sampled.reduce((s, v) => s + Math.exp(v - top), 0) / BENDS.length);
    const found = smooth(Float64Array.from(counts), 225, lonesOf(counts, 225, 200));
    // none stands alone: each cell follows with chance .97
    expect(Math.abs(found.evidence - byBend - 20 * Math.log(0.97))).toBeLessThan(0.2);
  });

  test("smooth counts come nearer to the truth than by the drift alone, which comes nearer than the noise; a spike keeps its height and spoils no neighbour", () => {
    const normal = normals("age");
    const [cells, sigma] = [80, 120];
    const truth = Float64Array.from({ length: cells }, (_, i) => Math.round(900 * Math.exp(-(((i - 30) / 16) ** 2) / 2)));
    truth[70] += 3000;
    const off = { noisy: 0, drift: 0, smooth: 0, both: 0, spike: 0, beside: 0 };
    const total = truth.reduce((s, v) => s + v, 0);
    for (let run = 0; run < 10; run += 1) {
      const counts = truth.map((t) => t + sigma * normal());
      const lone = lonesOf([...counts], sigma ** 2, total / cells);
      const away = (x: Float64Array): number => x.reduce((s, v, i) => s + Math.abs(v - truth[i]), 0) / 10;
      const both = denoise(counts, sigma ** 2, { ordered: true, valueCount: cells }, total);
      off.noisy += away(counts);
      off.drift += away(drifting(counts, sigma ** 2, lone).values);
      off.smooth += away(smooth(counts, sigma ** 2, lone).values);
      off.both += away(both);
      off.spike += Math.abs(both[70] - truth[70]) / 10;
      off.beside += (Math.abs(both[69] - truth[69]) + Math.abs(both[71] - truth[71])) / 20;
    }
    expect(off.drift).toBeLessThan(0.6 * off.noisy);
    expect(off.smooth).toBeLessThan(0.7 * off.drift);
    expect(off.both).toBeLessThan(1.2 * off.smooth);
    expect(off.spike).toBeLessThan(1.5 * sigma);
    expect(off.beside).toBeLessThan(0.5 * sigma);
  });

  test("codes behind the order stand each alone", () => {
    const counts = Float64Array.from([...CASES["a step"], 5, -3]);
    const alone = posteriorMeans(counts, new Float64Array(18).fill(160 / 18), 9);
    const tail = denoise(counts, 9, { ordered: true, valueCount: 16 }, 160).subarray(16);
    tail.forEach((v, i) => expect(v).toBe(alone[16 + i]));
  });

  test("cells without order, fewer than 16 ordered ones and more than 2048 do not see their neighbours", () => {
    const normal = normals("order");
    for (const [cells, column] of [
      [40, { ordered: false, valueCount: 40 }],
      [18, { ordered: true, valueCount: 15 }],
      [SMOOTH_MAX + 1, { ordered: true, valueCount: SMOOTH_MAX + 1 }],
    ] as const) {
      const counts = Float64Array.from({ length: cells }, (_, i) => (i < 5 ? 400 : 20) + 30 * normal());
      expect(denoise(counts, 900, column, 30 * cells)).toEqual(posteriorMeans(counts, new Float64Array(cells).fill(30), 900));
    }
  });

  test("of a very long column the few full cells keep their counts, and the many that noise hides share the rest", () => {
    const normal = normals("long");
    const [cells, sigma] = [20_000, 60];
    const truth = Float64Array.from({ length: cells }, (_, i) => Math.round(5000 / (i + 1)));
    const total = truth.reduce((s, v) => s + v, 0);
    const counts = truth.map((t) => t + sigma * normal());
    const found = projectToSimplex(denoise(counts, sigma ** 2, { ordered: false, valueCount: cells }, total), total);
    const off = (x: Float64Array): number => x.reduce((s, v, i) => s + Math.abs(v - truth[i]), 0) / 2 / total;
    expect(off(found)).toBeLessThan(0.75 * off(projectToSimplex(counts, total)));
    for (let i = 0; i < 5; i += 1) expect(Math.abs(found[i] - truth[i])).toBeLessThan(5 * sigma);
  });

  test("brings a noisy histogram of steps nearer to the truth than it was, and leaves precise counts as they are", () => {
    const bits = seededBits("steps");
    const truth = Float64Array.from({ length: 60 }, (_, i) => (i < 20 ? 10 : i < 45 ? 40 : 5));
    const noisy = truth.map((v) => v + 20 * (bits.uniform() + bits.uniform() + bits.uniform() - 1.5));
    const off = (x: Float64Array): number => x.reduce((s, v, i) => s + Math.abs(v - truth[i]), 0);
    const ordered = { ordered: true, valueCount: 60 };
    expect(off(denoise(noisy, 100, ordered, 1300))).toBeLessThan(0.7 * off(noisy));
    denoise(truth, 1e-6, ordered, 1300).forEach((v, i) => expect(v).toBeCloseTo(truth[i], 3));
  });

  test("stays finite for no cells, no rows, enormous noise and 100,000 cells", () => {
    const unordered = { ordered: false, valueCount: 0 };
    expect(denoise(new Float64Array(0), 1, unordered, 10)).toHaveLength(0);
    for (const [counts, variance, total] of [
      [new Float64Array(40), 1, 0],
      [Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1e9 : -1e9)), 1e18, 100],
      [Float64Array.from({ length: 40 }, (_, i) => 1e9 * (i % 3)), 1e-9, 4e10],
      [Float64Array.from({ length: 2048 }, (_, i) => 1e9 * (i % 3)), 1e-9, 4e10],
      [new Float64Array(2048), 1e24, 1],
      [new Float64Array(100_000).fill(3), 100, 300_000],
    ] as const) {
      expect(denoise(counts, variance, { ordered: true, valueCount: counts.length }, total).every(Number.isFinite)).toBe(true);
    }
  });

  test("noise that hides everything is no evidence, to a tenth of a nat, up to the longest column", () => {
    for (const cells of [16, 300, SMOOTH_MAX]) {
      const counts = new Float64Array(cells).fill(100);
      for (const bend of BENDS) expect(Math.abs(mostProbable(problemOf(counts, 1e24, bend), counts.map(Math.log), new Uint8Array(cells)).evidence)).toBeLessThan(0.1);
    }
  });
});
