import { normalQuantile } from "../../base/normal.js";
import { binomialUpperTail } from "./binomial.js";

/** z₀.₉₅ + z₀.₈: a one-sided test at level 0.95 shows an effect of this many null standard errors with power 0.8. */
export function detectableStandardErrors(level = 0.95, power = 0.8): number {
  return normalQuantile(level) + normalQuantile(power);
}

/** Standard error of a Mann-Whitney AUC where both groups have the same scores' distribution: √((n₁+n₂+1)/(12·n₁·n₂)). */
export function aucNullStandardError(n1: number, n2: number): number {
  return Math.sqrt((n1 + n2 + 1) / (12 * n1 * n2));
}

/** Smallest AUC above ½ that n₁ members and n₂ non-members show; null where a group is empty. */
export function smallestAucExcess(n1: number, n2: number): number | null {
  return n1 === 0 || n2 === 0 ? null : detectableStandardErrors() * aucNullStandardError(n1, n2);
}

/** Smallest difference of two rates near `rate` that n₁ attacks and n₂ controls show; null where a group is empty. */
export function smallestRateExcess(rate: number, n1: number, n2: number): number | null {
  return n1 === 0 || n2 === 0 ? null : detectableStandardErrors() * Math.sqrt(rate * (1 - rate) * (1 / n1 + 1 / n2));
}

/** Smallest departure of a share from ½ over `effective` independent trials; null where there are none. */
export function smallestShareExcess(effective: number): number | null {
  return effective > 0 ? (detectableStandardErrors() * 0.5) / Math.sqrt(effective) : null;
}

/** Fewest hits of n that attacks with chance `alpha` each make with probability at most 1 − level: an exact binomial tail. */
export function criticalHits(n: number, alpha: number, level = 0.95): number {
  let hits = Math.floor(n * alpha);
  while (hits <= n && binomialUpperTail(hits, n, alpha) > 1 - level) hits += 1;
  return hits;
}
