import { powerOfTen } from "../../base/power-of-ten.js";

/** Where bytes of text files are gathered; `reserve` before writing. */
export class ByteBuffer {
  bytes = new Uint8Array(1 << 20);
  length = 0;

  /** Room for `size` more bytes. */
  reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** Copy a short text; a loop beats `set` at these sizes. */
  put(text: Uint8Array): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.length;
    for (let i = 0; i < text.length; i += 1) bytes[at++] = text[i];
    this.length = at;
  }

  putAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.bytes[this.length++] = text.charCodeAt(i);
  }

  /** Decimal digits of a whole x, 0 ≤ x < 2⁵³, at least `width` of them. */
  putDigits(x: number, width: number): void {
    this.reserve(24);
    const { bytes } = this;
    let count = 1;
    for (let power = 10; x >= power && count < 17; power *= 10) count += 1;
    if (count < width) count = width;
    let rest = x;
    for (let at = this.length + count - 1; at >= this.length; at -= 1) {
      const tenth = Math.floor(rest / 10);
      bytes[at] = 48 + (rest - tenth * 10);
      rest = tenth;
    }
    this.length += count;
  }

  /** A whole number as decimal text. */
  putInteger(x: number): void {
    if (!Number.isSafeInteger(x)) {
      this.putAscii(x.toFixed(0));
      return;
    }
    this.reserve(24);
    if (x < 0) this.bytes[this.length++] = 45;
    this.putDigits(x < 0 ? -x : x, 1);
  }
}

/**
 * Writes x with exactly `decimals` places, as `toFixed` does (whose digits the language standard fixes). Where x is the double nearest to
 * k/10ᵈ, k below 2⁵³, the digits of k are those digits; else `toFixed` itself.
 */
export function fixedWriter(decimals: number): (out: ByteBuffer, x: number) => void {
  const scale = powerOfTen(decimals);
  return (out, x) => {
    const size = x < 0 ? -x : x;
    const k = Math.round(size * scale);
    if (k > 4_503_599_627_370_496 || k / scale !== size) {
      out.putAscii(x === 0 ? (0).toFixed(decimals) : x.toFixed(decimals));
      return;
    }
    out.reserve(48);
    if (x < 0) out.bytes[out.length++] = 45;
    const whole = Math.floor(k / scale);
    out.putDigits(whole, 1);
    if (decimals > 0) {
      out.bytes[out.length++] = 46;
      out.putDigits(k - whole * scale, decimals);
    }
  };
}
