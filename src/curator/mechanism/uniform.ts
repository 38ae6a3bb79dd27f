import type { SecureBits } from "../../base/random.js";

const TWO32 = 4_294_967_296;
const TWO53 = 2 ** 53;

/** A uniform integer in [0, n), exactly, by rejection. @pre 1 ≤ n ≤ 2⁵³ whole */
export function uniformBelow(n: number, bits: SecureBits): number {
  if (n <= TWO32) {
    const limit = TWO32 - (TWO32 % n);
    for (;;) {
      const word = bits.uint32();
      if (word < limit) return word % n;
    }
  }
  const limit = TWO53 - (TWO53 % n);
  for (;;) {
    const word = (bits.uint32() >>> 11) * TWO32 + bits.uint32();
    if (word < limit) return word % n;
  }
}

/** The same for integers of any size. @pre n ≥ 1 */
export function uniformBelowBig(n: bigint, bits: SecureBits): bigint {
  if (n <= BigInt(TWO53)) return BigInt(uniformBelow(Number(n), bits));
  const length = n.toString(2).length;
  for (;;) {
    const word = uniformBits(length, bits);
    if (word < n) return word;
  }
}

/** An integer of `count` uniform bits. */
export function uniformBits(count: number, bits: SecureBits): bigint {
  let word = 0n;
  let left = count;
  for (; left >= 32; left -= 32) word = (word << 32n) | BigInt(bits.uint32());
  return left === 0 ? word : (word << BigInt(left)) | BigInt(bits.uint32() >>> (32 - left));
}
