import type { BinnedField } from "../../domain/bins.js";
import type { Column, Domain } from "../../domain/column.js";
import { booleanTexts, missingOf } from "../../domain/from-schema.js";
import { type DuckDb, sqlText } from "../duckdb.js";
import { representable } from "./binner.js";
import { isMissing, valueSql } from "./encode-sql.js";
import { withSource } from "./query.js";
import type { Source, SourceColumn } from "./source.js";

/** What encoding coerces in one column, in cells. Confidential. */
export interface ColumnCheck {
  readonly name: string;
  /** Cells that mean null; where the column is not nullable they go to the `onNull` rule's place. */
  readonly nulls: number;
  readonly nullable: boolean;
  readonly unseen: number;
  readonly unparsable: number;
  readonly outOfBounds: number;
}

/** Columns asked for in one query: planning one takes time that grows faster than its length. */
const AT_ONCE = 40;

/**
 * Count what encoding would coerce. INTERNAL: an unprotected look, for the owner's eyes; the caller records it in the ledger.
 * Rows that are no rows (too few cells) are not among `rows`. With `release`, identifiers may be absent and `true` and `false` are booleans.
 */
export async function checkTable(path: string, domain: Domain, options: { release?: boolean } = {}): Promise<{ rows: number; columns: ColumnCheck[] }> {
  const ask = async (db: DuckDb, source: Source) => {
    const one = async (sql: string): Promise<number[]> => (await db.connection.runAndReadAll(`SELECT ${sql} FROM ${source.from}`)).getRows()[0].map(Number);
    const row = await one("count(*)");
    for (let at = 0; at < domain.columns.length; at += AT_ONCE) {
      const counts = domain.columns.slice(at, at + AT_ONCE).flatMap((c) => countsSql(c, source, domain, options.release === true));
      row.push(...(await one(counts.join(", "))));
    }
    const columns = domain.columns.map((c, i) => {
      const [nulls, unseen, unparsable, outOfBounds] = row.slice(1 + 4 * i, 5 + 4 * i);
      return { name: c.name, nulls, nullable: c.field.dpsynth.nullable, unseen, unparsable, outOfBounds };
    });
    return { rows: row[0], columns };
  };
  return await withSource(path, domain, ask, options);
}

/** Four aggregates: null, unseen, unparsable, out of bounds. */
function countsSql(column: Column, source: Source, domain: Domain, release: boolean): string[] {
  const from = source.columns.get(column.name) as SourceColumn;
  const missing = missingOf(domain.schema, column.field);
  const count = (what: string): string => `count(*) FILTER (${what})`;
  if (column.bins !== undefined) return binnedCounts(column, valueSql(column, from, missing, true), count);
  const x = `CAST(${from.sql} AS VARCHAR)`;
  const none = isMissing(x, missing);
  const field = column.field;
  const known = field.type === "boolean" ? [...Object.values(booleanTexts(field)).flat(), ...(release ? ["true", "false"] : [])] : (column.labels as readonly string[]);
  const foreign = count(known.length === 0 ? `NOT ${none}` : `NOT ${none} AND ${x} NOT IN (${known.map(sqlText).join(", ")})`);
  return field.type === "boolean" ? [count(none), "0", foreign, "0"] : [count(none), foreign, "0", "0"];
}

function binnedCounts(column: Column, value: string, count: (what: string) => string): string[] {
  const field = column.field as BinnedField;
  const edges = column.bins?.edges as Float64Array;
  const [lowest, highest] = representable(field).map((v) => `${v}::DOUBLE`);
  const parsed = `(${value} >= ${lowest} AND ${value} <= ${highest}${field.type === "integer" ? ` AND ${value} = floor(${value})` : ""})`;
  const outside = `(${value} < ${edges[0]}::DOUBLE OR ${value} ${field.type === "number" ? ">" : ">="} ${edges[edges.length - 1]}::DOUBLE)`;
  return [count(`${value} IS NULL`), "0", count(`NOT ${parsed}`), count(`${parsed} AND ${outside}`)];
}
