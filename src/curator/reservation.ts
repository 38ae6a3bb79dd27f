import type { LedgerHead, Price } from "../formats/common.js";
import type { PrivacyEvent } from "../formats/event.js";
import type { NoiseSource } from "../formats/ledger.js";
import type { OwnPrice } from "../formats/own-price.js";

/** What the ledger says once a fit's events stand in it. */
export interface Committed {
  readonly ledger: LedgerHead;
  /** Spend of the whole dataset after this fit, ε rounded up, at the cap's δ. */
  readonly spentEpsilon: number;
  readonly capEpsilon: number;
  readonly capDelta: number;
}

/** Money set aside in a ledger before any row is read. The curator spends it; nothing else can. */
export interface Reservation {
  /** The fit's id in the ledger. */
  readonly fit: string;
  readonly dataset: string;
  readonly account: "zcdp" | "pure";
  /** At most this much may be spent; counts in full until committed. */
  readonly price: Price;
  /** ε and δ asked for; `price` follows from them. */
  readonly epsilon: number;
  readonly delta: number;
  /** Where ε is that of the fit alone: the looks must keep to what it is proved for, and all of `price` is spent, also where they end early. */
  readonly ownPrice?: OwnPrice;
  /** Replace the reservation by what happened. `price` never exceeds the reserved one; `modelSha256` names the model's body. */
  commit(a: { price: Price; events: readonly PrivacyEvent[]; noise: NoiseSource; modelSha256?: string }): Promise<Committed>;
  /** Give the reservation back. Only before the first row was read. */
  cancel(reason: string): Promise<void>;
}
