import type { Column } from "../../domain/column.js";
import { alone } from "./alone.js";
import { drifting } from "./drift.js";
import { posteriorMeans } from "./empirical-bayes.js";
import { weighed } from "./shape.js";
import { SMOOTH_MAX, smooth } from "./smooth.js";

/** Widths of the prior of a cell that stands alone, in multiples of the mean cell. */
const WIDTHS = [0.02, 0.1, 0.3, 1, 3, 10, 40];
/** Fewer cells show no shape; more than {@link SMOOTH_MAX} are read without their order. */
const ORDERED_MIN = 16;
/** Log prior odds of the smooth shape: its evidence counts one choice of lone cells where the drift's counts all. */
const SMOOTH_ODDS = 5;

/**
 * Posterior mean of a histogram under Gaussian noise. Ordered cells have one of two shapes, a level that {@link drifting | drifts and jumps} or a {@link smooth}
 * density, weighted by evidence, and codes behind the order stand each {@link alone}; cells without order have {@link posteriorMeans} beside even shares. Post-processing of noisy counts.
 * @param counts noisy counts  @param variance of each, in rows²  @param column its codes below `valueCount` have an order where it is ordered
 * @param total rows that the histogram stands for
 */
export function denoise(counts: Float64Array, variance: number, { ordered, valueCount }: Pick<Column, "ordered" | "valueCount">, total: number): Float64Array {
  const even = Math.max(1, total) / counts.length;
  if (!ordered || valueCount < ORDERED_MIN || valueCount > SMOOTH_MAX) return posteriorMeans(counts, new Float64Array(counts.length).fill(even), variance);
  const widths = WIDTHS.map((c) => (c * even) ** 2);
  const lone = Array.from(counts, (y) => alone(y, variance, widths));
  const out = Float64Array.from(lone, ({ mean }) => mean);
  const [inOrder, each] = [counts.subarray(0, valueCount), lone.slice(0, valueCount)];
  const density = smooth(inOrder, variance, each);
  out.set(weighed([drifting(inOrder, variance, each), { ...density, evidence: density.evidence + SMOOTH_ODDS }]).values);
  return out;
}
