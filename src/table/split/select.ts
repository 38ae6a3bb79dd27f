import { internal } from "../../base/errors.js";
import type { Codes, EncodedTable } from "../encoded.js";

/** The rows of one or more parts, as a table of its own. Throws where the table has not been split. */
export function selectPart(table: EncodedTable, part: number | readonly number[]): EncodedTable {
  const { parts } = table;
  if (parts === undefined) throw internal("a part of a table was asked for before its split");
  const wanted = new Uint8Array(256);
  for (const p of typeof part === "number" ? [part] : part) wanted[p] = 1;
  const keep = new Uint8Array(parts.length);
  for (let row = 0; row < keep.length; row += 1) keep[row] = wanted[parts[row]];
  return selectRows(table, keep);
}

/** The rows with `keep[row] ≠ 0`, in their order, over new shared memory; units are numbered anew, without gaps. */
export function selectRows(table: EncodedTable, keep: Uint8Array): EncodedTable {
  const rows = chosen(keep);
  const pick = <T extends Codes | Float64Array>(from: T): T => {
    const Kind = from.constructor as new (buffer: SharedArrayBuffer) => T;
    const out = new Kind(new SharedArrayBuffer(rows.length * from.BYTES_PER_ELEMENT));
    for (let i = 0; i < rows.length; i += 1) out[i] = from[rows[i]];
    return out;
  };
  return {
    ...table,
    rows: rows.length,
    codes: table.codes.map(pick),
    ...(table.values === undefined ? {} : { values: table.values.map((v) => (v === undefined ? undefined : pick(v))) }),
    ...(table.rawWords === undefined ? {} : { rawWords: table.rawWords.map(pick) }),
    ...(table.parts === undefined ? {} : { parts: pick(table.parts) }),
    ...unitsOf(table, rows),
  };
}

function chosen(keep: Uint8Array): Uint32Array {
  let count = 0;
  for (let row = 0; row < keep.length; row += 1) if (keep[row] !== 0) count += 1;
  const rows = new Uint32Array(count);
  for (let row = 0, next = 0; next < count; row += 1) if (keep[row] !== 0) rows[next++] = row;
  return rows;
}

function unitsOf(table: EncodedTable, rows: Uint32Array): Pick<EncodedTable, "units" | "unitCount" | "unitIds"> {
  if (table.units === undefined) return { unitCount: rows.length };
  const numbers = new Int32Array(table.unitCount).fill(-1);
  const units = new Uint32Array(new SharedArrayBuffer(rows.length * 4));
  const ids: (string | null)[] = [];
  let unitCount = 0;
  for (let i = 0; i < rows.length; i += 1) {
    const unit = table.units[rows[i]];
    if (numbers[unit] < 0) {
      numbers[unit] = unitCount++;
      if (table.unitIds !== undefined) ids.push(table.unitIds[unit]);
    }
    units[i] = numbers[unit];
  }
  return { units, unitCount, ...(table.unitIds === undefined ? {} : { unitIds: ids }) };
}
