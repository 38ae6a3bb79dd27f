/** P[χ²_df ≥ x] from the regularised incomplete gamma function (series below, continued fraction above), relative error about 1e-12. */
export function chiSquareTail(x: number, df: number): number {
  const a = df / 2;
  const z = x / 2;
  if (z <= 0) return 1;
  const front = Math.exp(-z + a * Math.log(z) - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-16; n += 1) {
      term *= z / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * h;
}

/**
 * χ² p-value of draws against exact cell probabilities; cells expecting fewer than 20 are pooled from the end.
 * Draws outside the listed cells go to one last cell with the remaining probability.
 */
export function chiSquareP(draws: Iterable<number>, probability: ReadonlyMap<number, number>): number {
  const seen = new Map<number, number>();
  let n = 0;
  for (const draw of draws) {
    seen.set(draw, (seen.get(draw) ?? 0) + 1);
    n += 1;
  }
  let listed = 0;
  let inside = 0;
  const cells: { expected: number; observed: number }[] = [];
  for (const [value, p] of probability) {
    const observed = seen.get(value) ?? 0;
    cells.push({ expected: p * n, observed });
    listed += p;
    inside += observed;
  }
  cells.push({ expected: Math.max(0, 1 - listed) * n, observed: n - inside });
  cells.sort((a, b) => b.expected - a.expected);
  const pooled: typeof cells = [];
  let rest = { expected: 0, observed: 0 };
  for (const cell of cells) {
    if (cell.expected >= 20) pooled.push(cell);
    else rest = { expected: rest.expected + cell.expected, observed: rest.observed + cell.observed };
  }
  if (rest.expected >= 20) pooled.push(rest);
  else if (pooled.length > 0) {
    const last = pooled[pooled.length - 1];
    pooled[pooled.length - 1] = { expected: last.expected + rest.expected, observed: last.observed + rest.observed };
  }
  if (pooled.length < 2) throw new RangeError("chiSquareP: fewer than two cells expect 20 draws; a test that cannot fail");
  const statistic = pooled.reduce((sum, { expected, observed }) => sum + (observed - expected) ** 2 / expected, 0);
  return chiSquareTail(statistic, pooled.length - 1);
}

/** Lanczos, g = 7. @pre x > 0 */
function logGamma(x: number): number {
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  let sum = c[0];
  for (let i = 1; i < 9; i += 1) sum += c[i] / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
