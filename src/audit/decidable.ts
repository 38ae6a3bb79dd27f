import type { Finding } from "../formats/report.js";
import { smallestAucExcess, smallestRateExcess, smallestShareExcess } from "./stats/power.js";

/** What the audit could see before it runs: the smallest excess that these sizes show with power 0.8 at level 0.95. */
export interface Decidable {
  readonly family: Finding["family"];
  readonly what: string;
  /** null where a part is empty: nothing can be decided. */
  readonly smallestExcess: number | null;
}

/** Rates of linkage and inference are taken at ½, where a difference is hardest to see; the audit prints the real ones after. */
const HARDEST_RATE = 0.5;
const ALPHA = 0.01;

/**
 * @param sizes units in train and holdout, rows of the release
 * @param targets units attacked per part, at most
 */
export function decidable(sizes: { readonly train: number; readonly holdout: number; readonly release: number }, targets: number): Decidable[] {
  const members = Math.min(sizes.train, targets);
  const others = Math.min(sizes.holdout, targets);
  const equal = Math.min(sizes.train, sizes.holdout);
  // Released rows that share a nearest real row count once: at best as many as there are real rows to be near to.
  const independent = Math.min(sizes.release, 2 * equal);
  return [
    { family: "copies", what: "share of unique rows that reappear", smallestExcess: smallestRateExcess(ALPHA, sizes.train, sizes.holdout) },
    { family: "distance", what: "share of released rows nearer to train", smallestExcess: smallestShareExcess(independent) },
    { family: "membership", what: "AUC above one half", smallestExcess: smallestAucExcess(members, others) },
    { family: "linkability", what: "linked targets above the control", smallestExcess: smallestRateExcess(HARDEST_RATE, members, others) },
    { family: "inference", what: "right guesses above the control", smallestExcess: smallestRateExcess(HARDEST_RATE, members, others) },
  ];
}
