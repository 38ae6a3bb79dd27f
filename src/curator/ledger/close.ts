import { internal } from "../../base/errors.js";
import type { Price } from "../../formats/common.js";
import type { PrivacyEvent } from "../../formats/event.js";
import type { NoiseSource } from "../../formats/ledger.js";
import { keepsTo } from "../accounting/own-price.js";
import { fits, priceOf } from "../accounting/price.js";
import type { Committed } from "../reservation.js";
import { append } from "./append.js";
import { balanceOf } from "./balance.js";
import type { LedgerOptions } from "./io.js";
import type { FitSpend, LedgerState } from "./state.js";

/** What happened in a fit. */
export interface Spend {
  readonly fit: string;
  readonly price: Price;
  readonly events: readonly PrivacyEvent[];
  readonly noise: NoiseSource;
  readonly modelSha256?: string;
}

/**
 * Replace a reservation by what happened. A price above the reserved one, or below what the events cost, is a bug of
 * ours, and so are events that do not keep to what a fit's own price is proved for, or a part of that price: nothing is written and the
 * reservation stays spent in full.
 */
export async function commitFit(folder: string, dataset: string, spend: Spend, options: LedgerOptions = {}): Promise<Committed> {
  const { fit, price, events, noise, modelSha256 } = spend;
  const make = (state: LedgerState) => {
    const { reserved, ownPrice } = openFit(state, fit);
    if (!fits(price, reserved)) throw internal("a fit spent more than it had reserved");
    if (ownPrice !== undefined && !fits(reserved, price)) throw internal("a fit reports a part of what it costs as a whole");
    if (ownPrice !== undefined && !keepsTo(ownPrice, price, events)) throw internal("a fit's events do not keep to what its price is proved for");
    if (!fits(priceOf(events), price)) throw internal("a fit's events cost more than the price it reports");
    return { kind: "commit" as const, fit, price, events: [...events], noise, ...(modelSha256 === undefined ? {} : { modelSha256 }) };
  };
  const { head, state } = await append(folder, dataset, make, options);
  const { spentEpsilon, capEpsilon, capDelta } = balanceOf(state);
  return { ledger: head, spentEpsilon, capEpsilon, capDelta };
}

/** Give a reservation back. @pre no row was read on it */
export async function cancelFit(folder: string, dataset: string, fit: string, reason: string, options: LedgerOptions = {}): Promise<void> {
  const make = (state: LedgerState) => ({ kind: "cancel" as const, fit: openFit(state, fit).fit, reason });
  await append(folder, dataset, make, options);
}

function openFit(state: LedgerState, fit: string): FitSpend {
  const found = state.fits.find((known) => known.fit === fit);
  if (found?.status !== "open") throw internal("a fit was closed that is not open");
  return found;
}
