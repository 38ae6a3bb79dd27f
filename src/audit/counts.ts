import type { Codes } from "../table/encoded.js";

/** Cells up to which counts stand in an array; beyond, in a map. */
const DENSE_CELLS = 1 << 20;

/** Counts of the cells that occur, by row-major cell number. */
export interface CellCounts {
  readonly cells: number;
  readonly rows: number;
  get(cell: number): number;
  /** Every cell that occurs, once. */
  forEach(visit: (count: number, cell: number) => void): void;
}

/** Row-major cell number of each of `rows` (all where null) over `columns`. @pre the product of sizes is below 2⁵³ */
export function cellNumbers(codes: readonly Codes[], sizes: readonly number[], columns: readonly number[], rows: Uint32Array | null, total: number): Float64Array {
  const n = rows === null ? total : rows.length;
  const out = new Float64Array(n);
  for (const c of columns) {
    const column = codes[c];
    const size = sizes[c];
    if (rows === null) for (let i = 0; i < n; i += 1) out[i] = out[i] * size + column[i];
    else for (let i = 0; i < n; i += 1) out[i] = out[i] * size + column[rows[i]];
  }
  return out;
}

export function countCells(numbers: Float64Array, cells: number): CellCounts {
  if (cells <= DENSE_CELLS) {
    const dense = new Uint32Array(cells);
    for (let i = 0; i < numbers.length; i += 1) dense[numbers[i]] += 1;
    return {
      cells,
      rows: numbers.length,
      get: (cell) => dense[cell],
      forEach(visit) {
        for (let cell = 0; cell < cells; cell += 1) if (dense[cell] > 0) visit(dense[cell], cell);
      },
    };
  }
  const sparse = new Map<number, number>();
  for (let i = 0; i < numbers.length; i += 1) sparse.set(numbers[i], (sparse.get(numbers[i]) ?? 0) + 1);
  return { cells, rows: numbers.length, get: (cell) => sparse.get(cell) ?? 0, forEach: (visit) => sparse.forEach(visit) };
}

/** Total variation distance ½ Σ |p − q| of two tables over the same cells. @pre both have rows */
export function totalVariation(a: CellCounts, b: CellCounts): number {
  let sum = 0;
  let seen = 0;
  a.forEach((count, cell) => {
    const other = b.get(cell);
    seen += other;
    sum += Math.abs(count / a.rows - other / b.rows);
  });
  return (sum + (b.rows - seen) / b.rows) / 2;
}
