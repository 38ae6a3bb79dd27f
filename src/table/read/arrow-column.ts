import type { DuckDBType, DuckDBVector } from "@duckdb/node-api";
import type { Data, DataType, Dictionary, Vector } from "apache-arrow";
import { internal } from "../../base/errors.js";
import type { ColumnChunk } from "../../domain/rows.js";
import { type FillVector, fillTexts, fillValidity, itemsOf } from "../write/duckdb-vectors.js";

type Arrow = typeof import("apache-arrow");
type DuckDbTypes = typeof import("@duckdb/node-api");

/** How a column of an Arrow file becomes one of DuckDB's. */
export interface ArrowColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly fill: FillVector;
  /** One batch of the column. Throws where its parts do not fit together: the file is damaged or hostile. */
  chunk(data: Data, rows: number): ColumnChunk;
}

/** What is known before the first batch. */
interface Known {
  readonly arrow: Arrow;
  readonly duckdb: DuckDbTypes;
  readonly dictionaries: ReadonlyMap<number, Vector>;
}

/** Numbers, instants and truth values keep their bits, texts their dictionary. Undefined for a type that no column of a table has (nested, binary, decimal). */
export function arrowColumn(name: string, type: DataType, known: Known): ArrowColumn | undefined {
  const { arrow, duckdb } = known;
  if (arrow.DataType.isDictionary(type)) return isText(arrow, type.dictionary) ? dictionaryColumn(name, type, known) : undefined;
  if (isText(arrow, type)) return { name, type: duckdb.VARCHAR, fill: fillTexts, chunk: textChunk };
  if (arrow.DataType.isNull(type)) return { name, type: duckdb.VARCHAR, fill: fillTexts, chunk: (_, rows) => ({ values: new Array<string>(rows).fill(""), valid: new Uint8Array(rows) }) };
  if (arrow.DataType.isBool(type)) return { name, type: duckdb.BOOLEAN, fill: fillBytes(1), chunk: booleanChunk };
  const fixed = fixedType(type, known);
  return fixed === undefined ? undefined : { name, type: fixed.type, fill: fillBytes(fixed.bytes), chunk: fixedChunk(fixed.bytes) };
}

const isText = (arrow: Arrow, type: DataType): boolean => arrow.DataType.isUtf8(type) || arrow.DataType.isLargeUtf8(type);

/** The DuckDB type of the same bits. */
function fixedType(type: DataType, { arrow, duckdb }: Known): { type: DuckDBType; bytes: number } | undefined {
  const { TimeUnit, DateUnit, Precision } = arrow;
  if (arrow.DataType.isInt(type)) {
    const signed = { 8: duckdb.TINYINT, 16: duckdb.SMALLINT, 32: duckdb.INTEGER, 64: duckdb.BIGINT };
    const unsigned = { 8: duckdb.UTINYINT, 16: duckdb.USMALLINT, 32: duckdb.UINTEGER, 64: duckdb.UBIGINT };
    return { type: (type.isSigned ? signed : unsigned)[type.bitWidth], bytes: type.bitWidth / 8 };
  }
  if (arrow.DataType.isFloat(type) && type.precision !== Precision.HALF) return type.precision === Precision.SINGLE ? { type: duckdb.FLOAT, bytes: 4 } : { type: duckdb.DOUBLE, bytes: 8 };
  if (arrow.DataType.isDate(type)) return type.unit === DateUnit.DAY ? { type: duckdb.DATE, bytes: 4 } : { type: duckdb.TIMESTAMP_MS, bytes: 8 };
  if (arrow.DataType.isTimestamp(type)) {
    const units = {
      [TimeUnit.SECOND]: duckdb.TIMESTAMP_S,
      [TimeUnit.MILLISECOND]: duckdb.TIMESTAMP_MS,
      [TimeUnit.MICROSECOND]: duckdb.TIMESTAMP,
      [TimeUnit.NANOSECOND]: duckdb.TIMESTAMP_NS,
    };
    return { type: units[type.unit], bytes: 8 };
  }
  return undefined;
}

