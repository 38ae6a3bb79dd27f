import type { Domain } from "../../domain/column.js";
import { domainFromSchema } from "../../domain/from-schema.js";
import type { TableSchema } from "../../formats/table-schema.js";
import type { EncodedTable } from "../../table/encoded.js";

/** Two neighbouring tables, made up: `table`, and the same with one unit more, whose rows are `copies` times `target`. */
export interface Worlds {
  readonly id: string;
  /** What makes them the worst case, in a sentence. */
  readonly why: string;
  readonly domain: Domain;
  readonly table: EncodedTable;
  /** Codes of the one unit's rows. */
  readonly target: readonly number[];
  readonly copies: number;
  readonly withTarget: EncodedTable;
}

/** A few rows, and a unit whose every value nobody else has: its cell of every marginal is empty without it. */
export function unseenRecord(copies = 1): Worlds {
  const rows = [
    [0, 0, 0],
    [0, 1, 1],
    [1, 1, 0],
  ];
  return worldsOf("unseen", "A handful of rows, and a record none of whose values anybody else has.", [3, 3, 3], rows, [2, 2, 2], copies);
}

/** Pairs of four columns in which the target's cell is fuller than independence has it (1), or emptier (−1). */
export const PAIR_SIGNS: readonly (readonly [number, number, number])[] = [
  [0, 1, 1],
  [1, 2, 1],
  [2, 3, 1],
  [0, 2, -1],
  [0, 3, -1],
  [1, 3, -1],
];

/**
 * Four even two-valued columns, all pairs of them equally far from independent. The target moves half of the pairs' scores up and half
 * down by its whole sensitivity, whatever was picked before: the exponential mechanism then tells as much as its price allows.
 * Margins are even, so that noise in the one-ways moves the products of their estimates in second order only.
 * @param rho price of a fit: the fewer rows, the more the noise blurs which cells are too full
 */
export function biasedChoice(rho: number, copies = 1): Worlds {
  const patterns = Array.from({ length: 16 }, (_, bits) => [3, 2, 1, 0].map((axis) => (bits >> axis) & 1));
  const tilt = (row: readonly number[]): number => PAIR_SIGNS.reduce((sum, [a, b, sign]) => sum + (row[a] === row[b] ? sign : -sign), 0);
  const steepest = Math.max(...patterns.map((row) => -tilt(row)));
  const step = Math.min(2048, Math.max(4, Math.ceil((2.6 * copies) / Math.sqrt(rho))));
  const rows = patterns.flatMap((row) => Array.from({ length: step * (steepest + tilt(row)) }, () => row));
  return worldsOf("choice", "All pairs of columns equally dependent, and a record that moves half of their scores up and half down.", [2, 2, 2, 2], rows, [0, 0, 0, 0], copies);
}

/** Worlds over categorical columns of the given sizes. */
export function worldsOf(id: string, why: string, sizes: readonly number[], rows: readonly (readonly number[])[], target: readonly number[], copies = 1): Worlds {
  const domain = categorical(sizes, copies);
  const more = Array.from({ length: copies }, () => target);
  return { id, why, domain, target, copies, table: tableOf(domain, rows), withTarget: tableOf(domain, [...rows, ...more]) };
}

function categorical(sizes: readonly number[], copies: number): Domain {
  const label = { role: "none", nullable: false, onNull: "first", onUnseen: "first", source: "public" } as const;
  const fields = sizes.map((size, c) => ({ name: `c${c}`, type: "string" as const, categories: Array.from({ length: size }, (_, code) => `v${code}`), dpsynth: label }));
  const schema: TableSchema = { fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } };
  return { ...domainFromSchema(schema, "worlds"), maxRows: copies };
}

function tableOf(domain: Domain, rows: readonly (readonly number[])[]): EncodedTable {
  const codes = domain.columns.map((_, c) => {
    const column = new Uint8Array(new SharedArrayBuffer(rows.length));
    rows.forEach((row, i) => {
      column[i] = row[c];
    });
    return column;
  });
  return { domain, rows: rows.length, codes, unitCount: rows.length };
}
