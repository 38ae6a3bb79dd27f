/** What is known of a cell that no other cell tells anything about. */
export interface Alone {
  /** Log density of the noisy count, over that of a true count equal to it. */
  readonly log: number;
  /** Posterior mean of the true count. */
  readonly mean: number;
}

/**
 * One noisy count y by itself, its true count being normal about 0 with one of several widths, equally likely. The evidence is
 * against a true count that fits perfectly: nothing cancels, however far the count stands above the noise.
 * @param variance of the noise, in rows²  @param widths variances of the prior, in rows²
 */
export function alone(y: number, variance: number, widths: readonly number[]): Alone {
  const logs = widths.map((t) => -0.5 * ((y * y) / (variance + t) + Math.log1p(t / variance)));
  const top = Math.max(...logs);
  let [weight, mean] = [0, 0];
  widths.forEach((t, i) => {
    const w = Math.exp(logs[i] - top);
    weight += w;
    mean += (w * y * t) / (variance + t);
  });
  return { log: top + Math.log(weight / widths.length), mean: mean / weight };
}

/** Log density of a noisy count whose true one is a draw of `expected` rows, a Poisson count taken as normal; over that of a true count equal to it. */
export function drawnLog(y: number, expected: number, variance: number): number {
  return -((y - expected) ** 2) / (2 * (variance + expected)) - Math.log1p(expected / variance) / 2;
}

/** Posterior mean of such a true count: between what is expected and what was counted. */
export function drawnMean(y: number, expected: number, variance: number): number {
  return expected + (expected / (expected + variance)) * (y - expected);
}