/** Codes stay codes where the dictionary is a set of texts; else (repeats, nulls) each cell gets its text. */
function dictionaryColumn(name: string, type: Dictionary, { duckdb, dictionaries }: Known): ArrowColumn {
  const texts: (string | null)[] = [...(dictionaries.get(type.id) ?? [])];
  const isSet = texts.length > 0 && !texts.includes(null) && new Set(texts).size === texts.length;
  const codes = (data: Data, rows: number): { values: Uint32Array; valid?: Uint8Array } => {
    const nulls = validOf(data, rows);
    const { values, offset } = data;
    const out = new Uint32Array(rows);
    for (let i = 0; i < rows; i += 1) {
      if (nulls.valid?.[i] === 0) continue;
      const code = Number(values[offset + i]);
      if (!(code >= 0 && code < texts.length)) throw new RangeError("a code outside its dictionary");
      out[i] = code;
    }
    return { values: out, ...nulls };
  };
  if (isSet) return { name, type: duckdb.ENUM(texts as string[]), fill: fillCodes, chunk: codes };
  const chunk = (data: Data, rows: number): ColumnChunk => {
    const { values, valid } = codes(data, rows);
    const cells = Array.from(values, (code, i) => (valid?.[i] === 0 ? null : texts[code]));
    return { values: cells.map((cell) => cell ?? ""), valid: Uint8Array.from(cells, (cell) => (cell === null ? 0 : 1)) };
  };
  return { name, type: duckdb.VARCHAR, fill: fillTexts, chunk };
}

function textChunk(data: Data, rows: number): ColumnChunk {
  const { valueOffsets, values, offset } = data;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const texts = Array.from({ length: rows }, (_, i) => {
    const [from, to] = [Number(valueOffsets[offset + i]), Number(valueOffsets[offset + i + 1])];
    if (!(from >= 0 && from <= to && to <= bytes.length)) throw new RangeError("a text outside its buffer");
    return bytes.toString("utf8", from, to);
  });
  return { values: texts, ...validOf(data, rows) };
}

function booleanChunk(data: Data, rows: number): ColumnChunk {
  return { values: bits(data.values as Uint8Array, data.offset, rows), ...validOf(data, rows) };
}

function fixedChunk(width: number): ArrowColumn["chunk"] {
  return (data, rows) => {
    const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
    if (byteLength < (data.offset + rows) * width) throw new RangeError("fewer values than rows");
    return { values: new Uint8Array(buffer, byteOffset + data.offset * width, rows * width), ...validOf(data, rows) };
  };
}

function validOf(data: Data, rows: number): { valid?: Uint8Array } {
  const { nullBitmap, offset } = data;
  return nullBitmap === undefined || nullBitmap === null || nullBitmap.length === 0 ? {} : { valid: bits(nullBitmap, offset, rows) };
}

/** Bits, lowest first, as bytes. */
function bits(packed: Uint8Array, offset: number, rows: number): Uint8Array {
  if (packed.length * 8 < offset + rows) throw new RangeError("fewer bits than rows");
  return Uint8Array.from({ length: rows }, (_, i) => (packed[(offset + i) >> 3] >> ((offset + i) & 7)) & 1);
}

function fillBytes(width: number): FillVector {
  return (vector, chunk, from, rows) => {
    const items = itemsOf(vector);
    if (items === undefined) throw internal("an Arrow column does not fit its DuckDB vector");
    new Uint8Array(items.buffer, items.byteOffset, rows * width).set((chunk.values as Uint8Array).subarray(from * width, (from + rows) * width));
    finish(vector, chunk, from, rows);
  };
}

function fillCodes(vector: DuckDBVector, chunk: ColumnChunk, from: number, rows: number): void {
  const items = itemsOf(vector);
  if (items === undefined) throw internal("an Arrow column does not fit its DuckDB vector");
  (items as Uint32Array).set((chunk.values as Uint32Array).subarray(from, from + rows));
  finish(vector, chunk, from, rows);
}

function finish(vector: DuckDBVector, { valid }: ColumnChunk, from: number, rows: number): void {
  fillValidity(vector, valid, from, rows);
  vector.flush();
}
