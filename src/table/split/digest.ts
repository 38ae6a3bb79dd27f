import type { Codes, EncodedTable } from "../encoded.js";
import { blocksOf, type DigestBatch, putMessageEnd } from "./digest-batch.js";
import { rowDigests } from "./row-digests.js";
import { digestBatch } from "./sha256-kernel.js";
import { TAG } from "./tag.js";
import { rowsByUnit } from "./units.js";
import { WordSum } from "./word-sum.js";

/**
 * 32 bytes that name the multiset of encoded units, whatever their order, file or format: the sum mod 2²⁵⁶ of SHA-256 over each unit. A row unit is its codes; a
 * person is the sum over its rows (ids do not matter, so pseudonyms made anew give the same digest). Unkeyed: it could be compared
 * with guesses of the table, so it never leaves the process; the ledger keeps an HMAC of it.
 */
export function multisetDigest(table: EncodedTable): Uint8Array {
  const total = new WordSum();
  const { codes, rows, units, unitCount } = table;
  if (units === undefined) rowDigests({ codes, tag: TAG.rowDigest, count: rows }, (_, n, words, stride) => total.add(words, stride, 0, n));
  else addUnits(total, codes, units, unitCount);
  const out = new Uint8Array(32);
  total.put(out, 0);
  return out;
}

/** Each unit's message is its tag and the sum of its rows' digests; rows come in the order of their units. */
function addUnits(total: WordSum, codes: readonly Codes[], units: Uint32Array, unitCount: number): void {
  const { order, ends } = rowsByUnit(units, unitCount);
  const messages = unitMessages(total);
  const sum = new WordSum();
  let unit = 0;
  const finish = (): void => {
    messages.add(sum);
    sum.clear();
    unit += 1;
  };
  rowDigests({ codes, tag: TAG.rowDigest, count: order.length, rows: order }, (from, n, words, stride) => {
    for (let at = from; at < from + n; ) {
      while (ends[unit + 1] <= at) finish();
      const end = Math.min(ends[unit + 1], from + n);
      sum.add(words, stride, at - from, end - from);
      at = end;
    }
  });
  while (unit < unitCount) finish();
  messages.flush();
}

/** A batch of unit messages, whose digests go into `total`. */
function unitMessages(total: WordSum): { add(sum: WordSum): void; flush(): void } {
  const length = 33;
  const batch: DigestBatch = digestBatch(blocksOf(length));
  for (let i = 0; i < batch.capacity; i += 1) {
    batch.slots[i * batch.slot] = TAG.unitDigest;
    putMessageEnd(batch, i, length, false);
  }
  let held = 0;
  const flush = (): void => {
    batch.run(held);
    total.add(batch.words, batch.capacity, 0, held);
    held = 0;
  };
  const add = (sum: WordSum): void => {
    sum.put(batch.slots, held * batch.slot + 1);
    held += 1;
    if (held === batch.capacity) flush();
  };
  return { add, flush };
}
