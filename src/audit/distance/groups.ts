import type { MixedTable } from "./mixed.js";

/** References sorted into groups of equal categorical tuple, each group in rank order. */
export interface Groups {
  /** Reference row at each place. */
  readonly order: Uint32Array;
  /** First place of each group, and the row count at the end. */
  readonly starts: Uint32Array;
}

/** Group `table`'s rows by all of `columns`. */
export function groupRows(rows: number, columns: readonly ArrayLike<number>[], ranks: Uint32Array): Groups {
  let ids = new Uint32Array(rows);
  let count = rows === 0 ? 0 : 1;
  for (const column of columns) {
    const seen = new Map<number, number>();
    const next = new Uint32Array(rows);
    for (let i = 0; i < rows; i += 1) {
      const key = ids[i] * 4_294_967_296 + column[i];
      let id = seen.get(key);
      if (id === undefined) {
        id = seen.size;
        seen.set(key, id);
      }
      next[i] = id;
    }
    ids = next;
    count = seen.size;
  }
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < rows; i += 1) starts[ids[i] + 1] += 1;
  for (let g = 0; g < count; g += 1) starts[g + 1] += starts[g];
  const byRank = new Uint32Array(rows);
  for (let i = 0; i < rows; i += 1) byRank[ranks[i]] = i;
  const at = starts.slice();
  const order = new Uint32Array(rows);
  for (const row of byRank) {
    order[at[ids[row]]] = row;
    at[ids[row]] += 1;
  }
  return { order, starts };
}

/** Categorical columns, then one null flag for each numeric column that has a null on either side. */
export function withNullFlags(queries: MixedTable, references: MixedTable): [ArrayLike<number>[], ArrayLike<number>[]] {
  const left = [...queries.categorical];
  const right = [...references.categorical];
  for (let c = 0; c < references.numeric.length; c += 1) {
    const flags = [queries.numeric[c], references.numeric[c]].map((column) => Uint8Array.from(column, (x) => (Number.isNaN(x) ? 1 : 0)));
    if (flags[0].includes(1) || flags[1].includes(1)) {
      left.push(flags[0]);
      right.push(flags[1]);
    }
  }
  return [left, right];
}
