import { seededBits } from "../../base/random.js";
import type { MixedTable } from "./mixed.js";

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/**
 * A seeded 53-bit hash of every row's content: the same row gives the same number wherever it stands in the file, so that
 * orders and picks made by it do not depend on file position. Not cryptographic.
 */
export function contentHashes(table: MixedTable, seed: string): Float64Array {
  const bits = seededBits(`content ${seed}`);
  const high = new Uint32Array(table.rows).fill(bits.uint32());
  const low = new Uint32Array(table.rows).fill(bits.uint32());
  const mix = (i: number, word: number): void => {
    let h = Math.imul(high[i] ^ word, 0x85ebca6b);
    h ^= h >>> 15;
    let l = Math.imul(low[i] ^ ((word << 16) | (word >>> 16)), 0xc2b2ae35) + h;
    l ^= l >>> 13;
    high[i] = Math.imul(h, 0x27d4eb2f) + (l << 7);
    low[i] = l + Math.imul(h, 0x165667b1);
  };
  for (const column of table.categorical) for (let i = 0; i < table.rows; i += 1) mix(i, column[i]);
  for (const column of table.numeric) {
    for (let i = 0; i < table.rows; i += 1) {
      float[0] = Number.isNaN(column[i]) ? Number.NaN : column[i] + 0;
      mix(i, words[0]);
      mix(i, words[1]);
    }
  }
  const out = new Float64Array(table.rows);
  for (let i = 0; i < table.rows; i += 1) {
    mix(i, 0);
    mix(i, 1);
    out[i] = (high[i] >>> 0) * 2_097_152 + (low[i] >>> 11);
  }
  return out;
}

/** Rows in order of their hash; equal rows are interchangeable, so their mutual order does not matter. */
function contentOrder(hashes: Float64Array): Uint32Array {
  return Uint32Array.from({ length: hashes.length }, (_, i) => i).sort((a, b) => hashes[a] - hashes[b] || a - b);
}

/** Place of each row in {@link contentOrder}. */
export function contentRanks(hashes: Float64Array): Uint32Array {
  const ranks = new Uint32Array(hashes.length);
  contentOrder(hashes).forEach((row, place) => {
    ranks[row] = place;
  });
  return ranks;
}
