import type { Domain } from "../../domain/column.js";
import { missingOf } from "../../domain/from-schema.js";
import { isMissing, valueSql } from "./encode-sql.js";
import { blocks, withSource } from "./query.js";
import type { Source, SourceColumn } from "./source.js";

/** Magnitudes are told apart from 2⁻³² to 2⁶³; smaller ones join the lowest bucket, larger ones the highest. */
const LEAST_EXPONENT = -32;
const MOST_EXPONENT = 62;
const EXPONENTS = MOST_EXPONENT - LEAST_EXPONENT + 1;

/**
 * Exact counts of each text of a string column that does not mean null, for paid discovery. Confidential. Of one person at most
 * `maxRows` rows count: those whose texts hash lowest, which depends on that person's own rows alone.
 */
export async function distinctCounts(path: string, column: string, domain: Domain): Promise<Map<string, number>> {
  return await withSource(path, domain, async (db, source) => {
    const { sql, missing } = columnOf(source, domain, column);
    const out = new Map<string, number>();
    const query = `SELECT x, count(*)::DOUBLE FROM (${bounded(source, domain, `CAST(${sql.sql} AS VARCHAR)`, sql)}) WHERE NOT ${isMissing("x", missing)} GROUP BY x`;
    for await (const rows of blocks(db, query)) for (const [text, n] of rows) out.set(text as string, n as number);
    return out;
  });
}

/** A public range of values, [low, high) where positive, (low, high] where negative, [0, 0] for zero. */
export interface Magnitude {
  readonly low: number;
  readonly high: number;
}

/** All magnitudes in ascending order, the same for every table. */
export function magnitudeBuckets(): Magnitude[] {
  const positive = Array.from({ length: EXPONENTS }, (_, i) => ({ low: i === 0 ? 0 : powerOfTwo(LEAST_EXPONENT + i), high: powerOfTwo(LEAST_EXPONENT + i + 1) }));
  const negative = positive.map(({ low, high }) => ({ low: -high, high: low === 0 ? 0 : -low })).reverse();
  return [...negative, { low: 0, high: 0 }, ...positive];
}

/** Exact counts over {@link magnitudeBuckets} of a binned column's inner values; nulls and unparsable cells count nowhere. Confidential. */
export async function magnitudes(path: string, column: string, domain: Domain): Promise<Float64Array> {
  return await withSource(path, domain, async (db, source) => {
    const { sql, missing, learned } = columnOf(source, domain, column);
    const counts = new Float64Array(2 * EXPONENTS + 1);
    for await (const rows of blocks(db, bounded(source, domain, valueSql(learned, sql, missing, false), sql))) {
      for (const [value] of rows) if (typeof value === "number" && Number.isFinite(value)) counts[bucketOf(value)] += 1;
    }
    return counts;
  });
}

const BITS = new DataView(new ArrayBuffer(8));

/** ⌊log₂|v|⌋ from the bits of the double: no rounding at powers of two. */
function bucketOf(value: number): number {
  if (value === 0) return EXPONENTS;
  BITS.setFloat64(0, Math.abs(value));
  const exponent = (BITS.getUint32(0) >>> 20) - 1023;
  const from0 = Math.min(MOST_EXPONENT, Math.max(LEAST_EXPONENT, exponent)) - LEAST_EXPONENT;
  return value > 0 ? EXPONENTS + 1 + from0 : EXPONENTS - 1 - from0;
}

function powerOfTwo(exponent: number): number {
  let power = 1;
  for (let i = 0; i < Math.abs(exponent); i += 1) power *= exponent < 0 ? 0.5 : 2;
  return power;
}

function columnOf(source: Source, domain: Domain, name: string): { sql: SourceColumn; missing: readonly string[]; learned: Domain["columns"][number] } {
  const learned = domain.columns.find((c) => c.name === name) as Domain["columns"][number];
  return { sql: source.columns.get(name) as SourceColumn, missing: missingOf(domain.schema, learned.field), learned };
}

/** A query of one column x with at most k rows of each person. */
function bounded(source: Source, domain: Domain, x: string, column: SourceColumn): string {
  if (domain.unit.kind === "row") return `SELECT ${x} AS x FROM ${source.from}`;
  const { column: unitName, maxRows } = domain.unit;
  const unit = source.columns.get(unitName) as SourceColumn;
  const field = domain.identifiers.find((f) => f.name === unitName) as Domain["identifiers"][number];
  const u = `CAST(${unit.sql} AS VARCHAR)`;
  const text = `CAST(${column.sql} AS VARCHAR)`;
  const inner = `SELECT ${x} AS x, ${isMissing(u, missingOf(domain.schema, field))} AS nobody, row_number() OVER (PARTITION BY ${u} ORDER BY md5(${text}), ${text}) AS nth FROM ${source.from}`;
  return `SELECT x FROM (${inner}) WHERE nobody OR nth <= ${maxRows}`;
}
