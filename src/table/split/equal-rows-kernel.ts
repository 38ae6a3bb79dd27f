import type { Codes } from "../encoded.js";
import { moduleBeside } from "./load-kernel.js";
import { stageAt, stageBlock, widthOf } from "./stage.js";

const PAGE = 65_536;
/** Rows a call: few enough that a block's hashes stay in the first cache, and that a call soon runs optimised code. */
const BLOCK = 4096;
/** Rows that share a hash table: few enough that it stays in the second-level cache. */
const TABLE_ROWS = 16_384;
const TABLES_MAX = 4096;
/** Rows beyond which the kernel's 32-bit addresses may not do: 20 bytes a row, and up to 32 for a table where nearly all rows are equal. */
const ROWS_MAX = 64_000_000;

type Differ = (codes: number, from: number, to: number, first: number) => number;
type Mix = (codes: number, n: number, high: number, low: number) => void;

interface Kernel {
  begin(n: number, high: number, low: number): void;
  mix8: Mix;
  mix16: Mix;
  mix32: Mix;
  finish(hashes: number, n: number, mask: number): void;
  tally(high: number, n: number, shift: number, counts: number): void;
  deal(high: number, low: number, from: number, to: number, shift: number, next: number, dealt: number): void;
  group(dealt: number, from: number, to: number, slots: number, mask: number, ordinal: number, first: number): void;
  differ8: Differ;
  differ16: Differ;
  differ32: Differ;
}

/** What is grouped: the rows 0 … count − 1 of `codes`, or those that `rows` names. */
export interface GroupedRows {
  readonly codes: readonly Codes[];
  readonly count: number;
  readonly rows?: Uint32Array;
}

/**
 * For each row, how many equal rows stand before it. Rows are grouped by a 64-bit hash, of whose halves the bits of `mask` count (tests take few,
 * so that different rows meet), and the groups are then checked cell by cell. Undefined where different rows met, where the table is too large, or
 * where the compiled kernel is absent.
 */
export function ordinalsByHash(of: GroupedRows, mask = -1): Uint32Array | undefined {
  const { count } = of;
  const module = moduleBeside("equal-rows.wasm");
  if (module === null || count === 0 || count > ROWS_MAX) return undefined;
  const layout = layoutOf(count);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.slots / PAGE), maximum: PAGE });
  const kernel = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } }).exports as unknown as Kernel;
  hashRows(kernel, memory, layout, of, mask);
  const ends = dealRows(kernel, memory, layout, count);
  const largest = ends.reduce((most, end, t) => Math.max(most, end - (t === 0 ? 0 : ends[t - 1])), 0);
  memory.grow(Math.ceil((slotsFor(largest) * 8) / PAGE));
  // The hashes were dealt out, so their places are free for the results.
  const { high: ordinal, low: first } = layout;
  for (let t = 0, from = 0; t < ends.length; from = ends[t++]) kernel.group(layout.dealt, from, ends[t], layout.slots, slotsFor(ends[t] - from) - 1, ordinal, first);
  return groupsHold(kernel, memory, layout, of) ? new Uint32Array(memory.buffer, ordinal, count) : undefined;
}

/** True where each row equals the first of its group, cell by cell. */
function groupsHold(kernel: Kernel, memory: WebAssembly.Memory, { dealt, low: first }: Layout, { codes, rows, count }: GroupedRows): boolean {
  // Nothing is read from the dealt rows any more: a column takes their place.
  const stage = stageAt(memory.buffer, dealt, count);
  const differs = { 1: kernel.differ8, 2: kernel.differ16, 4: kernel.differ32 };
  for (const column of codes) {
    stageBlock(stage, column, rows, 0, count);
    const differ = differs[widthOf(column)];
    for (let from = 0; from < count; from += BLOCK) if (differ(dealt, from, Math.min(from + BLOCK, count), first) !== 0) return false;
  }
  return true;
}

interface Layout {
  readonly tables: number;
  /** Bits of a hash below those that name its table. */
  readonly shift: number;
  readonly next: number;
  readonly stage: number;
  readonly high: number;
  readonly low: number;
  readonly dealt: number;
  /** Last, because its size is known only once the rows are dealt. */
  readonly slots: number;
}

function layoutOf(count: number): Layout {
  let tables = 2;
  let shift = 31;
  while (tables < TABLES_MAX && tables * TABLE_ROWS < count) {
    tables *= 2;
    shift -= 1;
  }
  const padded = (count + 3) & ~3;
  const next = 64;
  const stage = next + 4 * tables;
  const high = stage + 4 * BLOCK;
  const low = high + 4 * padded;
  const dealt = low + 4 * padded;
  return { tables, shift, next, stage, high, low, dealt, slots: dealt + 12 * padded };
}

function hashRows(kernel: Kernel, memory: WebAssembly.Memory, { stage, high, low }: Layout, { codes, rows, count }: GroupedRows, mask: number): void {
  const block = stageAt(memory.buffer, stage, BLOCK);
  const mixes = { 1: kernel.mix8, 2: kernel.mix16, 4: kernel.mix32 };
  for (let from = 0; from < count; from += BLOCK) {
    const n = Math.min(BLOCK, count - from);
    const [h, l] = [high + 4 * from, low + 4 * from];
    kernel.begin(n, h, l);
    for (const column of codes) {
      stageBlock(block, column, rows, from, n);
      mixes[widthOf(column)](stage, n, h, l);
    }
    kernel.finish(h, n, mask);
    kernel.finish(l, n, mask);
  }
}

/** Deals the rows to the tables; returns where each table ends. */
function dealRows(kernel: Kernel, memory: WebAssembly.Memory, { tables, shift, next, high, low, dealt }: Layout, count: number): Uint32Array {
  const starts = new Uint32Array(memory.buffer, next, tables);
  for (let from = 0; from < count; from += BLOCK) kernel.tally(high + 4 * from, Math.min(BLOCK, count - from), shift, next);
  let sum = 0;
  for (let t = 0; t < tables; t += 1) {
    const rows = starts[t];
    starts[t] = sum;
    sum += rows;
  }
  for (let from = 0; from < count; from += BLOCK) kernel.deal(high, low, from, Math.min(from + BLOCK, count), shift, next, dealt);
  return starts.slice();
}

function slotsFor(rows: number): number {
  let size = 16;
  while (size < rows * 2) size *= 2;
  return size;
}
