import type { EncodedTable } from "../encoded.js";
import { blocksOf, putMessageEnd } from "./digest-batch.js";
import { rowDigests } from "./row-digests.js";
import { digestBatch } from "./sha256-kernel.js";
import { TAG } from "./tag.js";
import { UnitSums } from "./unit-sums.js";
import { WordSum } from "./word-sum.js";

/**
 * 32 bytes that name the multiset of encoded units, whatever their order, file or format: the sum mod 2²⁵⁶ of SHA-256 over each unit. A row unit is its codes; a
 * person is the sum over its rows (ids do not matter, so pseudonyms made anew give the same digest). Unkeyed: it could be compared
 * with guesses of the table, so it never leaves the process; the ledger keeps an HMAC of it.
 */
export function multisetDigest(table: EncodedTable): Uint8Array {
  const total = new WordSum();
  const { codes, rows, units, unitCount } = table;
  const messages = { codes, tag: TAG.rowDigest, count: rows };
  if (units === undefined) {
    rowDigests(messages, (_, n, words, stride) => total.add(words, stride, n));
    return total.bytes();
  }
  const sums = new UnitSums(unitCount);
  rowDigests(messages, (from, n, words, stride) => sums.add(units, from, n, words, stride));
  addUnits(total, sums, unitCount);
  return total.bytes();
}

/** Add the digest of each unit's message: a tag and the sum over its rows. */
function addUnits(total: WordSum, sums: UnitSums, unitCount: number): void {
  const length = 33;
  const batch = digestBatch(blocksOf(length));
  const { capacity, slot, slots, words } = batch;
  for (let i = 0; i < capacity; i += 1) {
    slots[i * slot] = TAG.unitDigest;
    putMessageEnd(batch, i, length, false);
  }
  for (let from = 0; from < unitCount; from += capacity) {
    const n = Math.min(capacity, unitCount - from);
    for (let i = 0; i < n; i += 1) sums.put(from + i, slots, i * slot + 1);
    batch.run(n);
    total.add(words, capacity, n);
  }
}
