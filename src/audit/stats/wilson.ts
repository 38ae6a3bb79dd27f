import { twoSidedZ } from "../../base/normal.js";

/** A success rate as Anonymeter reports it: the Wilson centre and half-width, not k/n. */
export interface WilsonRate {
  readonly centre: number;
  readonly halfWidth: number;
}

/**
 * Wilson's score interval of k successes in n trials (Wilson 1927; the form of Anonymeter's `stats/confidence`):
 * (k + z²/2)/(n + z²) ± z/(n + z²)·√(k(n−k)/n + z²/4).
 * @pre 0 ≤ k ≤ n, n ≥ 1; k may be fractional (ties count ½)
 */
export function wilson(k: number, n: number, level: number): WilsonRate {
  if (!(n >= 1 && k >= 0 && k <= n)) throw new RangeError("wilson: needs 0 ≤ k ≤ n and n ≥ 1");
  const z = twoSidedZ(level);
  const z2 = z * z;
  return { centre: (k + z2 / 2) / (n + z2), halfWidth: (z / (n + z2)) * Math.sqrt((k * (n - k)) / n + z2 / 4) };
}

/** The same as [low, high] inside [0, 1]. */
export function wilsonInterval(k: number, n: number, level: number): [number, number] {
  const { centre, halfWidth } = wilson(k, n, level);
  return [k === 0 ? 0 : Math.max(0, centre - halfWidth), k === n ? 1 : Math.min(1, centre + halfWidth)]; // exactly, where rounding would miss
}
