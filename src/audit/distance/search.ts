import { type Blocks, blocksOf } from "./blocks.js";
import { arena } from "./kernel.js";
import type { MixedTable } from "./mixed.js";
import { type ByteColumns, quantise } from "./quantise.js";

const LANES = 8;
const VECTOR = 16;

/** A search written into shared memory: any thread may answer any of its queries. */
export interface Search {
  readonly memory: WebAssembly.Memory;
  /** Arguments of the kernel's `layout` for a thread. */
  readonly layouts: readonly (readonly number[])[];
  /** Nearest first; rows of the reference table, −1 where there are fewer references than k. */
  read(): { distances: Float64Array; rows: Int32Array };
}

/** Write both sides into a kernel's memory, with scratch for `threads`; null where 4 GB do not hold them. */
export function prepare(queries: MixedTable, references: MixedTable, ranks: Uint32Array, k: number, threads: number): Search | null {
  const bytes = quantise(queries, references, k);
  const blocks = blocksOf(references, bytes.references, ranks, k);
  const shape = shapeOf(references, blocks);
  const { reserve, memory: make } = arena();
  const at = {
    queryBytes: reserve(queries.rows * shape.pairs * 2),
    queryNumbers: reserve(queries.rows * shape.numeric * 8),
    queryCodes: reserve(queries.rows * shape.categorical * 4),
    rowBytes: reserve(blocks.slots.length * shape.pairs * 2),
    rowNumbers: reserve(blocks.slots.length * shape.numeric * 8),
    rowCodes: reserve(blocks.slots.length * shape.categorical * 4),
    rowRanks: reserve(blocks.slots.length * 4),
    boxLow: reserve(shape.paddedBlocks * shape.pairs * 2),
    boxHigh: reserve(shape.paddedBlocks * shape.pairs * 2),
    blockStarts: reserve(blocks.starts.length * 4),
    outDistances: reserve(queries.rows * k * 8),
    outRows: reserve(queries.rows * k * 4),
  };
  const scratch = Array.from({ length: threads }, () => [reserve((shape.pairs + 1) * VECTOR), reserve(shape.paddedBlocks * 2)]);
  const memory = make();
  if (memory === null) return null;
  const { buffer } = memory;
  writeQueries(buffer, at, queries, bytes.queries, shape);
  writeRows(buffer, at, references, bytes.references, blocks.slots, ranks, shape);
  writeBoxes(buffer, at, bytes.references, blocks, shape);
  // biome-ignore format: one line per kind of argument, in the kernel's order
  const layout = [
    at.queryBytes, at.queryNumbers, at.queryCodes, at.rowBytes, at.rowNumbers, at.rowCodes, at.rowRanks,
    at.boxLow, at.boxHigh, at.blockStarts, shape.blocks,
    shape.categoricalPairs, shape.pairs - shape.categoricalPairs, shape.numeric, shape.categorical,
    k, bytes.scale, bytes.slack, at.outDistances, at.outRows,
  ];
  return {
    memory,
    layouts: scratch.map((own) => [...layout, ...own]),
    read: () => ({
      distances: Float64Array.from(new Float64Array(buffer, at.outDistances, queries.rows * k)),
      rows: Int32Array.from(new Int32Array(buffer, at.outRows, queries.rows * k), (slot) => (slot < 0 ? -1 : blocks.slots[slot])),
    }),
  };
}

interface Shape {
  readonly numeric: number;
  readonly categorical: number;
  readonly categoricalPairs: number;
  readonly pairs: number;
  readonly blocks: number;
  readonly paddedBlocks: number;
}

function shapeOf(table: MixedTable, { starts }: Blocks): Shape {
  const [numeric, categorical] = [table.numeric.length, table.categorical.length];
  const categoricalPairs = (categorical + 1) >> 1;
  const blocks = starts.length - 1;
  return { numeric, categorical, categoricalPairs, pairs: categoricalPairs + ((numeric + 1) >> 1), blocks, paddedBlocks: (blocks + LANES - 1) & -LANES };
}

