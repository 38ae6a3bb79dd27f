import jstat from "jstat";

/**
 * Exact two-sided interval of a binomial rate (Clopper & Pearson 1934), (1 − level)/2 in each tail, by quantiles of the
 * beta distribution.
 * @pre 0 ≤ k ≤ n whole numbers, n ≥ 1
 */
export function clopperPearson(k: number, n: number, level: number): [number, number] {
  if (!(Number.isInteger(k) && Number.isInteger(n) && n >= 1 && k >= 0 && k <= n)) throw new RangeError("clopperPearson: needs whole 0 ≤ k ≤ n and n ≥ 1");
  const tail = (1 - level) / 2;
  return [k === 0 ? 0 : jstat.jStat.beta.inv(tail, k, n - k + 1), k === n ? 1 : jstat.jStat.beta.inv(1 - tail, k + 1, n - k)];
}
