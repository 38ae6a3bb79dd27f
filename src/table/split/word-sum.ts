/** Sums of at most 2²¹ words of 32 bits are exact in doubles; carrying starts at half of that. */
const SUMS_BEFORE_CARRY = 1 << 20;

/** A sum mod 2²⁵⁶ of numbers given as eight big-endian words. */
export class WordSum {
  readonly #words = new Float64Array(8);
  #count = 0;

  /** Add `count` numbers, word w of the i-th at `words[w * stride + i]`; at most 2¹⁹ at once. */
  add(words: Uint32Array, stride: number, count: number): void {
    for (let w = 0; w < 8; w += 1) {
      let sum = 0;
      for (let i = w * stride; i < w * stride + count; i += 1) sum += words[i];
      this.#words[w] += sum;
    }
    this.#count += count;
    if (this.#count >= SUMS_BEFORE_CARRY) this.#carry();
  }

  #carry(): void {
    for (let i = 7, carry = 0; i >= 0; i -= 1) {
      const sum = this.#words[i] + carry;
      carry = Math.floor(sum / 4_294_967_296);
      this.#words[i] = sum - carry * 4_294_967_296;
    }
    this.#count = 1;
  }

  /** The sum as 32 bytes. */
  bytes(): Uint8Array {
    this.#carry();
    return Uint8Array.from({ length: 32 }, (_, i) => this.#words[i >> 2] >>> (24 - 8 * (i & 3)));
  }
}