/** Each byte column with its place among the pairs: categories first, each kind filled up to whole pairs. */
function placed({ categorical, numeric }: ByteColumns, { categoricalPairs }: Shape): (readonly [place: number, column: Uint8Array])[] {
  return [...categorical.map((column, c) => [c, column] as const), ...numeric.map((column, c) => [2 * categoricalPairs + c, column] as const)];
}

function writeQueries(buffer: ArrayBufferLike, at: { queryBytes: number; queryNumbers: number; queryCodes: number }, table: MixedTable, bytes: ByteColumns, shape: Shape): void {
  const out = new Uint8Array(buffer, at.queryBytes, table.rows * shape.pairs * 2);
  for (const [place, column] of placed(bytes, shape)) for (let q = 0; q < table.rows; q += 1) out[q * shape.pairs * 2 + place] = column[q];
  writeExact(buffer, at.queryNumbers, at.queryCodes, table, null);
}

/** Numbers and codes row by row, in the order of `slots`. */
function writeExact(buffer: ArrayBufferLike, numbersAt: number, codesAt: number, table: MixedTable, slots: Int32Array | null): void {
  const rows = slots?.length ?? table.rows;
  const [n, c] = [table.numeric.length, table.categorical.length];
  const numbers = new Float64Array(buffer, numbersAt, rows * n);
  const codes = new Uint32Array(buffer, codesAt, rows * c);
  const fill = (out: Float64Array | Uint32Array, columns: readonly ArrayLike<number>[], width: number): void => {
    columns.forEach((column, j) => {
      for (let i = 0; i < rows; i += 1) out[i * width + j] = column[slots === null ? i : Math.max(0, slots[i])];
    });
  };
  fill(numbers, table.numeric, n);
  fill(codes, table.categorical, c);
}

const NO_ROW = 0xffffffff;

function writeRows(
  buffer: ArrayBufferLike,
  at: { rowBytes: number; rowNumbers: number; rowCodes: number; rowRanks: number },
  table: MixedTable,
  bytes: ByteColumns,
  slots: Int32Array,
  ranks: Uint32Array,
  shape: Shape,
): void {
  const out = new Uint8Array(buffer, at.rowBytes, slots.length * shape.pairs * 2);
  for (const [place, column] of placed(bytes, shape)) {
    for (let i = 0; i < slots.length; i += 1) out[addressOf(i, place, shape)] = column[Math.max(0, slots[i])];
  }
  writeExact(buffer, at.rowNumbers, at.rowCodes, table, slots);
  const rowRanks = new Uint32Array(buffer, at.rowRanks, slots.length);
  for (let i = 0; i < slots.length; i += 1) rowRanks[i] = slots[i] < 0 ? NO_ROW : ranks[slots[i]];
}

/** Eight rows (or blocks) and two columns make a vector: row by row, the pair's bytes side by side. */
function addressOf(i: number, place: number, { pairs }: Shape): number {
  return ((i >> 3) * pairs + (place >> 1)) * VECTOR + (i & 7) * 2 + (place & 1);
}

function writeBoxes(buffer: ArrayBufferLike, at: { boxLow: number; boxHigh: number; blockStarts: number }, bytes: ByteColumns, { slots, starts }: Blocks, shape: Shape): void {
  new Uint32Array(buffer, at.blockStarts, starts.length).set(starts);
  const size = shape.paddedBlocks * shape.pairs * 2;
  const [low, high] = [new Uint8Array(buffer, at.boxLow, size), new Uint8Array(buffer, at.boxHigh, size)];
  for (const [place, column] of placed(bytes, shape)) {
    for (let b = 0; b < shape.blocks; b += 1) {
      let [least, most] = [255, 0];
      for (let i = starts[b] * LANES; i < starts[b + 1] * LANES; i += 1) {
        if (slots[i] < 0) break;
        const v = column[slots[i]];
        if (v < least) least = v;
        if (v > most) most = v;
      }
      low[addressOf(b, place, shape)] = least;
      high[addressOf(b, place, shape)] = most;
    }
  }
}
