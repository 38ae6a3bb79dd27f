import { fault } from "../../base/errors.js";
import type { LedgerHead } from "../../formats/common.js";
import { LEAST_SHARE_LEARNED } from "../../formats/ledger.js";
import { append } from "./append.js";
import type { LedgerOptions } from "./io.js";

/** Shares of the units that the audit keeps for itself; train is the rest. */
export interface SplitShares {
  readonly holdout: number;
  readonly reference: number;
}

/** Public share of the units that a fit on `part` learns from. */
export function shareLearned(shares: SplitShares, part: "train" | "all"): number {
  return part === "all" ? 1 : 1 - shares.holdout - shares.reference;
}

/**
 * Fix the split's shares for good; the same shares again write nothing. Throws DPS-E414 on other shares: a unit that was
 * trained on must never become a holdout.
 */
export async function recordSplit(folder: string, dataset: string, shares: SplitShares, options: LedgerOptions = {}): Promise<LedgerHead> {
  const { holdout, reference } = shares;
  if (!(holdout >= 0 && reference >= 0 && shareLearned(shares, "train") >= LEAST_SHARE_LEARNED)) {
    throw fault(
      "DPS-E403",
      "split",
      "shares of at least 0 that leave a millionth or more to train on",
      `holdout ${holdout}, reference ${reference}`,
      "Give shares such as --holdout 0.2 --reference 0.1.",
    );
  }
  const { head } = await append(
    folder,
    dataset,
    ({ split }) => {
      if (split === undefined) return { kind: "split", holdout, reference };
      if (split.holdout === holdout && split.reference === reference) return undefined;
      throw fault(
        "DPS-E414",
        `split of ${dataset}`,
        `as recorded: holdout ${split.holdout}, reference ${split.reference}`,
        `holdout ${holdout}, reference ${reference}`,
        "Use the recorded shares; a split is made once, before anything else.",
      );
    },
    options,
  );
  return head;
}
