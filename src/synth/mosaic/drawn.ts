/** Log density of a noisy count whose true one is a draw of `expected` rows, a Poisson count taken as normal; over that of a true count equal to it. */
export function drawnLog(y: number, expected: number, variance: number): number {
  return -((y - expected) ** 2) / (2 * (variance + expected)) - Math.log1p(expected / variance) / 2;
}

/** Posterior mean of such a true count: between what is expected and what was counted. */
export function drawnMean(y: number, expected: number, variance: number): number {
  return expected + (expected / (expected + variance)) * (y - expected);
}
