import type { EncodedTable } from "../encoded.js";
import { rowMessage } from "./row-message.js";
import { putWords, sha256 } from "./sha256.js";
import { TAG } from "./split.js";
import { rowsByUnit } from "./truncate.js";

/** Sums of at most 2²¹ words of 32 bits are exact in doubles. */
const SUMS_BEFORE_CARRY = 1 << 20;

/**
 * 32 bytes that name the multiset of encoded units, whatever their order, file or format: the sum mod 2²⁵⁶ of SHA-256 over each unit. A row unit is its codes; a
 * person is the sum over its rows (ids do not matter, so pseudonyms made anew give the same digest). Unkeyed: it could be compared
 * with guesses of the table, so it never leaves the process; the ledger keeps an HMAC of it.
 */
export function multisetDigest(table: EncodedTable): Uint8Array {
  const digest = sha256();
  const message = rowMessage(table, TAG.rowDigest);
  const total = new WordSum();
  if (table.units === undefined) {
    for (let row = 0; row < table.rows; row += 1) total.add(digest(message.bytes, message.put(row)));
    return total.bytes();
  }
  const unit = new Uint8Array(33);
  unit[0] = TAG.unitDigest;
  for (const rows of rowsByUnit(table.units, table.unitCount)) {
    const sum = new WordSum();
    for (const row of rows) sum.add(digest(message.bytes, message.put(row)));
    unit.set(sum.bytes(), 1);
    total.add(digest(unit, unit.length));
  }
  return total.bytes();
}

/** A sum mod 2²⁵⁶ of numbers given as eight big-endian words. */
class WordSum {
  #words = new Float64Array(8);
  #count = 0;

  add(words: Int32Array): void {
    for (let i = 0; i < 8; i += 1) this.#words[i] += words[i] >>> 0;
    this.#count += 1;
    if (this.#count === SUMS_BEFORE_CARRY) this.#carry();
  }

  #carry(): void {
    for (let i = 7, carry = 0; i >= 0; i -= 1) {
      const sum = this.#words[i] + carry;
      carry = Math.floor(sum / 4_294_967_296);
      this.#words[i] = sum - carry * 4_294_967_296;
    }
    this.#count = 1;
  }

  bytes(): Uint8Array {
    this.#carry();
    const out = new Uint8Array(32);
    putWords(
      out,
      Int32Array.from(this.#words, (w) => w | 0),
    );
    return out;
  }
}
