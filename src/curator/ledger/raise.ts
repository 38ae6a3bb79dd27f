import { fault } from "../../base/errors.js";
import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { append } from "./append.js";
import { type Balance, balanceOf } from "./balance.js";
import { budgetText, readBudget } from "./budget-file.js";
import { checkCap } from "./create.js";
import { type LedgerOptions, nodeIo, replaceFile } from "./io.js";
import { loadSound } from "./load.js";
import { withLock } from "./lock.js";
import { budgetPaths } from "./paths.js";
import type { LedgerState } from "./state.js";

/** A new cap, who sets it and why. */
export interface Raise {
  readonly epsilon: number;
  /** The present δ where absent. */
  readonly delta?: number;
  readonly by: string;
  readonly reason: string;
}

/**
 * Raise the cap, for good and on record. A ledger that a fit closed opens again where the new cap covers that fit's ρ; `closed` tells where it does not. Throws DPS-E415 where it would not rise, or δ leave the account, or nobody signs.
 */
export async function raiseCap(folder: string, dataset: string, raise: Raise, options: LedgerOptions = {}): Promise<{ head: LedgerHead; epsilon: number; delta: number; closed: Balance["closed"] }> {
  if (raise.by.trim() === "" || raise.reason.trim() === "") throw fault("DPS-E415", "raise", "signed and reasoned", "without a name or a reason", "Give --by NAME and --reason TEXT.");
  const { head, state } = await append(folder, dataset, (now) => bodyOf(now, raise), options);
  const io = options.io ?? nodeIo;
  const paths = budgetPaths(folder, dataset);
  await withLock(paths.lock, options, () => {
    const { epsilon, delta } = loadSound(io, paths, dataset).state.cap;
    replaceFile(io, paths.budget, budgetText({ ...readBudget(io, paths, dataset), epsilon, delta }));
  });
  return { head, epsilon: state.cap.epsilon, delta: state.cap.delta, closed: balanceOf(state).closed };
}

function bodyOf({ cap }: LedgerState, { epsilon, delta = cap.delta, by, reason }: Raise): EntryBody {
  checkCap(epsilon, delta);
  if ((cap.account === "pure") !== (delta === 0)) {
    throw fault("DPS-E415", "delta", cap.account === "pure" ? "0 in a pure account" : "above 0 in a zcdp account", String(delta), "The account is fixed when the budget is made; leave --delta out.");
  }
  if (epsilon < cap.epsilon || delta < cap.delta || (epsilon === cap.epsilon && delta === cap.delta)) {
    throw fault(
      "DPS-E415",
      "raise",
      `above the present cap of ε = ${cap.epsilon}, δ = ${cap.delta}`,
      `ε = ${epsilon}, δ = ${delta}`,
      "A cap is only ever raised: what it allowed may have been spent.",
    );
  }
  return { kind: "raise", epsilon, delta, by, reason };
}
