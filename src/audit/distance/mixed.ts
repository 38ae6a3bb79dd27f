/**
 * Rows as the mixed distance sees them: numeric columns already divided by their range (NaN for null), and categorical
 * columns as codes (null is a code like any other).
 */
export interface MixedTable {
  readonly rows: number;
  readonly numeric: readonly Float64Array[];
  readonly categorical: readonly ArrayLike<number>[];
}

/**
 * Anonymeter's distance (Giomi et al. 2023), a sum over columns: |Δ|/range for numbers, 1 for unequal categories. It leaves
 * nulls undefined (NaN, or 1 between two nulls); here null is a value of its own: 0 between two nulls, 1 between null and a
 * number, as SDMetrics has it.
 */
export function mixedDistance(a: MixedTable, i: number, b: MixedTable, j: number): number {
  let sum = 0;
  let mismatches = 0;
  for (let c = 0; c < a.numeric.length; c += 1) {
    const x = a.numeric[c][i];
    const y = b.numeric[c][j];
    const d = Math.abs(x - y);
    if (!Number.isNaN(d)) sum += d;
    else if (Number.isNaN(x) !== Number.isNaN(y)) mismatches += 1;
  }
  for (let c = 0; c < a.categorical.length; c += 1) if (a.categorical[c][i] !== b.categorical[c][j]) mismatches += 1;
  return sum + mismatches;
}

/** Range of a column over several tables at once, as Anonymeter takes it; 1 where all values are equal or null. */
export function jointRange(columns: readonly Float64Array[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i += 1) {
      if (column[i] < low) low = column[i];
      if (column[i] > high) high = column[i];
    }
  }
  return high > low ? high - low : 1;
}

/** The rows `index` of a table, in that order. */
export function takeRows(table: MixedTable, index: ArrayLike<number>): MixedTable {
  const pick = <T extends ArrayLike<number>>(column: T): Float64Array => {
    const out = new Float64Array(index.length);
    for (let i = 0; i < index.length; i += 1) out[i] = column[index[i]];
    return out;
  };
  const pickCodes = (column: ArrayLike<number>): Uint32Array => {
    const out = new Uint32Array(index.length);
    for (let i = 0; i < index.length; i += 1) out[i] = column[index[i]];
    return out;
  };
  return { rows: index.length, numeric: table.numeric.map(pick), categorical: table.categorical.map(pickCodes) };
}

/** The table on some of its columns, by position among numeric and among categorical ones. */
export function takeColumns(table: MixedTable, numeric: readonly number[], categorical: readonly number[]): MixedTable {
  return { rows: table.rows, numeric: numeric.map((c) => table.numeric[c]), categorical: categorical.map((c) => table.categorical[c]) };
}
