/**
 * ∫ from a to b of n·w(1 − w)ⁿ⁻¹ dw: how likely predicates of weights spread evenly between a and b isolate exactly one of n rows
 * (Cohen & Nissim 2020). In closed form [(na + 1)(1 − a)ⁿ − (nb + 1)(1 − b)ⁿ]/(n + 1).
 * @pre 0 ≤ a ≤ b ≤ 1, n ≥ 1
 */
export function singlingOutWeight(n: number, a: number, b: number): number {
  const at = (w: number): number => (w === 1 ? 0 : (n * w + 1) * Math.exp(n * Math.log1p(-w)));
  return (at(a) - at(b)) / (n + 1);
}

/**
 * How many more (or fewer) of the same predicates would isolate one row of a table of `to` rows than of one of `from`, by the model
 * norm · I(n, 0, w) fitted by least squares on counts at several sizes (Anonymeter's correction for unequal tables). 1 where nothing can be fitted.
 * @param counts predicates that isolate one row of a sample of each size
 */
export function sizeCorrection(sizes: readonly number[], counts: readonly number[], from: number, to: number): number {
  if (from === to || counts.every((count) => count === 0)) return 1;
  let best = { error: Number.POSITIVE_INFINITY, ratio: 1 };
  for (let step = 0; step <= 240; step += 1) {
    const w = 10 ** (-8 + step / 30);
    const shape = sizes.map((n) => singlingOutWeight(n, 0, w));
    const square = shape.reduce((s, x) => s + x * x, 0);
    if (!(square > 0)) continue;
    const norm = shape.reduce((s, x, i) => s + x * counts[i], 0) / square;
    const error = shape.reduce((s, x, i) => s + (norm * x - counts[i]) ** 2, 0);
    const there = singlingOutWeight(from, 0, w);
    if (error < best.error && there > 0) best = { error, ratio: singlingOutWeight(to, 0, w) / there };
  }
  return best.ratio;
}
