import { internal } from "../../base/errors.js";
import type { SecureBits } from "../../base/random.js";
import { type Rational, toDouble } from "../../base/rational.js";
import { addClamped } from "./add-clamped.js";
import { discreteGaussianCks, discreteGaussianTail } from "./discrete-gaussian.js";
import { gaussianMagnitudeCdf } from "./gaussian-cdf.js";
import { uniformBits } from "./uniform.js";

/** Adds one draw of N_ℤ(0, σ²) to each cell, in place; sums are clamped to ±(2⁵³−1). @pre whole numbers, |counts| < 2⁵³ */
export type GaussianSampler = (counts: Float64Array, bits: SecureBits) => void;

/** Table's end in σ: less than 2⁻⁶⁴ of the mass lies beyond, and that is drawn exactly too. */
export const REACH = 9.6;
const LARGEST_TABLE_SIGMA = 20_000;
const START_PRECISION = 320;

/**
 * The fast exact sampler of N_ℤ(0, σ²): inversion of the distribution function of |k| with a uniform number whose bits
 * are read only as far as the comparison needs: 32, then 64, then as many as a tie asks for. The sign is one more bit.
 *
 * @pre sigma2 > 0
 * @post P[k] ∝ exp(−k²/(2σ²)), exactly, as from {@link discreteGaussianCks}
 * @sensitivity of a marginal for a unit of k rows: L2 = k
 * @price ρ = Δ₂²/(2σ²); no pure price
 * @proof docs/proofs/discrete-gaussian.md
 */
export function discreteGaussianSampler(sigma2: Rational): GaussianSampler {
  const sigma = Math.sqrt(toDouble(sigma2));
  if (!(sigma <= LARGEST_TABLE_SIGMA)) return oneByOne(sigma2);
  const table = magnitudeTable(sigma2, Math.ceil(REACH * sigma) + 1);
  return (counts, bits) => addFromTable(table, counts, bits);
}

/** {@link GaussianSampler} without a table: each draw by rejection. */
export function oneByOne(sigma2: Rational): GaussianSampler {
  return (counts, bits) => {
    for (let i = 0; i < counts.length; i += 1) counts[i] = addClamped(counts[i], discreteGaussianCks(sigma2, bits));
  };
}

/** Thresholds F(m), m = 0 … last, cut to 64 bits, and a guide from a draw's top 16 bits to where its search begins. */
export interface MagnitudeTable {
  readonly sigma2: Rational;
  readonly last: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly guide: Int32Array;
}

/** @pre less than 2⁻³² of the mass lies beyond `last` */
export function magnitudeTable(sigma2: Rational, last: number): MagnitudeTable {
  const high = new Uint32Array(last + 2);
  const low = new Uint32Array(last + 2);
  for (let precision = START_PRECISION; !cutTo64Bits(sigma2, last, precision, high, low); precision *= 2);
  if (high[last] !== 0xffff_ffff) throw internal("a noise table ends too early");
  // one entry past the end that no 32-bit word exceeds, so that the search needs no bound
  high[last + 1] = 0xffff_ffff;
  const guide = new Int32Array(65_536);
  let m = 0;
  for (let top = 0; top < 65_536; top += 1) {
    while (high[m] < top * 65_536) m += 1;
    guide[top] = m;
  }
  return { sigma2, last, high, low, guide };
}

/** False where the bounds do not agree on the first 64 bits of every F(m). F(m) < 1, so its bits are at most all ones. */
function cutTo64Bits(sigma2: Rational, last: number, precision: number, high: Uint32Array, low: Uint32Array): boolean {
  const shift = BigInt(precision - 64);
  const largest = (1n << 64n) - 1n;
  const cdf = gaussianMagnitudeCdf(sigma2, last, precision);
  for (let m = 0; m <= last; m += 1) {
    const below = cdf[m].low >> shift;
    const above = cdf[m].high >> shift;
    if (below !== (above > largest ? largest : above)) return false;
    high[m] = Number(below >> 32n);
    low[m] = Number(below & 0xffff_ffffn);
  }
  return true;
}

/** Draws per block, a multiple of 32: their words and one sign word for each 32 fit a first-level cache. */
const BLOCK = 4096;
const HALF_RANGE = 2 ** 52;

function addFromTable(table: MagnitudeTable, counts: Float64Array, bits: SecureBits): void {
  const words = new Uint32Array(BLOCK + BLOCK / 32);
  for (let start = 0; start < counts.length; start += BLOCK) {
    const block = counts.subarray(start, start + BLOCK);
    const used = words.subarray(0, block.length + Math.ceil(block.length / 32));
    bits.fill(used);
    addBlock(table, block, used, bits);
    used.fill(0); // used words must not linger in memory
  }
}

function addBlock(table: MagnitudeTable, counts: Float64Array, words: Uint32Array, bits: SecureBits): void {
  const { high, guide } = table;
  const n = counts.length;
  for (let i = 0; i < n; i += 1) {
    const u = words[i];
    let m = guide[u >>> 16];
    while (u > high[m]) m += 1;
    const sign = -((words[n + (i >>> 5)] >>> (i & 31)) & 1);
    const count = counts[i];
    if (u !== high[m] && count < HALF_RANGE && count > -HALF_RANGE) {
      counts[i] = count + ((m ^ sign) - sign); // m or −m, without a branch to mispredict
    } else {
      const magnitude = BigInt(u === high[m] ? resolve(table, u, m, bits) : m);
      counts[i] = addClamped(count, sign === 0 ? magnitude : -magnitude);
    }
  }
}

/** The draw whose first 32 bits equal those of F(m) and exceed those of all before: read on. Bigint: from the tail. */
function resolve(table: MagnitudeTable, u: number, from: number, bits: SecureBits): number | bigint {
  const { high, low, last } = table;
  const v = bits.uint32();
  const draw: OpenDraw = { prefix: (BigInt(u) << 32n) | BigInt(v), length: 64 };
  for (let m = from; m <= last; m += 1) {
    if (u < high[m] || (u === high[m] && v < low[m])) return m;
    if (u === high[m] && v === low[m] && isBelow(table, m, draw, bits)) return m;
  }
  return discreteGaussianTail(table.sigma2, BigInt(last + 1), bits);
}

/** A uniform number in [0, 1) of which the first `length` bits are known. */
interface OpenDraw {
  prefix: bigint;
  length: number;
}

/** Is the draw below F(m)? Reads bits and raises the precision until the bounds decide. */
function isBelow(table: MagnitudeTable, m: number, draw: OpenDraw, bits: SecureBits): boolean {
  for (let precision = START_PRECISION; ; precision *= 2) {
    if (draw.length < precision) {
      draw.prefix = (draw.prefix << BigInt(precision - draw.length)) | uniformBits(precision - draw.length, bits);
      draw.length = precision;
    }
    const shift = BigInt(draw.length - precision);
    const { low, high } = gaussianMagnitudeCdf(table.sigma2, m, precision)[m];
    if (draw.prefix + 1n <= low << shift) return true;
    if (draw.prefix >= high << shift) return false;
  }
}
