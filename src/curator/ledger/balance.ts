import type { Price } from "../../formats/common.js";
import { leftOf } from "../accounting/account.js";
import { addPrices, zeroPrice } from "../accounting/price.js";
import { closedBy, type LedgerState, spendsOf } from "./state.js";

/** What a state costs and leaves. */
export interface Balance {
  /** Σ of the prices that count, exact. */
  readonly spent: Price;
  /** ε of all of it at the cap's δ, rounded up. ε does not add in a zcdp account; ρ does. Of one fit alone, its own price where that is less. */
  readonly spentEpsilon: number;
  readonly spentDelta: number;
  readonly capEpsilon: number;
  readonly capDelta: number;
  readonly left: Price;
  /** The largest ε of one more fit at the cap's δ that is granted when asked for; 0 where none is. */
  readonly largestEpsilon: number;
  /** The fit that closed the ledger, and the ε that its ρ amounts to: a cap above that opens it again. Null where it is open. */
  readonly closed: { readonly fit: string; readonly reopensAbove: number } | null;
}

export function balanceOf(state: LedgerState): Balance {
  const prices = spendsOf(state);
  const { epsilon: capEpsilon, delta: capDelta } = state.cap;
  const rest = leftOf(state.cap, prices);
  const closer = closedBy(state);
  const closed = closer === undefined ? null : { fit: closer.fit, reopensAbove: rest.spentEpsilon };
  return { spent: prices.reduce(addPrices, zeroPrice()), capEpsilon, capDelta, ...rest, spentEpsilon: Math.min(rest.spentEpsilon, priceAlone(state)), closed };
}

/** ε of an account's only fit by its own price. The cap's δ may have been raised since: a larger δ takes nothing from it. */
function priceAlone({ fits }: LedgerState): number {
  const drawn = fits.filter((fit) => fit.status !== "cancelled");
  return drawn.length === 1 && drawn[0].ownPrice !== undefined ? drawn[0].ownPrice.epsilon : Number.POSITIVE_INFINITY;
}
