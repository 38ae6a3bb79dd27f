import { seededBits } from "../../src/base/random.js";
import type { Column, Domain } from "../../src/domain/column.js";
import type { TableSchema } from "../../src/formats/table-schema.js";
import type { Codes, EncodedTable } from "../../src/table/encoded.js";

/** A domain of categorical columns of the given sizes, named a, b, c, … */
export function categoricalDomain(sizes: readonly number[], ordered: readonly boolean[] = []): Domain {
  const name = (i: number): string => (i < 26 ? String.fromCharCode(97 + i) : `c${i}`);
  const fields = sizes.map((size, i) => ({
    name: name(i),
    type: "string" as const,
    categories: Array.from({ length: size }, (_, k) => `v${k}`),
    ...(ordered[i] ? { categoriesOrdered: true } : {}),
    dpsynth: { role: "none" as const, nullable: false, onNull: "first" as const, onUnseen: "first" as const, source: "public" as const },
  }));
  const schema: TableSchema = { fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } };
  const columns: Column[] = fields.map((field, i) => ({
    name: field.name,
    type: "string",
    role: "none",
    size: sizes[i],
    ordered: ordered[i] ?? false,
    labels: field.categories,
    valueCount: sizes[i],
    field,
  }));
  return { columns, identifiers: [], unit: { kind: "row" }, maxRows: 1, schema };
}

/** Narrowest shared typed array for a column of `size` codes. */
export function sharedCodes(size: number, rows: number): Codes {
  if (size <= 256) return new Uint8Array(new SharedArrayBuffer(rows));
  if (size <= 65_536) return new Uint16Array(new SharedArrayBuffer(rows * 2));
  return new Uint32Array(new SharedArrayBuffer(rows * 4));
}

/** Rows drawn with dependence: each column repeats the one before it (modulo its size) half of the time. */
export function randomTable(sizes: readonly number[], rows: number, seed: string): EncodedTable {
  const bits = seededBits(seed);
  const codes = sizes.map((size) => sharedCodes(size, rows));
  for (let row = 0; row < rows; row += 1) {
    for (let c = 0; c < sizes.length; c += 1) {
      codes[c][row] = c > 0 && bits.below(2) === 0 ? codes[c - 1][row] % sizes[c] : bits.below(sizes[c]);
    }
  }
  return { domain: categoricalDomain(sizes), rows, codes, unitCount: rows };
}
