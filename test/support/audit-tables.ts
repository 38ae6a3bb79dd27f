import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededBits } from "../../src/base/random.js";
import type { Column, Domain } from "../../src/domain/column.js";
import type { EncodedTable } from "../../src/table/encoded.js";

/** Folder of the real tables, or null (with a printed reason) where they are absent. */
export function dataFolder(name: string): string | null {
  const folder = join(process.env.DPSYNTH_DATA ?? "../shared/data", name);
  if (existsSync(folder)) return folder;
  console.log(`skipped: no ${name} under DPSYNTH_DATA`);
  return null;
}

/** Plain CSV without quotes: header and cells. */
export function readPlainCsv(path: string): { header: string[]; rows: string[][] } {
  const [header, ...rows] = readFileSync(path, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return { header, rows };
}

export interface Declared {
  readonly name: string;
  readonly kind: "number" | "category";
  readonly role?: Column["role"];
  readonly bins?: number;
}

/** Domain over all the rows handed in: equal-width bins, categories in order of first sight, `?` and "" null. */
export function domainOf(declared: readonly Declared[], rows: readonly (readonly string[])[]): Domain {
  const columns = declared.map((entry, c): Column => {
    const cells = rows.map((row) => row[c]).filter((cell) => !isNull(cell));
    const role = entry.role ?? "none";
    if (entry.kind === "category") {
      const labels = [...new Set(cells)];
      return {
        name: entry.name,
        type: "string",
        role,
        size: labels.length + 1,
        ordered: false,
        labels: [...labels, "(null)"],
        valueCount: labels.length,
        nullCode: labels.length,
        field: {} as Column["field"],
      };
    }
    const values = cells.map(Number);
    const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) + 1;
    const count = entry.bins ?? 20;
    const edges = Float64Array.from({ length: count + 1 }, (_, b) => low + ((high - low) * b) / count);
    return { name: entry.name, type: "integer", role, size: count + 1, ordered: true, bins: { edges, step: 1 }, valueCount: count, nullCode: count, field: {} as Column["field"] };
  });
  return { columns, identifiers: [], unit: { kind: "row" }, maxRows: 1, schema: {} as Domain["schema"] };
}

const isNull = (cell: string): boolean => cell === "?" || cell === "";

/** Rows of cells as an encoded table of the domain. */
export function encode(domain: Domain, rows: readonly (readonly string[])[], extra: Partial<Pick<EncodedTable, "parts" | "units" | "unitCount">> = {}): EncodedTable {
  const values = domain.columns.map((column, c) => (column.bins === undefined ? undefined : Float64Array.from(rows, (row) => (isNull(row[c]) ? Number.NaN : Number(row[c])))));
  const codes = domain.columns.map((column, c) => {
    const index = new Map(column.labels?.map((label, code) => [label, code]));
    return Uint16Array.from(rows, (row, i) => {
      if (isNull(row[c])) return column.nullCode as number;
      if (column.bins === undefined) return index.get(row[c]) as number;
      const { edges } = column.bins;
      const width = (edges[edges.length - 1] - edges[0]) / column.valueCount;
      return Math.min(column.valueCount - 1, Math.floor(((values[c] as Float64Array)[i] - edges[0]) / width));
    });
  });
  return { domain, rows: rows.length, codes, values, unitCount: extra.unitCount ?? rows.length, ...extra };
}

/** A seeded permutation of 0 … n − 1. */
export function permutation(n: number, seed: string): number[] {
  const bits = seededBits(seed);
  const out = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = bits.below(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

export const ADULT_NUMBERS = ["age", "fnlwgt", "education-num", "education_num", "capital-gain", "capital_gain", "capital-loss", "capital_loss", "hours-per-week", "hr_per_week"];

/** Adult's columns by name: numbers of 20 bins, the rest categories; income is sensitive. */
export function adultColumns(header: readonly string[]): Declared[] {
  return header.map((name) => ({ name, kind: ADULT_NUMBERS.includes(name) ? "number" : "category", role: name === "income" ? "sensitive" : "none" }));
}
