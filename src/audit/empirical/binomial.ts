/** log P[Bin(n, q) = k] for k = 0 … n. @pre 0 < q < 1 */
export function logBinomialTable(n: number, q: number): (k: number) => number {
  const logFactorial = new Float64Array(n + 1);
  for (let k = 1; k <= n; k += 1) logFactorial[k] = logFactorial[k - 1] + Math.log(k);
  const [success, failure] = [Math.log(q), Math.log1p(-q)];
  return (k) => logFactorial[n] - logFactorial[k] - logFactorial[n - k] + k * success + (n - k) * failure;
}
