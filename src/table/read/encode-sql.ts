import type { BinnedField } from "../../domain/bins.js";
import { targetCode } from "../../domain/codec.js";
import type { Column } from "../../domain/column.js";
import { booleanTexts } from "../../domain/from-schema.js";
import { sqlText } from "../duckdb.js";
import type { SourceColumn } from "./source.js";

type Timed = Extract<BinnedField, { type: "date" | "datetime" }>;

const WHITE = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)";
const SECONDS_A_DAY = 86_400;

/** The narrowest unsigned SQL type for codes below `size`. */
export function codeType(size: number): "UTINYINT" | "USMALLINT" | "UINTEGER" {
  return size <= 256 ? "UTINYINT" : size <= 65_536 ? "USMALLINT" : "UINTEGER";
}

/** SQL of a label column: its code, never NULL. With `release`, booleans also know `true` and `false`. */
export function labelSql(column: Column, source: SourceColumn, missing: readonly string[], release: boolean): string {
  const { field } = column;
  const type = codeType(column.size);
  const x = asText(source);
  const onNull = targetCode(column, field.dpsynth.onNull);
  if (field.type === "boolean") {
    const { trueValues, falseValues } = booleanTexts(field);
    const [yes, no] = release
      ? [
          [...trueValues, "true"],
          [...falseValues, "false"],
        ]
      : [trueValues, falseValues];
    const other = targetCode(column, field.dpsynth.onUnparsable);
    return `CAST(CASE WHEN ${x} IN (${texts(yes)}) THEN 1 WHEN ${x} IN (${texts(no)}) THEN 0 WHEN ${isMissing(x, missing)} THEN ${onNull} ELSE ${other} END AS ${type})`;
  }
  const other = targetCode(column, field.type === "string" ? field.dpsynth.onUnseen : "first");
  const fallback = onNull === other ? `${other}` : `CASE WHEN ${isMissing(x, missing)} THEN ${onNull} ELSE ${other} END`;
  const labels = column.labels as readonly string[];
  if (labels.length === 0) return `CAST(${fallback} AS ${type})`;
  return `coalesce(CAST(enum_code(TRY_CAST(${x} AS ENUM(${texts(labels)}))) AS ${type}), CAST(${fallback} AS ${type}))`;
}

/**
 * SQL of a binned column: its inner value as DOUBLE; NULL means null, NaN or ±infinity unparsable. Where both go to the same code
 * the two are not told apart, which saves a comparison a cell, unless `exact`.
 */
export function valueSql(column: Column, source: SourceColumn, missing: readonly string[], exact: boolean): string {
  const field = column.field as BinnedField;
  const x = asText(source);
  const native = nativeSql(field, source, missing);
  const parsed = native ?? (field.type === "integer" || field.type === "number" ? `TRY_CAST(${x} AS DOUBLE)` : instantSql(field as Timed, x));
  const merged = !exact && field.dpsynth.onNull === field.dpsynth.onUnparsable;
  if (native !== undefined) return merged ? parsed : `CASE WHEN ${source.sql} IS NULL THEN NULL ELSE coalesce(${parsed}, 'NaN'::DOUBLE) END`;
  const none = isMissing(`trim(${x}, ${WHITE})`, missing);
  // A missing text that could be read as a value ("-9", "NaN") must be looked for first; others only where parsing failed.
  if (missing.some((text) => /\d|inf|nan/i.test(text))) return `CASE WHEN ${none} THEN NULL ELSE coalesce(${parsed}, 'NaN'::DOUBLE) END`;
  return merged ? parsed : `coalesce(${parsed}, CASE WHEN ${none} THEN NULL ELSE 'NaN'::DOUBLE END)`;
}

/** Typed Parquet columns whose value needs no detour over text; others are read as their text. */
function nativeSql(field: BinnedField, source: SourceColumn, missing: readonly string[]): string | undefined {
  if (missing.some((text) => /\d/.test(text))) return undefined;
  if (field.type === "integer" || field.type === "number") return /^(U?(TINY|SMALL|BIG)INT|U?INTEGER|DOUBLE)$/.test(source.type) ? `CAST(${source.sql} AS DOUBLE)` : undefined;
  if (!/^(DATE|TIMESTAMP|TIMESTAMP_(S|MS|NS))$/.test(source.type)) return undefined;
  return inUnit(field, `epoch(${source.sql})`);
}

/** ISO 8601 unless the field gives a strptime pattern. The guards keep out DuckDB's special words and its looser spellings. */
function instantSql(field: Timed, x: string): string {
  const text = `trim(${x}, ${WHITE})`;
  if (field.format !== undefined && field.format !== "default") {
    return inUnit(field, `epoch(CASE WHEN lower(${text}) IN ('infinity', '-infinity', 'epoch') THEN NULL ELSE try_strptime(${text}, ${sqlText(field.format)}) END)`);
  }
  const iso = `(${text} LIKE '____-__-__' OR ${text} LIKE '____-__-__ __:__%' OR ${text} LIKE '____-__-__T__:__%')`;
  return inUnit(field, `epoch(CASE WHEN ${iso} THEN TRY_CAST(${text} AS TIMESTAMP) ELSE NULL END)`);
}

const inUnit = (field: BinnedField, seconds: string): string => (field.type === "date" ? `floor(${seconds} / ${SECONDS_A_DAY})` : `floor(${seconds})`);

const asText = (source: SourceColumn): string => (source.type === "VARCHAR" ? source.sql : `CAST(${source.sql} AS VARCHAR)`);
const texts = (values: readonly string[]): string => values.map(sqlText).join(", ");

/** True where the text is NULL or stands for null. */
export function isMissing(x: string, missing: readonly string[]): string {
  return missing.length === 0 ? `${x} IS NULL` : `(${x} IS NULL OR ${x} IN (${texts(missing)}))`;
}
