import type { EncodedTable } from "../../table/encoded.js";
import { rawValues } from "../distance/space.js";
import type { Features } from "../utility/learners/features.js";

/** Some rows of a table, on some columns of its domain, as a learner takes them: binned columns by their values, or `coarse` by their bins. */
export function featuresOf(table: EncodedTable, columns: readonly number[], rows: Uint32Array, coarse = false): Features {
  const numeric: Float64Array[] = [];
  const categorical: { codes: Uint32Array; size: number }[] = [];
  for (const c of columns) {
    const column = table.domain.columns[c];
    if (column.bins === undefined) categorical.push({ codes: Uint32Array.from(rows, (row) => table.codes[c][row]), size: column.size });
    else if (coarse) numeric.push(Float64Array.from(rows, (row) => (table.codes[c][row] === column.nullCode ? Number.NaN : table.codes[c][row])));
    else {
      const values = rawValues(table, c);
      numeric.push(Float64Array.from(rows, (row) => values[row]));
    }
  }
  return { rows: rows.length, numeric, categorical };
}

/** Rows of two feature tables of the same columns, one after the other. */
export function stacked(a: Features, b: Features): Features {
  const join = (x: ArrayLike<number>, y: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(x.length + y.length);
    out.set(x);
    out.set(y, x.length);
    return out;
  };
  return {
    rows: a.rows + b.rows,
    numeric: a.numeric.map((column, c) => join(column, b.numeric[c])),
    categorical: a.categorical.map(({ codes, size }, c) => ({ codes: join(codes, b.categorical[c].codes), size })),
  };
}
