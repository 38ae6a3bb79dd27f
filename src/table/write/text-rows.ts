import { type FileHandle, open } from "node:fs/promises";
import { internal } from "../../base/errors.js";
import type { ColumnChunk, ReleaseColumn, RowChunk } from "../../domain/rows.js";
import { dayText, secondText } from "../../domain/time.js";
import { writeFault } from "./atomic.js";
import { ByteBuffer, fixedWriter } from "./byte-cells.js";
import type { FormatWriter } from "./format-writer.js";

/** How a text format spells a row. Everything that does not depend on the row is encoded once. */
export interface TextDialect {
  /** Bytes before the first row. */
  readonly header: string;
  /** Text before column c of each row. */
  before(c: number): string;
  /** Text after the last column. */
  readonly rowEnd: string;
  /** A text value, quoted or escaped as the format needs. */
  text(value: string): string;
  /** A day or an instant, ASCII. */
  time(value: string): string;
  /** How null stands in a cell of the column. */
  nullCell(column: ReleaseColumn): string;
}

type PutCell = (out: ByteBuffer, row: number) => void;

const FLUSH_BYTES = 4 << 20;
const encoder = new TextEncoder();

/** A writer of one line a row. Bytes depend on the rows alone, not on the Node version. */
export async function openTextRows(file: string, target: string, columns: readonly ReleaseColumn[], dialect: TextDialect): Promise<FormatWriter> {
  const handle = await open(file, "r+").catch((error) => {
    throw writeFault(target, error);
  });
  const out = new ByteBuffer();
  out.put(encoder.encode(dialect.header));
  const cells = columns.map((column, c) => cellWriter(column, dialect.before(c), dialect));
  const rowEnd = encoder.encode(dialect.rowEnd);
  const write = async (chunk: RowChunk): Promise<void> => {
    const puts = cells.map((cell, c) => cell(chunk.columns[c]));
    for (let row = 0; row < chunk.rows; row += 1) {
      for (let c = 0; c < puts.length; c += 1) puts[c](out, row);
      out.put(rowEnd);
      if (out.length >= FLUSH_BYTES) await flush(handle, out, target);
    }
  };
  const finish = async (): Promise<void> => {
    await flush(handle, out, target);
    await handle.close();
  };
  return { write, finish, cancel: async () => handle.close().catch(() => undefined) };
}

async function flush(handle: FileHandle, out: ByteBuffer, target: string): Promise<void> {
  try {
    await handle.writeFile(out.bytes.subarray(0, out.length));
  } catch (error) {
    throw writeFault(target, error);
  }
  out.length = 0;
}

/** Column → chunk → a function that puts one cell with what stands before it. */
function cellWriter(column: ReleaseColumn, before: string, dialect: TextDialect): (chunk: ColumnChunk) => PutCell {
  const nullCell = encoder.encode(before + dialect.nullCell(column));
  const body = valueWriter(column, before, dialect);
  return (chunk) => {
    const { valid } = chunk;
    const put = body(chunk);
    if (valid === undefined) return put;
    return (out, row) => {
      if (valid[row] === 0) out.put(nullCell);
      else put(out, row);
    };
  };
}

function valueWriter(column: ReleaseColumn, before: string, dialect: TextDialect): (chunk: ColumnChunk) => PutCell {
  switch (column.type) {
    case "boolean":
      return fromTable(["false", "true"].map((t) => encoder.encode(before + t)));
    case "string":
      return column.dictionary === undefined
        ? ({ values }) =>
            (out, row) =>
              out.put(encoder.encode(before + dialect.text((values as readonly string[])[row])))
        : fromTable(column.dictionary.map((t) => encoder.encode(before + dialect.text(t))));
    case "integer":
      return fromNumbers(before, (out, x) => out.putInteger(x));
    case "number":
      return fromNumbers(before, fixedWriter(column.decimals ?? 2));
    case "date":
      return fromNumbers(
        "",
        remembered((x) => before + dialect.time(dayText(x))),
      );
    case "datetime":
      return fromNumbers(
        "",
        remembered((x) => before + dialect.time(secondText(x))),
      );
  }
}

function fromNumbers(before: string, put: (out: ByteBuffer, x: number) => void): (chunk: ColumnChunk) => PutCell {
  const first = encoder.encode(before);
  return ({ values }) => {
    if (Array.isArray(values)) throw internal("texts in a column that is not of type string");
    return (out, row) => {
      out.put(first);
      put(out, values[row] as number);
    };
  };
}

function fromTable(table: readonly Uint8Array[]): (chunk: ColumnChunk) => PutCell {
  return ({ values }) => {
    if (Array.isArray(values)) throw internal("texts in a column that has a dictionary");
    return (out, row) => out.put(table[values[row] as number]);
  };
}

const REMEMBERED = 65_536;

/** Days repeat: their texts are kept, up to a bound. */
function remembered(text: (x: number) => string): (out: ByteBuffer, x: number) => void {
  const known = new Map<number, Uint8Array>();
  return (out, x) => {
    let bytes = known.get(x);
    if (bytes === undefined) {
      bytes = encoder.encode(text(x));
      if (known.size < REMEMBERED) known.set(x, bytes);
    }
    out.put(bytes);
  };
}
