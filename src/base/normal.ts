import jstat from "jstat";

/** Φ(x), the standard normal distribution function. */
export function normalCdf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 1;
  if (x === Number.NEGATIVE_INFINITY) return 0;
  return jstat.jStat.normal.cdf(x, 0, 1);
}

/** Φ⁻¹(p); ±∞ at 0 and 1, NaN outside, so that every later comparison fails. Absolute error below 1e-9 on [1e-12, 1 − 1e-12]. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  return jstat.jStat.normal.inv(p, 0, 1);
}

/** Two-sided critical value z with P(|Z| ≤ z) = level. */
export function twoSidedZ(level: number): number {
  return normalQuantile((1 + level) / 2);
}
