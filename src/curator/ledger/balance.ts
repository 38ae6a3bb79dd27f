import type { Price } from "../../formats/common.js";
import { leftOf } from "../accounting/account.js";
import { addPrices, zeroPrice } from "../accounting/price.js";
import { type LedgerState, spendsOf } from "./state.js";

/** What a state costs and leaves. */
export interface Balance {
  /** Σ of the prices that count, exact. */
  readonly spent: Price;
  /** ε of all of it at the cap's δ, rounded up. ε does not add in a zcdp account; ρ does. */
  readonly spentEpsilon: number;
  readonly spentDelta: number;
  readonly capEpsilon: number;
  readonly capDelta: number;
  readonly left: Price;
  /** The largest ε of one more fit at the cap's δ that is granted when asked for; 0 where none is. */
  readonly largestEpsilon: number;
}

export function balanceOf(state: LedgerState): Balance {
  const prices = spendsOf(state);
  const { epsilon: capEpsilon, delta: capDelta } = state.cap;
  return { spent: prices.reduce(addPrices, zeroPrice()), capEpsilon, capDelta, ...leftOf(state.cap, prices) };
}
