import type { Column } from "../../domain/column.js";
import { drifting } from "./drift.js";
import { cellsAlone } from "./empirical-bayes.js";
import { weighed } from "./shape.js";
import { SMOOTH_MAX, smooth } from "./smooth.js";

/** Fewer cells show no shape; more than {@link SMOOTH_MAX} are read without their order. */
const ORDERED_MIN = 16;
/** Log prior odds of the smooth shape: its evidence counts one choice of lone cells where the drift's counts all. */
const SMOOTH_ODDS = 5;

/**
 * Posterior mean of a histogram under Gaussian noise. Each cell stands alone beside an even share ({@link cellsAlone}); ordered ones have also a shape,
 * a level that {@link drifting | drifts and jumps} or a {@link smooth} density, weighted by evidence. Post-processing of noisy counts.
 * @param counts noisy counts  @param variance of each, in rows²  @param column its codes below `valueCount` have an order where it is ordered
 * @param total rows that the histogram stands for
 */
export function denoise(counts: Float64Array, variance: number, { ordered, valueCount }: Pick<Column, "ordered" | "valueCount">, total: number): Float64Array {
  const even = Math.max(1, total) / counts.length;
  const lone = cellsAlone(counts, new Float64Array(counts.length).fill(even), variance);
  const out = lone.means.slice();
  if (!ordered || valueCount < ORDERED_MIN || valueCount > SMOOTH_MAX) return out;
  const [inOrder, logs, means] = [counts, lone.logs, lone.means].map((cells) => cells.subarray(0, valueCount));
  const density = smooth(inOrder, variance, { logs, means });
  out.set(weighed([drifting(inOrder, variance, { logs, means }), { ...density, evidence: density.evidence + SMOOTH_ODDS }]).values);
  return out;
}
