import type { SeededBits } from "../../base/random.js";

/** Cells whose target is between two whole numbers, in any order; work space that a sampler uses again and again. */
export interface OpenCells {
  readonly cell: Uint32Array;
  /** What the remainder lacks to the next whole row, in units of weight: Σ weights − remainder. */
  readonly missing: Float64Array;
  readonly weight: Float64Array;
  /** Chance, up to a common factor, that the cell gets its next row now; −1 where it has had it. */
  readonly chance: Float64Array;
  readonly deadline: Float64Array;
  readonly key: Float64Array;
  readonly limit: Float64Array;
}

export function openCells(most: number): OpenCells {
  return {
    cell: new Uint32Array(most),
    missing: new Float64Array(most),
    weight: new Float64Array(most),
    chance: new Float64Array(most),
    deadline: new Float64Array(most),
    key: new Float64Array(most),
    limit: new Float64Array(most),
  };
}

/**
 * Give one row each to `left` of the `count` open cells that have not had their next one.
 *
 * A cell's deadline d is how many more rows of the group may come before its target reaches the next whole number: by then it must have had that row. A choice
 * is safe when, for every m ≥ 0, at most ⌈Σ over cells with d > m of their fractional part m rows later⌉ of the cells with d > m are a row ahead: then every
 * cell can be served by its deadline whatever rows come. These sets are nested and the limits grow, so safe choices are the bases of a laminar matroid:
 * any safe start extends to `left` cells, the earliest deadlines first if need be. The draw is systematic with a fresh offset, from the latest
 * deadline to the earliest; without cells ahead it is safe by itself, and each cell's chance is its fractional part.
 */
export function pickOptional(open: OpenCells, count: number, left: number, sum: number, bits: SeededBits, take: Uint32Array, ahead: Uint8Array, at: number): void {
  const { cell, chance, key, limit } = open;
  sortByDeadline(open, count);
  const step = limitEach(open, count, left, sum) / left;
  let next = bits.uniform() * step;
  let passed = 0;
  let picked = 0;
  for (let j = count - 1; j >= 0 && picked < left; j -= 1) {
    const k = key[j];
    if (chance[k] < 0) continue;
    passed += chance[k];
    if (next >= passed || picked >= limit[j]) continue;
    chance[k] = -1;
    take[cell[k]] += 1;
    ahead[at + cell[k]] = 1;
    picked += 1;
    next += step;
  }
  for (let j = 0; picked < left; j += 1) {
    const k = key[j];
    if (chance[k] < 0) continue;
    take[cell[k]] += 1;
    ahead[at + cell[k]] = 1;
    picked += 1;
  }
}

/** 2⁵²: below it, deadline · count + place comes apart exactly. */
const EXACT = 4_503_599_627_370_496;
const FEW = 24;

/** Afterwards `key` holds the open cells' places, earliest deadline first. Deadlines and places travel in one double, which sorts without a callback. */
function sortByDeadline({ missing, weight, deadline, key }: OpenCells, count: number): void {
  const furthest = Math.floor(EXACT / count) - 1;
  for (let k = 0; k < count; k += 1) {
    const whole = Math.floor(missing[k] / weight[k]);
    deadline[k] = Math.min(furthest, whole * weight[k] < missing[k] ? whole + 1 : whole); // exact, though the quotient is rounded
    key[k] = deadline[k] * count + k;
  }
  if (count > FEW) key.subarray(0, count).sort();
  else insertionSort(key, count);
  for (let j = 0; j < count; j += 1) key[j] -= Math.floor(key[j] / count) * count;
}

function insertionSort(key: Float64Array, count: number): void {
  for (let i = 1; i < count; i += 1) {
    const held = key[i];
    let j = i - 1;
    while (j >= 0 && key[j] > held) {
      key[j + 1] = key[j];
      j -= 1;
    }
    key[j + 1] = held;
  }
}

/** Sets `limit[j]`, how many may be picked among the cells from place j of the order on; returns the sum of chances. */
function limitEach({ missing, weight, chance, deadline, key, limit }: OpenCells, count: number, left: number, sum: number): number {
  let [fraction, growth, aheads, chances] = [0, 0, 0, 0];
  for (let k = 0; k < count; k += 1) {
    fraction += sum - missing[k];
    growth += weight[k];
    if (chance[k] < 0) aheads += 1;
    else chances += chance[k];
  }
  let [later, least] = [0, left];
  for (let j = 0; j < count; j += 1) {
    const k = key[j];
    least = Math.min(least, Math.ceil((fraction + later * growth) / sum) - aheads);
    limit[j] = least;
    later = deadline[k];
    fraction -= sum - missing[k];
    growth -= weight[k];
    if (chance[k] < 0) aheads -= 1;
  }
  return chances;
}
