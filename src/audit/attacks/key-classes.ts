import type { Column } from "../../domain/column.js";
import type { EncodedTable } from "../../table/encoded.js";

/** Columns that the schema calls quasi-identifiers. */
export function quasiIdentifiers(columns: readonly Column[]): number[] {
  return columns.flatMap((column, c) => (column.role === "quasi-identifier" ? [c] : []));
}

/** The declared sensitive columns; where there are none, the last three that have no role. */
export function secretColumns(columns: readonly Column[]): number[] {
  const declared = columns.flatMap((column, c) => (column.role === "sensitive" ? [c] : []));
  if (declared.length > 0) return declared;
  return columns.flatMap((column, c) => (column.role === "none" ? [c] : [])).slice(-3);
}

/** A class of equal codes on `columns` for each row, the same number in every table; null counts as a value. */
export interface KeyClasses {
  /** For each table, the class of each of its rows. */
  readonly of: readonly Uint32Array[];
  readonly classes: number;
}

/** Number the classes of some rows (all where null) of several tables of one domain. */
export function keyClasses(tables: readonly { readonly table: EncodedTable; readonly rows: Uint32Array | null }[], columns: readonly number[]): KeyClasses {
  const sizes = tables.map(({ table, rows }) => (rows === null ? table.rows : rows.length));
  let ids = sizes.map((size) => new Uint32Array(size));
  let classes = sizes.some((size) => size > 0) ? 1 : 0;
  for (const c of columns) {
    const seen = new Map<number, number>();
    ids = ids.map((before, t) => {
      const { table, rows } = tables[t];
      const codes = table.codes[c];
      return before.map((id, i) => {
        const key = id * 4_294_967_296 + codes[rows === null ? i : rows[i]];
        let next = seen.get(key);
        if (next === undefined) {
          next = seen.size;
          seen.set(key, next);
        }
        return next;
      });
    });
    classes = seen.size;
  }
  return { of: ids, classes };
}

/** Rows in each class. */
export function classCounts(ids: Uint32Array, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (const id of ids) counts[id] += 1;
  return counts;
}
