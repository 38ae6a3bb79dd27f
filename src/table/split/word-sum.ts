/** Sums of at most 2²¹ words of 32 bits are exact in doubles; carrying starts at half of that. */
const SUMS_BEFORE_CARRY = 1 << 20;

/** A sum mod 2²⁵⁶ of numbers given as eight big-endian words. */
export class WordSum {
  readonly #words = new Float64Array(8);
  #count = 0;

  /** Add the numbers from … to − 1, word w of the i-th at `words[w * stride + i]`; at most 2¹⁹ at once. */
  add(words: Uint32Array, stride: number, from: number, to: number): void {
    for (let w = 0; w < 8; w += 1) {
      let sum = 0;
      for (let i = w * stride + from; i < w * stride + to; i += 1) sum += words[i];
      this.#words[w] += sum;
    }
    this.#count += to - from;
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

  /** Write the sum's 32 bytes at `at`. */
  put(out: Uint8Array, at: number): void {
    this.#carry();
    for (let i = 0; i < 32; i += 1) out[at + i] = this.#words[i >> 2] >>> (24 - 8 * (i & 3));
  }

  clear(): void {
    this.#words.fill(0);
    this.#count = 0;
  }
}
