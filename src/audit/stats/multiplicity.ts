/**
 * Holm's step-down test (1979): which hypotheses fall at family-wise level `alpha`. Used to accuse: nothing true falls with a
 * chance above alpha. A p-value of NaN never falls and still counts as a test.
 */
export function holm(pValues: readonly number[], alpha: number): boolean[] {
  const p = pValues.map((value) => (Number.isNaN(value) ? 1 : value));
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b] || a - b);
  const falls = p.map(() => false);
  for (const [rank, i] of order.entries()) {
    if (!(p[i] <= alpha / (p.length - rank))) break;
    falls[i] = true;
  }
  return falls;
}

/** Level of each of `tests` intervals that hold all together with `level` (Bonferroni). Used to acquit: every upper bound holds at once. */
export function bonferroniLevel(level: number, tests: number): number {
  return 1 - (1 - level) / Math.max(1, tests);
}
