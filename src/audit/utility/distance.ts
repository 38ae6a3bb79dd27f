import jstat from "jstat";

/** Total variation distance ½ Σ |p − q| of two tables of counts over the same cells. @pre m > 0 and n > 0 */
export function tableDistance(a: Float64Array, m: number, b: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i] / m - b[i] / n);
  return sum / 2;
}

/** Shares of rows in cells that the other table lacks. */
export function loneShares(a: Float64Array, m: number, b: Float64Array, n: number): [number, number] {
  let [left, right] = [0, 0];
  for (let i = 0; i < a.length; i += 1) {
    if (b[i] === 0) left += a[i];
    else if (a[i] === 0) right += b[i];
  }
  return [left / m, right / n];
}

/**
 * Expected total variation distance from a table of n rows to `draws` rows drawn from it with replacement: half the mean absolute
 * deviation of a binomial in each cell, which is 2ν·C(m, ν)·p^ν·q^(m−ν+1)/m with ν = ⌊mp⌋ + 1 (De Moivre 1730; Diaconis & Zabell 1991).
 * Exact, so that no draw has to be made. The function keeps what it computed: cells with equal counts share it.
 */
export function chanceDistance(n: number, draws: number): (counts: Float64Array) => number {
  const known = new Float64Array(n + 1).fill(Number.NaN);
  const ln = (x: number): number => jstat.jStat.gammaln(x + 1);
  const ofCount = (k: number): number => {
    if (k === 0 || k === n) return 0;
    const p = k / n;
    const v = Math.floor((draws * k) / n) + 1; // ≤ draws, since k < n
    const logarithm = Math.log(2 * v) + ln(draws) - ln(v) - ln(draws - v) + v * Math.log(p) + (draws - v + 1) * Math.log1p(-p);
    return Math.exp(logarithm) / draws;
  };
  return (counts) => {
    let sum = 0;
    for (let i = 0; i < counts.length; i += 1) {
      const k = counts[i];
      if (Number.isNaN(known[k])) known[k] = ofCount(k);
      sum += known[k];
    }
    return sum / 2;
  };
}
