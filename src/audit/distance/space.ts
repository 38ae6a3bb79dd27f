import type { Column } from "../../domain/column.js";
import type { EncodedTable } from "../../table/encoded.js";
import { jointRange, type MixedTable } from "./mixed.js";

/** Which columns of the domain a {@link MixedTable} holds, and where. */
export interface MixedSpace {
  /** Domain columns behind `numeric`, in order. */
  readonly numericColumns: readonly number[];
  /** Domain columns behind `categorical`, in order. */
  readonly categoricalColumns: readonly number[];
  /** All tables, in the order given, scaled by the same ranges. */
  readonly tables: readonly MixedTable[];
}

/**
 * Encoded tables of one domain as points of the mixed distance. Binned columns are numbers, scaled by their range over all
 * the tables together (so that train, control and release are measured alike); the rest are categories.
 */
export function mixedSpace(tables: readonly EncodedTable[]): MixedSpace {
  const columns = tables[0].domain.columns;
  const numericColumns = columns.flatMap((column, c) => (column.bins === undefined ? [] : [c]));
  const categoricalColumns = columns.flatMap((column, c) => (column.bins === undefined ? [c] : []));
  const numeric = tables.map(() => [] as Float64Array[]);
  for (const c of numericColumns) {
    const raw = tables.map((table) => rawValues(table, c));
    const range = jointRange(raw);
    raw.forEach((values, t) => {
      numeric[t].push(values.map((x) => x / range));
    });
  }
  return {
    numericColumns,
    categoricalColumns,
    tables: tables.map((table, t) => ({ rows: table.rows, numeric: numeric[t], categorical: categoricalColumns.map((c) => table.codes[c]) })),
  };
}

/** Values of a binned column in its inner unit, NaN for null; bin middles where the table carries no values. */
export function rawValues(table: EncodedTable, column: number): Float64Array {
  const values = table.values?.[column];
  if (values !== undefined) return values;
  const middles = binMiddles(table.domain.columns[column]);
  return Float64Array.from(table.codes[column], (code) => middles[code]);
}

function binMiddles(column: Column): Float64Array {
  const middles = new Float64Array(column.size).fill(Number.NaN);
  const edges = column.bins?.edges ?? new Float64Array(0);
  for (let b = 0; b + 1 < edges.length; b += 1) middles[b] = (edges[b] + edges[b + 1]) / 2;
  return middles;
}
