import type { SeededBits } from "../../base/random.js";
import { type Bootstrap, bootstrap } from "./bootstrap.js";

/** F1 of naming everybody a member where a share p are: 2p/(1 + p). */
export function naiveF1(p: number): number {
  return (2 * p) / (1 + p);
}

/** F1 at a true and a false positive rate where a share p of those tried are members. 0 where nobody is named. */
export function f1At(tpr: number, fpr: number, p: number): number {
  const named = p * tpr + (1 - p) * fpr;
  return named === 0 ? 0 : (2 * p * tpr) / (named + p);
}

/** (F1 − naive)/(1 − naive): 0 for naming everybody, 1 for naming the members alone (El Emam, Mosquera & Fang 2022). NaN at p = 1. */
export function relativeF1(tpr: number, fpr: number, p: number): number {
  const naive = naiveF1(p);
  return (f1At(tpr, fpr, p) - naive) / (1 - naive);
}

/**
 * Relative membership F1 of scores where the attacked people hold members at the sampling fraction p, not one half: the threshold is
 * chosen on one half of the targets and judged on the other, both ways, so that choosing it does not flatter the attack.
 * @returns null where a group has fewer than four, or p is not inside (0, 1)
 */
export function membershipF1(members: Float64Array, others: Float64Array, p: number, level: number, bits: SeededBits): ({ readonly estimate: number } & Bootstrap) | null {
  if (members.length < 4 || others.length < 4 || !(p > 0 && p < 1)) return null;
  const half = (scores: Float64Array, which: number): Float64Array => scores.filter((_, i) => i % 2 === which);
  const thresholds = [1, 0].map((which) => bestThreshold(half(members, which), half(others, which), p));
  const hits = (scores: Float64Array): Uint8Array => Uint8Array.from(scores, (score, i) => (score > thresholds[i % 2] ? 1 : 0));
  const [memberHits, otherHits] = [hits(members), hits(others)];
  const rate = (of: Uint8Array, draw: Uint32Array | null): number => {
    let sum = 0;
    for (let i = 0; i < of.length; i += 1) sum += of[draw === null ? i : draw[i]];
    return sum / of.length;
  };
  const estimate = relativeF1(rate(memberHits, null), rate(otherHits, null), p);
  const spread = bootstrap([members.length, others.length], ([m, o]) => relativeF1(rate(memberHits, m), rate(otherHits, o), p), level, bits);
  if (spread === null) return null;
  const [low, high] = spread.interval;
  return { estimate, ...spread, interval: [Math.min(low, estimate), Math.max(high, estimate)] };
}

/** The threshold with the greatest F1; −∞ names everybody. */
function bestThreshold(members: Float64Array, others: Float64Array, p: number): number {
  const m = Float64Array.from(members).sort();
  const o = Float64Array.from(others).sort();
  let best = Number.NEGATIVE_INFINITY;
  let bestF1 = f1At(1, 1, p);
  let at = 0;
  for (let i = 0; i < m.length; i += 1) {
    if (i + 1 < m.length && m[i + 1] === m[i]) continue;
    while (at < o.length && o[at] <= m[i]) at += 1;
    const f1 = f1At((m.length - i - 1) / m.length, (o.length - at) / o.length, p);
    if (f1 > bestF1) {
      bestF1 = f1;
      best = m[i];
    }
  }
  return best;
}
