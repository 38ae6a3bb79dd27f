import { normalQuantile } from "../base/normal.js";
import type { Finding } from "../formats/report.js";

/** What a rule weighs in a finding: the value and a standard error for each side. */
export interface Weighed {
  readonly value: number;
  /** Standard errors towards smaller and larger values; both positive. */
  readonly below: number;
  readonly above: number;
}

/** The excess a − c; a sentence where the finding cannot be weighed. */
export function weighExcess(finding: Finding): Weighed | string {
  const poor = unusable(finding);
  if (poor !== null) return poor;
  if (finding.excess === null) return "it has no control to compare with";
  const { estimate, standardError } = finding.excess;
  if (!Number.isFinite(estimate) || !Number.isFinite(standardError)) return "its excess is not a number";
  const se = Math.max(standardError, leastError(finding.n, finding.control?.n ?? finding.n));
  return { value: estimate, below: se, above: se };
}

/** The estimate itself; standard errors are read off its interval, each side for itself. */
export function weighEstimate(finding: Finding): Weighed | string {
  const poor = unusable(finding);
  if (poor !== null) return poor;
  const value = finding.estimate as number;
  if (finding.interval === null) return "it has no interval";
  const [low, high] = finding.interval;
  const z = normalQuantile((1 + finding.level) / 2);
  if (!Number.isFinite(low) || !Number.isFinite(high) || !(low <= value && value <= high) || !(z > 0)) return "its interval is not one";
  const least = leastError(finding.n, finding.n);
  return { value, below: Math.max((value - low) / z, least), above: Math.max((high - value) / z, least) };
}

function unusable(finding: Finding): string | null {
  if (finding.estimate === null) return finding.note ?? "too little data to say anything";
  if (!Number.isFinite(finding.estimate)) return "its estimate is not a number";
  if (finding.n === 0 || finding.attacks === 0) return "no attack was made";
  return null;
}

/**
 * No two shares of n and m targets are known better than this, even where both are 0 or 1 and the plain formula says 0:
 * Agresti and Caffo (2000), two trials added to each side.
 */
function leastError(n: number, m: number): number {
  const variance = (k: number): number => {
    const p = 1 / (k + 2);
    return (p * (1 - p)) / (k + 2);
  };
  return Math.sqrt(variance(n) + variance(m));
}
