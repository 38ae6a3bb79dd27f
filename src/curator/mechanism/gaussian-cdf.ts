import type { Rational } from "../../base/rational.js";
import { expNegative, type Interval, times } from "./exp-interval.js";

/**
 * Distribution function of |k| for the discrete Gaussian: F(m) = Σ_{j≤m} w_j / Σ_j w_j with w_0 = 1 and
 * w_j = 2·exp(−j²/(2σ²)), as intervals of `precision` bits that hold the true value.
 *
 * w_j comes from the recurrence e_{j+1} = e_j·r_j, r_{j+1} = r_j·q² with e_0 = 1, r_0 = q = exp(−1/(2σ²)); every step
 * is rounded outwards. What lies beyond the last summed term is bounded by a geometric series.
 *
 * @pre sigma2 > 0, last ≥ 0
 * @post intervals for m = 0 … last
 * @proof docs/proofs/discrete-gaussian.md
 */
export function gaussianMagnitudeCdf(sigma2: Rational, last: number, precision: number): Interval[] {
  const P = BigInt(precision);
  const one = 1n << P;
  const q = expNegative(sigma2.den, 2n * sigma2.num, P);
  const q2 = times(q, q, P);
  let e: Interval = { low: one, high: one };
  let r = q;
  let low = one;
  let high = one;
  const sums: Interval[] = [{ low, high }];
  for (let j = 1; j <= last || e.low > 0n; j += 1) {
    e = times(e, r, P);
    r = times(r, q2, P);
    low += 2n * e.low;
    high += 2n * e.high;
    if (j <= last) sums.push({ low, high });
  }
  // Σ beyond j of 2e ≤ 2·e_j·r_j/(1 − r_j), since the ratios fall
  const gap = one - r.high;
  const beyond = gap > 0n ? (2n * e.high * r.high) / gap + 1n : undefined;
  if (beyond === undefined) return sums.map(() => ({ low: 0n, high: one })); // precision too low to say anything
  const total = { low, high: high + beyond };
  const inverse = { low: (one << P) / total.high, high: (one << P) / total.low + 1n };
  return sums.map((s) => {
    const f = times(s, inverse, P);
    return { low: f.low, high: f.high < one ? f.high : one };
  });
}
