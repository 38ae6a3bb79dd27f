import { open } from "node:fs/promises";
import type { Data, DataType } from "apache-arrow";
import { internal } from "../../base/errors.js";
import type { ColumnChunk, ReleaseColumn, RowChunk } from "../../domain/rows.js";
import { writeFault } from "./atomic.js";
import type { FormatWriter } from "./format-writer.js";

type Arrow = typeof import("apache-arrow");
type MakeData = (chunk: ColumnChunk, rows: number) => Data;

/** An Arrow IPC file (Feather version 2): one record batch a chunk, dictionaries written once. */
export async function openArrow(file: string, target: string, columns: readonly ReleaseColumn[]): Promise<FormatWriter> {
  const arrow = await import("apache-arrow");
  const handle = await open(file, "r+").catch((error) => {
    throw writeFault(target, error);
  });
  const makers = columns.map((column) => dataMaker(arrow, column));
  const schema = new arrow.Schema(columns.map((column, c) => new arrow.Field(column.name, makers[c].type, true)));
  const blocks: Uint8Array[] = [];
  const writer = new arrow.RecordBatchFileWriter();
  writer.reset(gather(arrow, blocks), schema);
  const flush = async (): Promise<void> => {
    try {
      for (const block of blocks.splice(0)) await handle.writeFile(block);
    } catch (error) {
      throw writeFault(target, error);
    }
  };
  const write = async ({ columns: chunks, rows }: RowChunk): Promise<void> => {
    const children = makers.map(({ make }, c) => make(chunks[c], rows));
    writer.write(new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length: rows, nullCount: 0, children })));
    await flush();
  };
  const finish = async (): Promise<void> => {
    writer.finish();
    await flush();
    await handle.close();
  };
  return { write, finish, cancel: async () => handle.close().catch(() => undefined) };
}

/** Where Arrow's writer puts its bytes: a list that is emptied after each batch, so that memory does not grow ahead of the disk. */
function gather(arrow: Arrow, blocks: Uint8Array[]): InstanceType<Arrow["AsyncByteQueue"]> {
  const queue = new arrow.AsyncByteQueue();
  queue.write = (block) => {
    // A view may be of memory that Arrow uses again.
    const bytes = typeof block === "string" ? new TextEncoder().encode(block) : (block as Uint8Array);
    if (bytes.byteLength > 0) blocks.push(Uint8Array.from(bytes));
  };
  return queue;
}

/** The Arrow type of a column and how one chunk of it becomes Arrow data. */
function dataMaker(arrow: Arrow, column: ReleaseColumn): { type: DataType; make: MakeData } {
  const fixed = (type: DataType, convert: (values: ArrayLike<number>, rows: number) => unknown): { type: DataType; make: MakeData } => ({
    type,
    make: (chunk, rows) => arrow.makeData({ type, length: rows, ...nulls(chunk, rows), data: convert(numbers(chunk), rows) } as never),
  });
  switch (column.type) {
    case "string":
      return column.dictionary === undefined ? plainTexts(arrow) : dictionaryTexts(arrow, column.dictionary);
    case "boolean":
      return fixed(new arrow.Bool(), (v, rows) => packBits(v, rows));
    case "integer":
      return fixed(new arrow.Int64(), (v, rows) => wholeWords(v, rows, 1));
    case "number":
      return fixed(new arrow.Float64(), (v, rows) => Float64Array.from(v).subarray(0, rows));
    case "date":
      return fixed(new arrow.DateDay(), (v, rows) => Int32Array.from(v).subarray(0, rows));
    case "datetime":
      return fixed(new arrow.TimestampMicrosecond(), (v, rows) => wholeWords(v, rows, 1_000_000));
  }
}

function dictionaryTexts(arrow: Arrow, texts: readonly string[]): { type: DataType; make: MakeData } {
  const [indices, Codes] = texts.length <= 256 ? [new arrow.Uint8(), Uint8Array] : texts.length <= 65_536 ? [new arrow.Uint16(), Uint16Array] : [new arrow.Uint32(), Uint32Array];
  const dictionary = arrow.vectorFromArray([...texts], new arrow.Utf8());
  const type = new arrow.Dictionary(new arrow.Utf8(), indices);
  return {
    type,
    make: (chunk, rows) => {
      const codes = Codes.from(numbers(chunk)).subarray(0, rows);
      return arrow.makeData({ type, length: rows, ...nulls(chunk, rows), data: codes, dictionary } as never);
    },
  };
}

function plainTexts(arrow: Arrow): { type: DataType; make: MakeData } {
  const type = new arrow.Utf8();
  return {
    type,
    make: (chunk, rows) => {
      const texts = (chunk.values as readonly string[]).slice(0, rows);
      const { valid } = chunk;
      return arrow.vectorFromArray(valid === undefined ? texts : texts.map((t, i) => (valid[i] === 0 ? null : t)), type).data[0];
    },
  };
}

function numbers(chunk: ColumnChunk): ArrayLike<number> {
  if (Array.isArray(chunk.values)) throw internal("texts in a column of numbers or codes");
  return chunk.values as ArrayLike<number>;
}

function nulls(chunk: ColumnChunk, rows: number): { nullCount: number; nullBitmap?: Uint8Array } {
  const { valid } = chunk;
  if (valid === undefined) return { nullCount: 0 };
  let nullCount = 0;
  for (let i = 0; i < rows; i += 1) if (valid[i] === 0) nullCount += 1;
  return { nullCount, nullBitmap: packBits(valid, rows) };
}

function packBits(flags: ArrayLike<number>, rows: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8);
  for (let i = 0; i < rows; i += 1) bits[i >> 3] |= (flags[i] === 0 ? 0 : 1) << (i & 7);
  return bits;
}

/** Whole doubles times `factor` as 64-bit integers, by halves. */
function wholeWords(values: ArrayLike<number>, rows: number, factor: number): BigInt64Array {
  const out = new BigInt64Array(rows);
  const words = new Int32Array(out.buffer);
  for (let i = 0; i < rows; i += 1) {
    const x = values[i] * factor;
    words[2 * i] = x % 4_294_967_296;
    words[2 * i + 1] = Math.floor(x / 4_294_967_296);
  }
  return out;
}
