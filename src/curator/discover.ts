import { EXIT, fault } from "../base/errors.js";
import { ceilDiv, format, mul, type Rational, rational, toDouble } from "../base/rational.js";
import { gaussianMagnitudeCdf } from "./mechanism/gaussian-cdf.js";
import type { Noise } from "./mechanism/noise.js";
import type { Purse } from "./purse.js";

/** What a discovery is paid with, and for whom. */
export interface DiscoveryOptions {
  /** The fit's purse; hand the same one to `openCurator` afterwards. */
  readonly purse: Purse;
  readonly noise: Noise;
  /** Public name of the column. */
  readonly column: string;
  /** Rows one privacy unit may contribute, as enforced before counting. */
  readonly maxRows: number;
  readonly sigma2: Rational;
}

export interface Threshold {
  /** A value whose noisy count of rows reaches this becomes public. */
  readonly threshold: number;
  /** Bound on the chance that any value held by one unit alone does, rounded up to 10⁻¹⁸. */
  readonly delta: Rational;
}

/** Share of a fit's ρ that discovery gets, for all columns together, and the share of its δ. */
const RHO_SHARE = rational(1, 10);
const DELTA_SHARE = 1 / 4;

export interface DiscoveryBudget {
  /** σ² of each column's histogram. */
  readonly sigma2: Rational;
  /** δ of each column's threshold. */
  readonly delta: Rational;
}

/** The part of a fit's δ to set aside for the noisy thresholds of `columns` columns; 0 for none. */
export function discoveryDelta(delta: number, columns: number): number {
  return columns === 0 ? 0 : delta * DELTA_SHARE;
}

/** Noise and δ of each of `columns` discovered columns: together a tenth of ρ, and the δ set aside. */
export function discoveryBudget(rho: Rational, deltaAtto: bigint, columns: number, maxRows: number): DiscoveryBudget {
  const each = mul(rho, rational(RHO_SHARE.num, RHO_SHARE.den * BigInt(columns)));
  const k2 = BigInt(maxRows) * BigInt(maxRows);
  return { sigma2: rational(k2 * each.den, 2n * each.num), delta: rational(deltaAtto / BigInt(columns), 10n ** 18n) };
}

/** Throws DPS-E446 where a reservation is too small for the noisy thresholds of its string columns; from public numbers, before anything is reserved. */
export function checkDiscovery(rho: Rational, deltaAtto: bigint, columns: number, maxRows: number): void {
  const { sigma2, delta } = discoveryBudget(rho, deltaAtto, columns, maxRows);
  thresholdFor(sigma2, maxRows, delta);
}

const ATTO = 10n ** 18n;
const PRECISION = 320;

/**
 * Smallest threshold T with k·P[N_ℤ(0, σ²) ≥ T − k] ≤ δ, from rigorous upper bounds of the tail.
 *
 * @pre 0 < σ ≤ 20 000, 1 ≤ k, 10⁻¹⁸ ≤ delta < 1
 * @proof docs/proofs/threshold-discovery.md
 */
export function thresholdFor(sigma2: Rational, maxRows: number, delta: Rational): Threshold {
  const sigma = Math.sqrt(toDouble(sigma2));
  const k = BigInt(maxRows);
  if (!(sigma > 0 && sigma <= 20_000) || maxRows < 1 || delta.num * ATTO < delta.den * k || delta.num >= delta.den) {
    throw fault("DPS-E446", "discovery", "a sigma of at most 20000 and a delta from k·1e-18 to 1", "outside", "Spend more on discovery, or declare the values public.", EXIT.usage);
  }
  const reach = Math.ceil(10 * sigma) + 2; // the tail beyond is below 10⁻²²
  const cdf = gaussianMagnitudeCdf(sigma2, reach, PRECISION);
  for (let m = 1; m <= reach; m += 1) {
    // P[Z ≥ m] = (1 − F(m − 1)) / 2
    const above = k * ((1n << BigInt(PRECISION)) - cdf[m - 1].low);
    const atto = ceilDiv(above * ATTO, 1n << BigInt(PRECISION + 1));
    if (atto * delta.den <= delta.num * ATTO) return { threshold: m + maxRows, delta: rational(atto, ATTO) };
  }
  throw fault("DPS-E446", "discovery", "a delta of at least 1e-18", "smaller", "Raise delta, or declare the values public.", EXIT.usage);
}

