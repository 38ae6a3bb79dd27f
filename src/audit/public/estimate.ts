import { twoSidedZ } from "../../base/normal.js";
import type { PublicFinding } from "../../formats/public-findings.js";

/** A share seen through noise: estimate and standard error of sampling and noise together. */
interface Seen {
  readonly rate: number;
  readonly standardError: number;
}

/** Variance of discrete Laplace noise of scale b: 2q/(1 − q)², q = e^(−1/b). */
function noiseVariance(scale: number): number {
  const q = Math.exp(-1 / scale);
  return (2 * q) / (1 - q) ** 2;
}

function seen(hits: number, misses: number, variance: number): Seen | null {
  const n = hits + misses;
  // below three standard deviations of its own noise, the number of targets may be anything
  if (!(n > 3 * Math.sqrt(2 * variance)) || n < 1) return null;
  const rate = Math.min(1, Math.max(0, hits / n));
  const p = (Math.max(0, hits) + 1) / (n + 2); // stays inside (0, 1), so that no interval closes
  const spread = (Math.max(1 / (n + 2), Math.min(p, 1 - 1 / (n + 2))) * (1 - Math.min(p, 1 - 1 / (n + 2)))) / n + (((1 - rate) ** 2 + rate ** 2) * variance) / n ** 2;
  return { rate, standardError: Math.sqrt(spread) };
}

/** What noisy counts show, for one question. Post-processing: it sees nothing but the noisy counts. */
export function shownByCounts(counts: ArrayLike<number>, scale: number, level: number): Pick<PublicFinding, "train" | "holdout" | "excess"> {
  const variance = noiseVariance(scale);
  const z = twoSidedZ(level);
  const [train, holdout] = [seen(counts[0], counts[1], variance), seen(counts[2], counts[3], variance)];
  const tally = (at: number, found: Seen | null): PublicFinding["train"] => ({
    hits: counts[at],
    misses: counts[at + 1],
    rate: found?.rate ?? null,
    interval: found === null ? null : [Math.max(0, found.rate - z * found.standardError), Math.min(1, found.rate + z * found.standardError)],
  });
  const both = train === null || holdout === null ? null : { estimate: train.rate - holdout.rate, se: Math.hypot(train.standardError, holdout.standardError) };
  return {
    train: tally(0, train),
    holdout: tally(2, holdout),
    excess: both === null ? null : { estimate: both.estimate, interval: [Math.max(-1, both.estimate - z * both.se), Math.min(1, both.estimate + z * both.se)] },
  };
}
