import type { ScoreName } from "../../domain/door.js";

/** Scores are in 1/256 of a row. */
const FIXED_POINT = 256;
/** Estimates are cut to this many rows, so that every difference is a whole number below 2⁵⁰. */
const LARGEST_ESTIMATE = 2 ** 40;
const FLUSH = 2 ** 52;

/** Where a column stands in a row-major table: cell i has its code ⌊i/stride⌋ mod size. */
export interface Axis {
  readonly size: number;
  readonly stride: number;
}

/** A named score of one candidate, and how far one unit of k rows can move it (in the score's own units). */
export interface Score {
  /** What a candidate must bring. */
  readonly needs: "estimate" | "child";
  /** True counts against a public estimate of the same cells, or along the child's axis. @pre counts whole, 0 ≤ counts < 2⁴¹ */
  evaluate(counts: Float64Array, estimate: Float64Array | undefined, child?: Axis): bigint;
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
  needs: "estimate",
  evaluate(counts, estimate = new Float64Array(counts.length)) {
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

/**
 * `product-l1-error`: ⌊2⁶·Σ_cells |n·n_xπ − n_x·n_π| / n⌋, a quarter of the L1 distance between a table and the product of its
 * child's and its parents' marginals (n/2 times PrivBayes' R), 0 for the empty table. All of it is of true counts, in whole
 * numbers. A row moves the distance by n/(n+1)·‖p−e_x‖₁·‖q−e_π‖₁ < 4, so k rows move the score by at most 2⁸·k.
 *
 * @proof docs/proofs/privbayes-score.md
 * @cite R: Zhang, Cormode, Procopiuc, Srivastava, Xiao 2017, "PrivBayes", ACM TODS 42(4), §4
 */
const productL1Error: Score = {
  needs: "child",
  evaluate(counts, _estimate, child = { size: 1, stride: 1 }) {
    const { children, parents, total } = marginsOf(counts, child);
    if (total === 0) return 0n;
    const distance = total < 2 ** 26 ? distanceInDoubles(counts, child, children, parents, total) : distanceInIntegers(counts, child, children, parents, total);
    return (BigInt(FIXED_POINT / 4) * distance) / BigInt(total);
  },
  fixedPoint: (rows) => BigInt(fixedPoint(rows)),
  sensitivity: (maxRows) => BigInt(FIXED_POINT) * BigInt(maxRows),
};

export const SCORES: Readonly<Record<ScoreName, Score>> = { "marginal-l1-error": marginalL1Error, "product-l1-error": productL1Error };

interface Margins {
  readonly children: Float64Array;
  /** Row-major over the other columns. */
  readonly parents: Float64Array;
  readonly total: number;
}

function marginsOf(counts: Float64Array, { size, stride }: Axis): Margins {
  const children = new Float64Array(size);
  const parents = new Float64Array(counts.length / size);
  let total = 0;
  eachCell(counts.length, { size, stride }, (cell, x, parent) => {
    children[x] += counts[cell];
    parents[parent] += counts[cell];
    total += counts[cell];
  });
  return { children, parents, total };
}

function eachCell(length: number, { size, stride }: Axis, visit: (cell: number, child: number, parent: number) => void): void {
  let cell = 0;
  for (let outer = 0; cell < length; outer += stride) for (let x = 0; x < size; x += 1) for (let inner = 0; inner < stride; inner += 1) visit(cell++, x, outer + inner);
}

/** Σ |n·n_xπ − n_x·n_π|, exact: with n below 2²⁶ both products are below 2⁵², and so is every partial sum that is kept. */
function distanceInDoubles(counts: Float64Array, child: Axis, children: Float64Array, parents: Float64Array, total: number): bigint {
  let whole = 0n;
  let sum = 0;
  eachCell(counts.length, child, (cell, x, parent) => {
    sum += Math.abs(total * counts[cell] - children[x] * parents[parent]);
    if (sum >= FLUSH) {
      whole += BigInt(sum);
      sum = 0;
    }
  });
  return whole + BigInt(sum);
}

/** The same for any n. */
function distanceInIntegers(counts: Float64Array, child: Axis, children: Float64Array, parents: Float64Array, total: number): bigint {
  let sum = 0n;
  eachCell(counts.length, child, (cell, x, parent) => {
    const gap = BigInt(total) * BigInt(counts[cell]) - BigInt(children[x]) * BigInt(parents[parent]);
    sum += gap < 0n ? -gap : gap;
  });
  return sum;
}

/** A public estimate in 1/256 of a row, whole. @pre finite */
function fixedPoint(estimate: number): number {
  return Math.round(FIXED_POINT * Math.min(Math.max(estimate, -LARGEST_ESTIMATE), LARGEST_ESTIMATE));
}
