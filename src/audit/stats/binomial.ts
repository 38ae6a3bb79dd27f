import jstat from "jstat";

/**
 * P[X ≥ k] of a binomial with n trials of chance p, by the regularised incomplete beta function I_p(k, n − k + 1).
 * @pre k and n whole, n ≥ 0, 0 ≤ p ≤ 1
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (!(Number.isInteger(k) && Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1)) throw new RangeError("binomialUpperTail: needs whole k and n ≥ 0, and 0 ≤ p ≤ 1");
  if (k <= 0) return 1;
  if (k > n) return 0;
  if (p === 0 || p === 1) return p;
  return jstat.jStat.ibeta(p, k, n - k + 1);
}
