import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { denoise } from "../../src/synth/mosaic/segments.js";

const SCALES = [0.02, 0.1, 0.3, 1, 3, 10, 40];
const BREAKS = [0.05, 0.2, 0.5, 0.9];

const density = (x: number, mean: number, variance: number): number => Math.exp(-((x - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** ∫ Π N(yᵢ; level, variance) · prior(level) · levelᵏ d level for k = 0, 1, relative to no signal: by quadrature. */
function integrals(cells: readonly number[], variance: number, scale: number): [number, number] {
  const centre = cells.reduce((s, v) => s + v, 0) / cells.length;
  const width = 12 * Math.sqrt(variance / cells.length);
  const [low, high] = [Math.max(centre - width, -12 * scale), Math.min(centre + width, 12 * scale)];
  if (!(high > low)) return [0, 0];
  const steps = 1200;
  let [mass, moment] = [0, 0];
  for (let i = 0; i <= steps; i += 1) {
    const level = low + ((high - low) * i) / steps;
    const likelihood = cells.reduce((p, y) => p * (density(y, level, variance) / density(y, 0, variance)), 1);
    const weight = likelihood * density(level, 0, scale * scale) * (i === 0 || i === steps ? 0.5 : 1);
    mass += weight;
    moment += weight * level;
  }
  const step = (high - low) / steps;
  return [mass * step, moment * step];
}

/** Evidence and mean level of a segment under the mixture of widths. */
function segmentOf(cells: readonly number[], variance: number, meanCell: number): { evidence: number; level: number } {
  const parts = SCALES.map((c) => integrals(cells, variance, c * meanCell));
  const mass = parts.reduce((s, [m]) => s + m, 0);
  return { evidence: mass / SCALES.length, level: parts.reduce((s, [, m]) => s + m, 0) / mass };
}

interface Posterior {
  /** Density of the counts. */
  readonly evidence: number;
  readonly means: number[];
}

/** Posterior by listing all 2^(n−1) segmentations, for every chance of a break. */
function byEnumeration(counts: readonly number[], variance: number, meanCell: number): Posterior {
  const n = counts.length;
  const segments = counts.map((_, from) => counts.map((_, to) => (to < from ? undefined : segmentOf(counts.slice(from, to + 1), variance, meanCell))));
  const sums = new Array<number>(n).fill(0);
  let evidence = 0;
  for (const h of BREAKS) {
    for (let breaks = 0; breaks < 2 ** (n - 1); breaks += 1) {
      let weight = 1 / BREAKS.length;
      const levels: number[] = [];
      for (let from = 0; from < n; ) {
        let to = from;
        while (to + 1 < n && (breaks & (1 << to)) === 0) to += 1;
        const s = segments[from][to] as { evidence: number; level: number };
        weight *= s.evidence * (from === 0 ? 1 : h) * (1 - h) ** (to - from);
        for (let i = from; i <= to; i += 1) levels.push(s.level);
        from = to + 1;
      }
      evidence += weight;
      levels.forEach((level, i) => {
        sums[i] += weight * level;
      });
    }
  }
  const silent = counts.reduce((p, y) => p * density(y, 0, variance), 1);
  return { evidence: evidence * silent, means: sums.map((s) => s / evidence) };
}

const CHANCES = [0.02, 0.1, 0.4].flatMap((jump) => [0, 0.4].flatMap((step) => [0.02, 0.2].map((alone) => ({ jump, step, alone }))));

/** Density of counts under a drifting level, by products with a dense matrix. The grid does not follow the counts. */
function densityOfDrift(counts: readonly number[], variance: number, meanCell: number, grid: readonly number[]): number {
  const k = grid.length;
  const alone = counts.map((y) => SCALES.reduce((s, c) => s + density(y, 0, variance + (c * meanCell) ** 2), 0) / SCALES.length);
  const emissions = counts.map((y) => grid.map((level) => density(y, level, variance)));
  return (
    CHANCES.reduce((sum, { jump, step, alone: single }) => {
      const matrix = grid.map((_, from) => {
        const row = new Array<number>(k).fill(jump / k);
        row[from] += (1 - jump) * (1 - step);
        row[Math.max(0, from - 1)] += ((1 - jump) * step) / 2;
        row[Math.min(k - 1, from + 1)] += ((1 - jump) * step) / 2;
        return row;
      });
      let now = grid.map((_, s) => ((1 - single) * emissions[0][s] + single * alone[0]) / k);
      for (let i = 1; i < counts.length; i += 1) {
        const next = new Array<number>(k).fill(0);
        now.forEach((p, from) => {
          for (let to = 0; to < k; to += 1) next[to] += p * matrix[from][to];
        });
        now = next.map((p, s) => p * ((1 - single) * emissions[i][s] + single * alone[i]));
      }
      return sum + now.reduce((s, p) => s + p, 0);
    }, 0) / CHANCES.length
  );
}

/** E[level | y] = y + σ²·∂ log p(y)/∂y, whatever the prior is (Tweedie's formula): here by differences. */
function byDifferences(counts: readonly number[], variance: number, meanCell: number): Posterior {
  const grid = [0];
  for (let level = 0.1 * Math.sqrt(variance); level < Math.max(...counts) + 2 * Math.sqrt(variance); level *= 1.1) grid.push(level);
  const at = (i: number, step: number): number =>
    Math.log(
      densityOfDrift(
        counts.map((y, j) => y + (i === j ? step : 0)),
        variance,
        meanCell,
        grid,
      ),
    );
  const step = 1e-3;
  return { evidence: densityOfDrift(counts, variance, meanCell, grid), means: counts.map((y, i) => y + (variance * (at(i, step) - at(i, -step))) / (2 * step)) };
}

const CASES: Record<string, number[]> = {
  "a step": [3, -1, 2, 0, 1, -2, 1, 2, 21, 19, 23, 18, 20, 22, 17, 20],
  "a spike": [0, 2, -1, 1, 0, 61, 1, -2, 3, 0, 1, -1, 2, 0, 1, -3],
  noise: [-4, 3, 5, -6, 2, -1, 4, -3, 6, -5, 1, 2, -2, 3, -4, 0],
};

describe("denoising of one-way counts", () => {
  test.each(Object.entries(CASES))("%s of 16 ordered cells: all 2^15 segmentations and all drifts, four and twelve chances, weighted by evidence", (_, counts) => {
    const [total, variance] = [160, 9];
    const [segments, drift] = [byEnumeration(counts, variance, total / 16), byDifferences(counts, variance, total / 16)];
    const share = segments.evidence / (segments.evidence + drift.evidence);
    denoise(Float64Array.from(counts), variance, 16, total).forEach((v, i) => expect(v).toBeCloseTo(share * segments.means[i] + (1 - share) * drift.means[i], 4));
  });

  test("cells without order, codes behind the order, and fewer than 16 ordered cells stand each alone", () => {
    const counts = Float64Array.from([...CASES["a step"], 5, -3]);
    const alone = [...counts].map((y) => segmentOf([y], 9, 160 / 18).level);
    denoise(counts, 9, 0, 160).forEach((v, i) => expect(v).toBeCloseTo(alone[i], 6));
    denoise(counts, 9, 15, 160).forEach((v, i) => expect(v).toBeCloseTo(alone[i], 6));
    const tail = denoise(counts, 9, 16, 160).subarray(16);
    tail.forEach((v, i) => expect(v).toBeCloseTo(alone[16 + i], 6));
  });

  test("brings a noisy histogram of steps nearer to the truth than it was, and leaves precise counts as they are", () => {
    const bits = seededBits("steps");
    const truth = Float64Array.from({ length: 60 }, (_, i) => (i < 20 ? 10 : i < 45 ? 40 : 5));
    const noisy = truth.map((v) => v + 20 * (bits.uniform() + bits.uniform() + bits.uniform() - 1.5));
    const off = (x: Float64Array): number => x.reduce((s, v, i) => s + Math.abs(v - truth[i]), 0);
    expect(off(denoise(noisy, 100, 60, 1300))).toBeLessThan(0.7 * off(noisy));
    denoise(truth, 1e-6, 60, 1300).forEach((v, i) => expect(v).toBeCloseTo(truth[i], 3));
  });

  test("stays finite for no cells, no rows, enormous noise and 100,000 cells", () => {
    expect(denoise(new Float64Array(0), 1, 0, 10)).toHaveLength(0);
    for (const [counts, variance, ordered, total] of [
      [new Float64Array(40), 1, 40, 0],
      [Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1e9 : -1e9)), 1e18, 40, 100],
      [Float64Array.from({ length: 40 }, (_, i) => 1e9 * (i % 3)), 1e-9, 40, 4e10],
      [new Float64Array(100_000).fill(3), 100, 100_000, 300_000],
    ] as const) {
      expect(denoise(counts, variance, ordered, total).every(Number.isFinite)).toBe(true);
    }
  });
});
