import type { Codes } from "../encoded.js";
import { codeBlock } from "./row-digests.js";

const BLOCK = 4096;
/** Rows that share a hash table: few enough that it stays in the second-level cache. */
const TABLE_ROWS = 16_384;
const TABLES_MAX = 4096;

/** For each of `count` places: how many equal rows stand before it, and the place of the first of them. */
export interface EqualRows {
  readonly ordinal: Uint32Array;
  readonly first: Uint32Array;
}

/** Two 32-bit hashes of each place's row. */
export interface RowHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Hashes of the rows at places 0 … count − 1; two independent rounds of multiply and shift per code, and a last mix. Equality never hangs on them. */
export function rowHashes(codes: readonly Codes[], rows: Uint32Array | undefined, count: number): RowHashes {
  const high = new Uint32Array(count).fill(0x9747b28c);
  const low = new Uint32Array(count).fill(0x3c6ef372);
  const block = new Uint32Array(BLOCK);
  for (let from = 0; from < count; from += BLOCK) {
    const n = Math.min(BLOCK, count - from);
    const h = high.subarray(from, from + n);
    const l = low.subarray(from, from + n);
    for (const column of codes) {
      codeBlock(column, rows, from, n, block);
      mixBlock(h, l, block);
    }
    finish(h);
    finish(l);
  }
  return { high, low };
}

function mixBlock(high: Uint32Array, low: Uint32Array, block: Uint32Array): void {
  for (let i = 0; i < high.length; i += 1) {
    const h = Math.imul(high[i] ^ block[i], 0x9e3779b1);
    high[i] = h ^ (h >>> 15);
    const l = Math.imul(low[i] + block[i], 0xcc9e2d51);
    low[i] = l ^ (l >>> 13);
  }
}

/** The last rounds of murmur3. */
function finish(hashes: Uint32Array): void {
  for (let i = 0; i < hashes.length; i += 1) {
    let h = Math.imul(hashes[i] ^ (hashes[i] >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    hashes[i] = h ^ (h >>> 16);
  }
}

/**
 * Groups places by their hashes alone. Places are first dealt, in their order, to tables by the top bits, so that each open-addressing table is
 * searched within the cache.
 */
export function groupByHash({ high, low }: RowHashes): EqualRows {
  const count = high.length;
  let tables = 1;
  let shift = 32;
  while (tables < TABLES_MAX && tables * TABLE_ROWS < count) {
    tables *= 2;
    shift -= 1;
  }
  const dealt = deal(high, low, tables, shift);
  const out = { ordinal: new Uint32Array(count), first: new Uint32Array(count) };
  let largest = 0;
  for (let t = 0; t < tables; t += 1) largest = Math.max(largest, dealt.ends[t + 1] - dealt.ends[t]);
  const slots = new Int32Array(slotsFor(largest));
  const seen = new Uint32Array(slots.length);
  for (let t = 0; t < tables; t += 1) groupTable(dealt, dealt.ends[t], dealt.ends[t + 1], slots, seen, out);
  return out;
}

function slotsFor(rows: number): number {
  let size = 16;
  while (size < rows * 2) size *= 2;
  return size;
}

interface Dealt extends RowHashes {
  readonly place: Uint32Array;
  readonly ends: Uint32Array;
}

function deal(high: Uint32Array, low: Uint32Array, tables: number, shift: number): Dealt {
  const count = high.length;
  const ends = new Uint32Array(tables + 1);
  // A shift by 32 is a shift by 0 in JavaScript: one table takes all without being asked.
  const tableOf = (h: number): number => (tables === 1 ? 0 : h >>> shift);
  for (let i = 0; i < count; i += 1) ends[tableOf(high[i]) + 1] += 1;
  for (let t = 0; t < tables; t += 1) ends[t + 1] += ends[t];
  const next = ends.slice();
  const dealt = { place: new Uint32Array(count), high: new Uint32Array(count), low: new Uint32Array(count), ends };
  for (let i = 0; i < count; i += 1) {
    const to = next[tableOf(high[i])]++;
    dealt.place[to] = i;
    dealt.high[to] = high[i];
    dealt.low[to] = low[i];
  }
  return dealt;
}

function groupTable({ place, high, low }: Dealt, from: number, to: number, slots: Int32Array, seen: Uint32Array, out: EqualRows): void {
  const size = slotsFor(to - from);
  const mask = size - 1;
  slots.fill(-1, 0, size);
  for (let i = from; i < to; i += 1) {
    const h = high[i];
    const l = low[i];
    let slot = l & mask;
    let at = slots[slot];
    while (at >= 0 && (low[at] !== l || high[at] !== h)) {
      slot = (slot + 1) & mask;
      at = slots[slot];
    }
    if (at < 0) {
      slots[slot] = i;
      seen[slot] = 0;
      at = i;
    }
    out.first[place[i]] = place[at];
    out.ordinal[place[i]] = seen[slot]++;
  }
}

/** True where each place's row equals the row at the first place of its group, cell by cell. */
export function groupsHold(codes: readonly Codes[], rows: Uint32Array | undefined, first: Uint32Array): boolean {
  return codes.every((column) => (rows === undefined ? holds(column, first) : holdsAmong(column, rows, first)));
}

function holds(column: Codes, first: Uint32Array): boolean {
  for (let i = 0; i < first.length; i += 1) if (column[i] !== column[first[i]]) return false;
  return true;
}

function holdsAmong(column: Codes, rows: Uint32Array, first: Uint32Array): boolean {
  for (let i = 0; i < first.length; i += 1) if (column[rows[i]] !== column[rows[first[i]]]) return false;
  return true;
}
