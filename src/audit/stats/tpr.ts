import type { SeededBits } from "../../base/random.js";
import { clopperPearson } from "./clopper-pearson.js";

export interface TprEstimate {
  readonly tpr: number;
  readonly interval: [number, number];
  readonly standardError: number;
  readonly hits: number;
}

/**
 * Share of members that score above the threshold which at most `alpha` of the others exceed. The interval joins a
 * stratified percentile bootstrap (which moves the threshold too) with Clopper-Pearson's at the fixed threshold, because the
 * bootstrap alone is empty where no member is hit.
 * @returns null where a group is empty, or the others are too few to place the threshold (fewer than 1/alpha)
 */
export function tprAtFpr(members: Float64Array, others: Float64Array, alpha: number, level: number, bits: SeededBits, resamples = 400): TprEstimate | null {
  const m = members.length;
  const n = others.length;
  if (m === 0 || n * alpha < 1) return null;
  const sortedMembers = Float64Array.from(members).sort();
  const sortedOthers = Float64Array.from(others).sort();
  const allowed = Math.floor(alpha * n);
  const hits = m - upperBound(sortedMembers, sortedOthers[n - 1 - allowed]);
  const tpr = hits / m;
  const draws = new Float64Array(resamples);
  const times = new Uint32Array(n);
  for (let r = 0; r < resamples; r += 1) {
    times.fill(0);
    for (let j = 0; j < n; j += 1) times[bits.below(n)] += 1;
    let at = n - 1;
    for (let above = times[at]; above <= allowed && at > 0; above += times[at]) at -= 1;
    const first = upperBound(sortedMembers, sortedOthers[at]);
    let hit = 0;
    for (let i = 0; i < m; i += 1) if (bits.below(m) >= first) hit += 1;
    draws[r] = hit / m;
  }
  draws.sort();
  const tail = (1 - level) / 2;
  const exact = clopperPearson(hits, m, level);
  const low = draws[Math.floor(tail * (resamples - 1))];
  const high = draws[Math.ceil((1 - tail) * (resamples - 1))];
  const mean = draws.reduce((a, b) => a + b, 0) / resamples;
  const spread = Math.sqrt(draws.reduce((a, b) => a + (b - mean) ** 2, 0) / (resamples - 1));
  const binomial = Math.sqrt(((hits + 1) / (m + 2)) * (1 - (hits + 1) / (m + 2)) * (1 / m));
  return { tpr, interval: [Math.min(low, exact[0]), Math.max(high, exact[1])], standardError: Math.max(spread, binomial), hits };
}

/** First index of the sorted array whose value is greater than x. */
function upperBound(sorted: Float64Array, x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (sorted[mid] <= x) low = mid + 1;
    else high = mid;
  }
  return low;
}
