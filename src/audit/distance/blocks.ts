import type { MixedTable } from "./mixed.js";
import type { ByteColumns } from "./quantise.js";

/** Rows of a block, at most. */
const LEAF = 64;
const LANES = 8;
/** Rows that choose the column a node is split by. */
const SAMPLE = 256;

/** References in blocks of rows that are alike; each block fills whole eights of slots. */
export interface Blocks {
  /** Reference row of each slot, −1 for a slot that only fills up. */
  readonly slots: Int32Array;
  /** First slot of each block in units of 8, and the end. */
  readonly starts: Uint32Array;
}

/**
 * A k-d tree's leaves: nodes are split at the median of the column along which two random rows lie farthest apart. Of
 * rows that are equal in everything, only the `k` of least rank are kept: no other can be an answer.
 */
export function blocksOf(table: MixedTable, bytes: ByteColumns, ranks: Uint32Array, k: number): Blocks {
  const rows = Uint32Array.from({ length: table.rows }, (_, i) => i);
  const spare = new Uint32Array(table.rows);
  const columns = [...bytes.categorical, ...bytes.numeric];
  const split = splitter(columns, bytes.categorical.length);
  const slots: number[] = [];
  const starts: number[] = [0];
  const emit = (leaf: ArrayLike<number>): void => {
    for (let from = 0; from < leaf.length; from += LEAF) {
      const to = Math.min(leaf.length, from + LEAF);
      for (let i = from; i < to; i += 1) slots.push(leaf[i]);
      while (slots.length % LANES !== 0) slots.push(-1);
      starts.push(slots.length / LANES);
    }
  };
  const open: [number, number][] = [[0, table.rows]];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const [from, to] = node;
    const middle = to - from <= LEAF ? from : split(rows, spare, from, to);
    if (middle === from) emit(to - from <= LEAF ? rows.subarray(from, to) : withoutRepeats(table, rows.subarray(from, to), ranks, k));
    else open.push([middle, to], [from, middle]);
  }
  return { slots: Int32Array.from(slots), starts: Uint32Array.from(starts) };
}

/** Partition rows from … to − 1 and give the border; `from` where every byte of all of them is equal. */
function splitter(columns: readonly Uint8Array[], categorical: number): (rows: Uint32Array, spare: Uint32Array, from: number, to: number) => number {
  const histogram = new Uint32Array(256);
  const count = (column: Uint8Array, rows: Uint32Array, from: number, to: number, step: number): number => {
    histogram.fill(0);
    let n = 0;
    for (let i = from; i < to; i += step, n += 1) histogram[column[rows[i]]] += 1;
    return n;
  };
  const spread = (c: number, n: number): number => {
    let sum = 0;
    let below = 0;
    for (let v = 0; v < 256; v += 1) {
      if (c < categorical) sum += histogram[v] * (n - histogram[v]);
      else {
        below += histogram[v];
        sum += (2 * below * (n - below)) / 255;
      }
    }
    return sum;
  };
  const best = (rows: Uint32Array, from: number, to: number, step: number): number => {
    let [column, most] = [-1, 0];
    for (let c = 0; c < columns.length; c += 1) {
      const found = spread(c, count(columns[c], rows, from, to, step));
      if (found > most) [column, most] = [c, found];
    }
    return column;
  };
  return (rows, spare, from, to) => {
    const sampled = best(rows, from, to, Math.max(1, Math.floor((to - from) / SAMPLE)));
    const chosen = sampled >= 0 ? sampled : best(rows, from, to, 1);
    if (chosen < 0) return from;
    const column = columns[chosen];
    count(column, rows, from, to, 1);
    return partition(column, medianOf(histogram, to - from), rows, spare, from, to);
  };
}

/** The value whose rows and all below make the part nearest to a half, with rows left above it. */
function medianOf(histogram: Uint32Array, n: number): number {
  let [value, gap, below] = [0, Number.POSITIVE_INFINITY, 0];
  for (let v = 0; v < 256; v += 1) {
    below += histogram[v];
    if (below === 0 || below === n || histogram[v] === 0) continue;
    const off = Math.abs(2 * below - n);
    if (off < gap) [value, gap] = [v, off];
  }
  return value;
}

function partition(column: Uint8Array, value: number, rows: Uint32Array, spare: Uint32Array, from: number, to: number): number {
  let left = from;
  let right = 0;
  for (let i = from; i < to; i += 1) {
    const row = rows[i];
    if (column[row] <= value) {
      rows[left] = row;
      left += 1;
    } else {
      spare[right] = row;
      right += 1;
    }
  }
  rows.set(spare.subarray(0, right), left);
  return left;
}

/** Of rows equal in every column, the `k` of least rank. */
function withoutRepeats(table: MixedTable, rows: Uint32Array, ranks: Uint32Array, k: number): number[] {
  const seen = new Map<string, number>();
  return [...rows]
    .sort((a, b) => ranks[a] - ranks[b])
    .filter((row) => {
      const key = [...table.categorical.map((column) => column[row]), ...table.numeric.map((column) => column[row])].join();
      const times = seen.get(key) ?? 0;
      seen.set(key, times + 1);
      return times < k;
    });
}
