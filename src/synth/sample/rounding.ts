import type { SeededBits } from "../../base/random.js";
import { type OpenCells, openCells, pickOptional } from "./optional-rows.js";

/** Largest sum of a group's weights: 65,536 rows times a weight, and a remainder, stay below 2⁵³ and their quotient is exact. */
export const MOST_WEIGHT = 68_719_476_736;

/** What a table of cells has had so far, in exact integers, whatever the number of rows. */
export interface Shares {
  /** Whole numbers; each group's sum is at most {@link MOST_WEIGHT}. */
  readonly weights: Float64Array;
  /** (rows of the group so far · weight) mod the group's sum. */
  readonly remainders: Float64Array;
  /** 1 where a cell has had the row that its remainder is still growing into. */
  readonly ahead: Uint8Array;
}

export function sharesOf(weights: Float64Array): Shares {
  return { weights, remainders: new Float64Array(weights.length), ahead: new Uint8Array(weights.length) };
}

/** Shares rows among the cells [at, at + cells) of `shares`, whose weights sum to `sum` > 0: rows for each go into `take`, of length ≥ cells. */
export type Apportion = (shares: Shares, at: number, cells: number, sum: number, rows: number, take: Uint32Array) => void;

/**
 * Chairman assignment by deadlines (Tijdeman 1980; the windows are those of Baruah et al.'s proportionate progress, 1996): after every call, whatever the
 * sizes of the calls, each cell's total is less than one row from (all rows so far) · weight / Σ weights. A cell gets its whole part, ⌊target⌋; which cells
 * get ⌈target⌉ is drawn at random among the choices from which no later call can be forced out of the bound (see {@link pickOptional}).
 * @param most  cells of the largest group, for work space
 */
export function apportioner(most: number, bits: SeededBits): Apportion {
  const open = openCells(most);
  return ({ weights, remainders, ahead }, at, cells, sum, rows, take) => {
    let left = rows;
    let count = 0;
    for (let i = 0; i < cells; i += 1) {
      const weight = weights[at + i];
      const grown = rows * weight;
      const all = remainders[at + i] + grown;
      let due = 0;
      if (all >= sum) {
        due = Math.floor(all / sum);
        const rest = all - due * sum;
        remainders[at + i] = rest;
        due -= ahead[at + i];
        ahead[at + i] = 0;
        left -= due;
        if (rest > 0) count = note(open, count, i, sum - rest, weight, rest / sum);
      } else if (all > 0) {
        remainders[at + i] = all;
        // to be ahead with probability remainder / sum, those not ahead before must become so with the rest of it
        count = note(open, count, i, sum - all, weight, ahead[at + i] === 1 ? -1 : grown / (sum - all + grown));
      }
      take[i] = due;
    }
    if (left > 0) pickOptional(open, count, left, sum, bits, take, ahead, at);
  };
}

function note({ cell, missing, weight, chance }: OpenCells, k: number, i: number, lacks: number, grows: number, p: number): number {
  cell[k] = i;
  missing[k] = lacks;
  weight[k] = grows;
  chance[k] = p;
  return k + 1;
}