/**
 * The values whose noisy number of rows reaches the threshold, sorted by code units. `count` is called after the price
 * is booked; it returns rows per value that occurs, after each unit was cut to `maxRows` rows.
 *
 * @sensitivity L2 = k in rows
 * @price ρ = k²/(2σ²), and δ
 * @proof docs/proofs/threshold-discovery.md
 */
export async function discoverCategories(options: DiscoveryOptions, delta: Rational, count: () => Promise<Iterable<readonly [string, number]>>): Promise<string[]> {
  const { purse, noise, column, maxRows, sigma2 } = options;
  const chosen = thresholdFor(sigma2, maxRows, delta);
  purse.charge([{ type: "threshold", query: `values(${column})`, sigma2: format(sigma2), l2Sensitivity: maxRows, threshold: chosen.threshold, delta: format(chosen.delta) }]);
  const rows = await looked(count);
  const values: string[] = [];
  const counts: number[] = [];
  for (const [value, n] of rows) {
    values.push(value);
    counts.push(n);
  }
  const noisy = Float64Array.from(counts);
  noise.fillGaussian(sigma2, noisy);
  return values.filter((_, i) => noisy[i] >= chosen.threshold).sort(); // the order of a map tells of the rows' order
}

/** Buckets of {@link magnitudeBucket}: −2⁶² … 2⁶² by powers of two. */
export const MAGNITUDE_BUCKETS = 127;
const MIDDLE = 63;

/** Bucket of one number: 63 for |x| < 1, 63 ± (1 + e) for 2^e ≤ |x| < 2^(e+1), the outermost for all beyond. @pre not NaN */
export function magnitudeBucket(x: number): number {
  const size = Math.abs(x);
  let steps = 0;
  for (let edge = 1; size >= edge && steps < MIDDLE; edge *= 2) steps += 1;
  return MIDDLE + (x < 0 ? -steps : steps);
}

/**
 * Public bounds of a numeric column: the outer edges of the outermost power-of-two buckets whose noisy number of rows is
 * clearly above 0, or undefined where none is. `count` gives rows per bucket, each counted row in one bucket.
 *
 * @sensitivity L2 = k in rows
 * @price ρ = k²/(2σ²)
 */
export async function discoverBounds(options: DiscoveryOptions, count: () => Promise<Float64Array>): Promise<{ minimum: number; maximum: number } | undefined> {
  const { purse, noise, column, maxRows, sigma2 } = options;
  purse.charge([{ type: "discrete-gaussian", query: `magnitudes(${column})`, sigma2: format(sigma2), l2Sensitivity: maxRows }]);
  const histogram = await looked(count);
  const noisy = Float64Array.from({ length: MAGNITUDE_BUCKETS }, (_, i) => histogram[i] ?? 0);
  noise.fillGaussian(sigma2, noisy);
  // an empty bucket passes with probability below 1e-6: a matter of use, not of privacy
  const level = Math.sqrt(2 * toDouble(sigma2) * Math.log(MAGNITUDE_BUCKETS * 1e6));
  const first = noisy.findIndex((c) => c > level);
  const last = noisy.findLastIndex((c) => c > level);
  return first < 0 ? undefined : { minimum: lowerEdge(first), maximum: -lowerEdge(MAGNITUDE_BUCKETS - 1 - last) };
}

function lowerEdge(bucket: number): number {
  const steps = bucket - MIDDLE;
  if (steps <= 0) return -powerOfTwo(-steps);
  return powerOfTwo(steps - 1);
}

function powerOfTwo(exponent: number): number {
  let x = 1;
  for (let i = 0; i < exponent; i += 1) x *= 2;
  return x;
}

/** A reader's own error may quote a cell: only a constant crosses. */
async function looked<T>(count: () => Promise<T>): Promise<T> {
  try {
    return await count();
  } catch {
    throw fault("DPS-E447", "discovery", "able to count the column", "not: the reader failed", "Nothing was released; the reservation stays spent.", EXIT.internal);
  }
}
