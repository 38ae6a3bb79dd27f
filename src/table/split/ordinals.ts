import type { Codes, EncodedTable } from "../encoded.js";
import { ordinalsByHash } from "./equal-rows-kernel.js";

/**
 * For each row of `among` (all rows where absent), how many equal rows stand before it there: 0, 1, 2 … within each group of equal rows. Which of
 * the equal rows has which number hangs on file position, but equal rows are interchangeable: the multiset of (content, ordinal) is not touched by
 * order, and one row more adds one pair and moves none.
 */
export function ordinals(table: Pick<EncodedTable, "codes" | "rows">, among?: Uint32Array): Uint32Array {
  return ordinalsByHash({ codes: table.codes, count: among?.length ?? table.rows, rows: among }) ?? ordinalsPlain(table, among);
}

/** The plain twin: each row compared cell by cell with those of its hash. */
export function ordinalsPlain({ codes, rows }: Pick<EncodedTable, "codes" | "rows">, among?: Uint32Array): Uint32Array {
  const count = among?.length ?? rows;
  let size = 16;
  while (size < count * 2) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const seen = new Uint32Array(size);
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const row = among === undefined ? i : among[i];
    let slot = mix(codes, row) & (size - 1);
    while (slots[slot] >= 0 && !equal(codes, slots[slot], row)) slot = (slot + 1) & (size - 1);
    slots[slot] = row;
    out[i] = seen[slot]++;
  }
  return out;
}

/** A 32-bit mix of a row's codes (murmur3's rounds); only speed hangs on it, equality is checked cell by cell. */
function mix(codes: readonly Codes[], row: number): number {
  let h = 0x9747b28c;
  for (let c = 0; c < codes.length; c += 1) {
    let k = Math.imul(codes[c][row], 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function equal(codes: readonly Codes[], a: number, b: number): boolean {
  for (let c = 0; c < codes.length; c += 1) if (codes[c][a] !== codes[c][b]) return false;
  return true;
}
