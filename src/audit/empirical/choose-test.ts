import { leastEpsilon, type Trials, upperRates } from "./bounds.js";

/** A yes-or-no test of a fit's statistics: says "with" where one of them is at or beyond a threshold. */
export interface Test {
  /** Index of the statistic. */
  readonly statistic: number;
  readonly threshold: number;
  /** "with" at or above the threshold (1), or at or below it (−1). */
  readonly side: 1 | -1;
}

/** Statistics of the fits of one world: one row a statistic. */
export type Sample = readonly Float64Array[];

const THRESHOLDS = 64;

/** The test that proves most on a sample kept apart for choosing it; the first statistic where nothing is proved. */
export function chooseTest(without: Sample, withTarget: Sample, delta: number, alpha: number): Test {
  let best: { test: Test; proved: number } | undefined;
  without.forEach((values, statistic) => {
    for (const test of testsOf(statistic, values, withTarget[statistic])) {
      const proved = leastEpsilon(upperRates(trial(test, values, withTarget[statistic]), alpha), delta);
      if (best === undefined || proved > best.proved) best = { test, proved };
    }
  });
  return best?.test ?? { statistic: 0, threshold: 0, side: 1 };
}

function testsOf(statistic: number, without: Float64Array, withTarget: Float64Array): Test[] {
  const pooled = Float64Array.of(...without, ...withTarget).sort();
  const thresholds = new Set(Array.from({ length: THRESHOLDS + 1 }, (_, i) => pooled[Math.round((i / THRESHOLDS) * (pooled.length - 1))]));
  return [...thresholds].flatMap((threshold) => [
    { statistic, threshold, side: 1 as const },
    { statistic, threshold, side: -1 as const },
  ]);
}

/** How often a test says "with" in both worlds. */
export function trial({ threshold, side }: Test, without: Float64Array, withTarget: Float64Array): Trials {
  const positives = (values: Float64Array): number => values.reduce((sum, v) => sum + (side * (v - threshold) >= 0 ? 1 : 0), 0);
  return { falsePositives: positives(without), truePositives: positives(withTarget), runs: Math.min(without.length, withTarget.length) };
}
