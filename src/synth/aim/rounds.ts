import type { Rational } from "../../base/rational.js";
import { toDouble } from "../../base/rational.js";
import { MEAN_ABS } from "../mosaic/schedule.js";

/** Share of a round that measures; the rest pays for choosing. @cite AIM, Alg. 2: α = 0.9 */
export const MEASURE_SHARE = 0.9;
/** A round in which the model learnt less than noise is followed by rounds of four times the budget: half the σ, twice the η. @cite AIM, Alg. 3 */
export const ANNEAL = 4;
/** Rounds per column that the first σ is laid out for; the paper's 16 is the most. */
const PER_COLUMN = { least: 1.25, most: 16 };

/**
 * Rounds that the first σ and η are laid out for. The paper starts at 16 a column and anneals from there, which wastes
 * budget on tables that σ drowns. Here it is 3/√(expected noise of an average candidate, in tables): all public or noisy.
 * @param candidateCells cells of the cliques that may be measured  @param rho of the whole fit  @param rows noisy or public number of rows
 * @cite docs/notes/aim.md, which says what the constants were tuned on
 */
export function plannedRounds(columns: number, candidateCells: readonly number[], rho: number, rows: number, maxRows: number): number {
  const cells = candidateCells.reduce((sum, n) => sum + n, 0) / Math.max(1, candidateCells.length);
  const sigma = maxRows * Math.sqrt(columns / (2 * MEASURE_SHARE * rho));
  const noise = (MEAN_ABS * sigma * cells) / Math.max(1, rows);
  return columns * Math.min(PER_COLUMN.most, Math.max(PER_COLUMN.least, 3 / Math.sqrt(noise)));
}

/** What one round may spend of what is left. A round that would leave less than another one takes all. */
export function nextRound(left: Rational, share: number): { readonly rho: number; readonly last: boolean } {
  const rho = toDouble(left);
  return rho < 2 * share ? { rho, last: true } : { rho: share, last: false };
}
