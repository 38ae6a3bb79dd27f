import { compare, mul, type Rational, rational } from "../base/rational.js";

/** Picks in a row and, in thousandths, how many times their ρ (η²/8 each) they cost as Gaussian differential privacy. Shown by computation: docs/proofs/gaussian-dp.md. */
const FACTORS: readonly (readonly [number, bigint])[] = [
  [16, 1091n],
  [12, 1103n],
  [8, 1103n],
  [6, 1125n],
  [4, 1153n],
  [3, 1192n],
  [2, 1263n],
  [1, 1576n],
];
/** Below, a pick is priced as at this η; above {@link LARGEST_IN_A_ROW}, each by itself; above {@link LARGEST_ETA}, none. */
const SMALLEST_ETA = rational(1n, 2n ** 20n);
const LARGEST_IN_A_ROW = rational(2n);
const LARGEST_ETA = rational(16n);

/**
 * μ²/2 of so many picks in a row at one η, or fewer, which are together μ-Gaussian differentially private; undefined where η is above 16.
 * @pre η > 0, times ≥ 0 whole
 * @proof docs/proofs/gaussian-dp.md
 */
export function pickPrice(eta: Rational, times: number): Rational | undefined {
  if (compare(eta, LARGEST_ETA) > 0) return undefined;
  const at = compare(eta, SMALLEST_ETA) > 0 ? eta : SMALLEST_ETA;
  const thousandths = compare(eta, LARGEST_IN_A_ROW) > 0 ? FACTORS[FACTORS.length - 1][1] * BigInt(times) : thousandthsOf(times);
  return mul(mul(at, at), rational(thousandths, 8000n));
}

/** η² of one of so many picks in a row for each unit of μ²/2 that they may cost together: 8 over the picks, each counted with its factor. */
export function etaSquaredPer(times: number): number {
  return 8000 / Number(thousandthsOf(times));
}

/** The largest η that so many picks in a row are priced at. */
export function largestEta(times: number): number {
  return times === 1 ? 16 : 2;
}

function thousandthsOf(times: number): bigint {
  let [left, sum] = [times, 0n];
  for (const [size, factor] of FACTORS) {
    const whole = Math.floor(left / size);
    sum += BigInt(whole * size) * factor;
    left -= whole * size;
  }
  return sum;
}
