import type { SeededBits } from "../../base/random.js";
import { midRanks } from "./auc.js";

export interface FamilyWise {
  /** Family-wise p-value of the strongest attack, (1 + permutations as strong)/(1 + permutations). */
  readonly p: number;
  /** The same for each attack by itself against the strongest of a permutation (Westfall & Young 1993, single step). */
  readonly each: readonly number[];
  readonly best: number;
}

/**
 * Do any of several attacks tell members from others? The statistic is the greatest AUC; its distribution where members and others
 * are exchangeable comes from permuting the labels, which keeps the dependence between attacks, so that no correction is needed.
 * Rounded up: the observed labelling counts as one of the permutations.
 * @param scores one array of members' and then others' scores for each attack, all of one length
 * @returns null where there are no attacks or a group is empty
 */
export function maxStatistic(scores: readonly Float64Array[], members: number, bits: SeededBits, permutations = 2000): FamilyWise | null {
  const total = scores[0]?.length ?? 0;
  if (members === 0 || members >= total) return null;
  const ranks = scores.map(midRanks);
  const sum = (attack: Float64Array, rows: Uint32Array): number => {
    let s = 0;
    for (let i = 0; i < members; i += 1) s += attack[rows[i]];
    return s;
  };
  const order = Uint32Array.from({ length: total }, (_, i) => i);
  const seen = ranks.map((attack) => sum(attack, order));
  const beaten = seen.map(() => 1);
  for (let round = 0; round < permutations; round += 1) {
    // The first `members` places of a shuffle are a random set of that size.
    for (let i = 0; i < members; i += 1) {
      const j = i + bits.below(total - i);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    let greatest = Number.NEGATIVE_INFINITY;
    for (const attack of ranks) greatest = Math.max(greatest, sum(attack, order));
    for (let a = 0; a < seen.length; a += 1) if (greatest >= seen[a] - 1e-9) beaten[a] += 1;
  }
  const each = beaten.map((count) => count / (permutations + 1));
  const best = seen.indexOf(Math.max(...seen));
  return { p: each[best], each, best };
}
