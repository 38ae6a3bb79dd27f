import type { SeededBits } from "../../base/random.js";

/**
 * Share `rows` more rows among cells so that each cell's running total is within one row of its target (all rows so
 * far · weight / Σ weights): whole parts first, the rest without replacement by a systematic draw over the fractional
 * parts with a fresh offset. Rows already given cannot be taken back, so over several calls a cell may, rarely, have to
 * wait a few rows beyond that bound; it never leaves two rows.
 * Uses only + − × ÷ and floor, which give the same bits on every Node version.
 * @param weights  cells' weights [at, at + cells), not all zero
 * @param given    rows each cell has had, same range; updated
 * @param seen     rows of the group before this call
 * @param take     out: rows for each cell, length ≥ cells
 */
export function apportion(weights: Float64Array, sum: number, given: Float64Array, at: number, cells: number, seen: number, rows: number, take: Float64Array, bits: SeededBits): void {
  const all = seen + rows;
  let left = rows;
  let fractions = 0;
  for (let i = 0; i < cells; i += 1) {
    const target = (all * weights[at + i]) / sum;
    const whole = Math.floor(target);
    const due = whole > given[at + i] ? whole - given[at + i] : 0;
    take[i] = due;
    left -= due;
    if (given[at + i] + due === whole) fractions += target - whole;
  }
  if (left > 0) left -= systematic(weights, sum, given, at, cells, all, left, fractions, take, bits);
  while (left !== 0) left += settle(weights, sum, given, at, cells, all, left < 0, take);
  for (let i = 0; i < cells; i += 1) given[at + i] += take[i];
}

/** Draw `left` distinct cells with probability near their fractional parts; returns how many rows were placed. */
function systematic(weights: Float64Array, sum: number, given: Float64Array, at: number, cells: number, all: number, left: number, fractions: number, take: Float64Array, bits: SeededBits): number {
  if (!(fractions > 0)) return 0;
  const step = fractions / left;
  let next = bits.uniform() * step;
  let passed = 0;
  let placed = 0;
  for (let i = 0; i < cells && placed < left; i += 1) {
    const target = (all * weights[at + i]) / sum;
    const whole = Math.floor(target);
    if (given[at + i] + take[i] !== whole || target === whole) continue;
    passed += target - whole;
    if (next < passed) {
      take[i] += 1;
      placed += 1;
      next += step;
    }
  }
  return placed;
}

/** One row to the cell furthest behind, or one back from the cell furthest ahead; returns the change of what is left. */
function settle(weights: Float64Array, sum: number, given: Float64Array, at: number, cells: number, all: number, tooMany: boolean, take: Float64Array): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < cells; i += 1) {
    const behind = (all * weights[at + i]) / sum - given[at + i] - take[i];
    const need = tooMany ? -behind : behind;
    if (need > most && (tooMany ? take[i] > 0 : weights[at + i] > 0)) {
      best = i;
      most = need;
    }
  }
  take[best] += tooMany ? -1 : 1;
  return tooMany ? 1 : -1;
}
