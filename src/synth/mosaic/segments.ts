import { drifting } from "./drift.js";
import { segment } from "./segment.js";

/** Widths of the prior of a segment's level, in multiples of the mean cell. */
const LEVEL_SCALES = [0.02, 0.1, 0.3, 1, 3, 10, 40];
/** Chances that a cell starts a new segment, weighted by evidence. */
const BREAK_CHANCES = [0.05, 0.2, 0.5, 0.9];
/** Fewer cells show no shape. */
const ORDERED_MIN = 16;
/** The recursion over segments takes time that grows with the square of the cells. */
const ORDERED_MAX = 2048;

/**
 * Posterior mean of a histogram under Gaussian noise. Ordered cells are a piecewise-constant signal: segments start at a
 * cell with chance h, a segment's level is an equal mixture of N(0, (c·mean cell)²); exact by forward and backward
 * recursion over segments, averaged over h by evidence; and, by evidence again, over the prior of {@link drifting}. Cells without order stand each alone under the same mixture.
 * Post-processing of noisy counts.
 * @param counts noisy counts  @param variance of each, in rows²  @param orderedUpTo codes below it have an order
 * @param total rows that the histogram stands for
 * @cite Fearnhead 2006, "Exact and efficient Bayesian inference for multiple changepoint problems", for the recursion
 */
export function denoise(counts: Float64Array, variance: number, orderedUpTo: number, total: number): Float64Array {
  const levels = LEVEL_SCALES.map((c) => ((c * Math.max(1, total)) / counts.length) ** 2);
  const smooth = orderedUpTo >= ORDERED_MIN && orderedUpTo <= ORDERED_MAX ? orderedUpTo : 0;
  const out = new Float64Array(counts.length);
  if (smooth > 0) out.set(shaped(counts.subarray(0, smooth), variance, levels));
  for (let i = smooth; i < counts.length; i += 1) out[i] = segment(counts[i], 1, 0, variance, levels).mean;
  return out;
}

/** Ordered cells under two priors, segments and drift, weighted by evidence. */
function shaped(counts: Float64Array, variance: number, levels: readonly number[]): Float64Array {
  const [a, b] = [piecewise(counts, variance, levels), drifting(counts, variance, levels)];
  const share = 1 / (1 + Math.exp(Math.min(700, b.evidence - a.evidence)));
  return a.values.map((v, i) => share * v + (1 - share) * b.values[i]);
}

function piecewise(counts: Float64Array, variance: number, levels: readonly number[]): { evidence: number; values: Float64Array } {
  const n = counts.length;
  const out = new Float64Array(n);
  const log = new Float64Array((n * (n + 1)) / 2);
  const mean = new Float64Array(log.length);
  for (let from = 0, at = 0; from < n; from += 1) {
    let [sum, scatter] = [0, 0];
    for (let to = from; to < n; to += 1, at += 1) {
      const m = to - from + 1;
      const step = counts[to] - (to > from ? sum / (m - 1) : counts[to]);
      scatter += (step * step * (m - 1)) / m;
      sum += counts[to];
      const s = segment(sum, m, scatter, variance, levels);
      log[at] = s.log;
      mean[at] = s.mean;
    }
  }
  const means = BREAK_CHANCES.map((h) => segmentMeans(n, log, mean, h));
  const best = Math.max(...means.map((m) => m.evidence));
  let weights = 0;
  for (const { evidence, values } of means) {
    const w = Math.exp(evidence - best);
    weights += w;
    for (let i = 0; i < n; i += 1) out[i] += w * values[i];
  }
  return { evidence: best + Math.log(weights / means.length), values: out.map((v) => v / weights) };
}

/** Mean of each cell over all segmentations. `log` and `mean` list segments by first cell, then last. */
function segmentMeans(n: number, log: Float64Array, mean: Float64Array, h: number): { evidence: number; values: Float64Array } {
  const start = (from: number): number => from * n - (from * (from - 1)) / 2;
  const prior = (from: number, to: number): number => (from === 0 ? 0 : Math.log(h)) + (to - from) * Math.log1p(-h);
  // forward[j]: log weight of all segmentations of the cells before j; backward[j]: of the cells from j on
  const forward = new Float64Array(n + 1).fill(Number.NEGATIVE_INFINITY);
  const backward = new Float64Array(n + 1).fill(Number.NEGATIVE_INFINITY);
  forward[0] = 0;
  backward[n] = 0;
  for (let from = 0; from < n; from += 1) for (let to = from; to < n; to += 1) forward[to + 1] = logAdd(forward[to + 1], forward[from] + prior(from, to) + log[start(from) + to - from]);
  for (let from = n - 1; from >= 0; from -= 1) for (let to = from; to < n; to += 1) backward[from] = logAdd(backward[from], backward[to + 1] + prior(from, to) + log[start(from) + to - from]);
  const step = new Float64Array(n + 1);
  for (let from = 0; from < n; from += 1) {
    for (let to = from; to < n; to += 1) {
      const at = start(from) + to - from;
      const share = Math.exp(forward[from] + prior(from, to) + log[at] + backward[to + 1] - forward[n]) * mean[at];
      step[from] += share;
      step[to + 1] -= share;
    }
  }
  const values = new Float64Array(n);
  let level = 0;
  for (let i = 0; i < n; i += 1) {
    level += step[i];
    values[i] = level;
  }
  return { evidence: forward[n], values };
}

function logAdd(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}
