import type { ScoreName } from "../../domain/door.js";

/** Scores are in 1/256 of a row. */
const FIXED_POINT = 256;
/** Estimates are cut to this many rows, so that every difference is a whole number below 2⁵⁰. */
const LARGEST_ESTIMATE = 2 ** 40;
const FLUSH = 2 ** 52;

/** A named score of one candidate, and how far one unit of k rows can move it (in the score's own units). */
export interface Score {
  /** True counts against a public estimate of the same cells. @pre counts whole, 0 ≤ counts < 2⁴¹ */
  evaluate(counts: Float64Array, estimate: Float64Array): bigint;
  /** A public number of rows in the score's units. */
  fixedPoint(rows: number): bigint;
  sensitivity(maxRows: number): bigint;
}

/**
 * `marginal-l1-error`: Σ_cells |2⁸·count − round(2⁸·estimate)|. The public estimate is rounded first and only whole
 * numbers meet the true counts, so a row moves the score by at most 2⁸, and k rows by at most 2⁸·k: as an event, k rows.
 *
 * @proof docs/proofs/marginal-l1-error.md
 */
const marginalL1Error: Score = {
  evaluate(counts, estimate) {
    let total = 0n;
    let sum = 0; // whole and below 2⁵³ at every moment: a term is below 2⁵⁰, and FLUSH is 2⁵²
    for (let i = 0; i < counts.length; i += 1) {
      sum += Math.abs(FIXED_POINT * counts[i] - fixedPoint(estimate[i]));
      if (sum >= FLUSH) {
        total += BigInt(sum);
        sum = 0;
      }
    }
    return total + BigInt(sum);
  },
  fixedPoint: (rows) => BigInt(fixedPoint(rows)),
  sensitivity: (maxRows) => BigInt(FIXED_POINT) * BigInt(maxRows),
};

export const SCORES: Readonly<Record<ScoreName, Score>> = { "marginal-l1-error": marginalL1Error };

/** A public estimate in 1/256 of a row, whole. @pre finite */
function fixedPoint(estimate: number): number {
  return Math.round(FIXED_POINT * Math.min(Math.max(estimate, -LARGEST_ESTIMATE), LARGEST_ESTIMATE));
}
