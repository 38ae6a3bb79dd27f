import type { Codes, EncodedTable } from "../encoded.js";

/** One table of several of the same domain, rows of the i-th in part i. Equal identifiers name one person, whatever table they stand in. */
export function joinParts(tables: readonly EncodedTable[]): EncodedTable {
  const { domain } = tables[0];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const parts = new Uint8Array(rows);
  let at = 0;
  tables.forEach((table, part) => {
    parts.fill(part, at, at + table.rows);
    at += table.rows;
  });
  return {
    domain,
    rows,
    codes: domain.columns.map((_, c) => end(tables.map((table) => table.codes[c]))),
    ...(tables[0].values === undefined ? {} : { values: domain.columns.map((column, c) => (column.bins === undefined ? undefined : end(tables.map((table) => table.values?.[c] as Float64Array)))) }),
    ...unitsOf(tables, rows),
    parts,
  };
}

/** Columns of one width, end to end. */
function end<T extends Codes | Float64Array>(columns: readonly T[]): T {
  const Kind = columns[0].constructor as new (buffer: SharedArrayBuffer) => T;
  const length = columns.reduce((sum, column) => sum + column.length, 0);
  const out = new Kind(new SharedArrayBuffer(length * columns[0].BYTES_PER_ELEMENT));
  let at = 0;
  for (const column of columns) {
    out.set(column as never, at);
    at += column.length;
  }
  return out;
}

function unitsOf(tables: readonly EncodedTable[], rows: number): Pick<EncodedTable, "units" | "unitCount" | "unitIds"> {
  if (tables.some((table) => table.units === undefined || table.unitIds === undefined)) return { unitCount: rows };
  const unitIds: (string | null)[] = [];
  const known = new Map<string, number>();
  const units = new Uint32Array(rows);
  let at = 0;
  for (const table of tables) {
    const numbers = (table.unitIds ?? []).map((id) => {
      const before = id === null ? undefined : known.get(id);
      if (before !== undefined) return before;
      if (id !== null) known.set(id, unitIds.length);
      return unitIds.push(id) - 1;
    });
    for (const unit of table.units ?? []) {
      units[at] = numbers[unit];
      at += 1;
    }
  }
  return { units, unitCount: unitIds.length, unitIds };
}
