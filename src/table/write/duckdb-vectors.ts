import type { DuckDBType, DuckDBVector } from "@duckdb/node-api";
import { internal } from "../../base/errors.js";
import type { ColumnChunk, ReleaseColumn } from "../../domain/rows.js";

/** Copies rows from … from + rows − 1 of a column chunk into the first rows of a DuckDB vector. */
export type FillVector = (vector: DuckDBVector, chunk: ColumnChunk, from: number, rows: number) => void;

type Items = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array | BigInt64Array;

const SECOND_IN_MICROSECONDS = 1_000_000;

/** The DuckDB type of a released column: ENUM for texts with a dictionary, else VARCHAR, BOOLEAN, BIGINT, DOUBLE, DATE, TIMESTAMP. */
export async function duckDbType(column: ReleaseColumn): Promise<DuckDBType> {
  const { BIGINT, BOOLEAN, DATE, DOUBLE, ENUM, TIMESTAMP, VARCHAR } = await import("@duckdb/node-api");
  switch (column.type) {
    case "string":
      return column.dictionary === undefined || column.dictionary.length === 0 ? VARCHAR : ENUM(column.dictionary);
    case "boolean":
      return BOOLEAN;
    case "integer":
      return BIGINT;
    case "number":
      return DOUBLE;
    case "date":
      return DATE;
    case "datetime":
      return TIMESTAMP;
  }
}

/** The typed array behind a vector of fixed width; a copy, written back by `flush`. Undefined for texts. */
export function itemsOf(vector: DuckDBVector): Items | undefined {
  const { items, dataView } = vector as unknown as { items?: Items; dataView?: DataView };
  if (items !== undefined && ArrayBuffer.isView(items)) return items;
  return dataView === undefined ? undefined : new Uint8Array(dataView.buffer, dataView.byteOffset, dataView.byteLength);
}

/** The fastest way to fill vectors of a column. */
export function vectorFiller(column: ReleaseColumn): FillVector {
  if (column.type === "string" && column.dictionary === undefined) return fillTexts;
  const copy = column.type === "integer" ? copyWhole : column.type === "datetime" ? copyMicroseconds : copyPlain;
  return (vector, chunk, from, rows) => {
    const items = itemsOf(vector);
    if (items === undefined || Array.isArray(chunk.values)) throw internal("a released column does not fit its DuckDB vector");
    copy(items, chunk.values as ArrayLike<number>, from, rows);
    fillValidity(vector, chunk.valid, from, rows);
    vector.flush();
  };
}

/** Texts, each its own call. */
export function fillTexts(vector: DuckDBVector, chunk: ColumnChunk, from: number, rows: number): void {
  for (let i = 0; i < rows; i += 1) {
    const isNull = chunk.valid !== undefined && chunk.valid[from + i] === 0;
    vector.setItem(i, (isNull ? null : chunk.values[from + i]) as never);
  }
  vector.flush();
}

function copyPlain(items: Items, values: ArrayLike<number>, from: number, rows: number): void {
  (items as Float64Array).set((values as Float64Array).subarray(from, from + rows));
}

/** Whole doubles into 64-bit integers by halves: making a BigInt for each costs ten times as much. */
function copyWhole(items: Items, values: ArrayLike<number>, from: number, rows: number): void {
  const words = new Int32Array(items.buffer, items.byteOffset, rows * 2);
  for (let i = 0; i < rows; i += 1) {
    const x = values[from + i];
    words[2 * i] = x % 4_294_967_296;
    words[2 * i + 1] = Math.floor(x / 4_294_967_296);
  }
}

function copyMicroseconds(items: Items, values: ArrayLike<number>, from: number, rows: number): void {
  const scaled = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) scaled[i] = values[from + i] * SECOND_IN_MICROSECONDS;
  copyWhole(items, scaled, 0, rows);
}

/** Nulls as the bits of DuckDB's validity mask, 64 rows a word. */
export function fillValidity(vector: DuckDBVector, valid: Uint8Array | undefined, from: number, rows: number): void {
  if (valid === undefined) return;
  const validity = (vector as unknown as { validity: { data: BigUint64Array | null } }).validity;
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8);
  for (let i = 0; i < rows; i += 1) bits[i >> 3] |= (valid[from + i] === 0 ? 0 : 1) << (i & 7);
  validity.data = new BigUint64Array(bits.buffer);
}
