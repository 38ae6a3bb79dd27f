import { type DpsynthError, EXIT, fault, internal } from "../../base/errors.js";
import { rational } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import type { OwnPrice } from "../../formats/own-price.js";
import { admits, type Cap, leftOf } from "../accounting/account.js";
import { decimal, doubleDown, subtract } from "../accounting/directed.js";
import { isWithin, ownEpsilon, type Pricing } from "../accounting/own-price.js";
import { zeroPrice } from "../accounting/price.js";
import type { Reservation } from "../reservation.js";
import { append } from "./append.js";
import { balanceOf } from "./balance.js";
import { cancelFit, commitFit } from "./close.js";
import type { LedgerOptions } from "./io.js";
import { capFor, closedBy, type FitSpend, type LedgerState, spendsOf } from "./state.js";

/** What a fit asks the ledger for. `price` follows from (ε, δ) by `fitBudget`, or together with `pricing` from an `OwnBudget`. */
export interface ReserveRequest {
  /** Id of the fit, new for each fit. */
  readonly fit: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly price: Price;
  /** Where the fit is to be priced alone: by what. It is held to that. */
  readonly pricing?: Pricing;
  readonly method: string;
  readonly part: "train" | "all";
  /** The same key never pays twice: a second reservation under it is refused, with the first fit's name. */
  readonly idempotencyKey?: string;
}

/**
 * Set a fit's price aside, on the disk before this returns and so before any row is read. Throws DPS-E409 (exit 3, and
 * a refusal on record) where the cap does not cover it; DPS-E410 where the idempotency key has a committed fit,
 * DPS-E411 where it has an unfinished one, DPS-E412 where the fit's id is taken, DPS-E417 (exit 3, on record) where an
 * earlier fit closed the ledger.
 *
 * A first fit with a price of its own that fits the cap while its ρ does not closes the ledger, from the reservation on.
 * @proof docs/proofs/own-price.md
 */
export async function reserve(folder: string, dataset: string, request: ReserveRequest, options: LedgerOptions = {}): Promise<Reservation> {
  // priced before the lock is taken, which others wait for
  const priced = pricedAlone(request);
  const { entry, state } = await append(folder, dataset, (now) => decide(now, request, priced), options);
  if (entry?.body.kind === "refuse") throw refused(dataset, state, request, entry.body);
  if (entry?.body.kind !== "reserve") throw internal("a reservation became another entry");
  const { fit, epsilon, delta, price } = request;
  const { ownPrice } = entry.body;
  return {
    fit,
    dataset,
    account: state.cap.account,
    price,
    epsilon,
    delta,
    ...(ownPrice === undefined ? {} : { ownPrice }),
    commit: (spend) => commitFit(folder, dataset, { fit, ...spend }, options),
    cancel: (reason) => cancelFit(folder, dataset, fit, reason, options),
  };
}

/** The fit that already uses an idempotency key, cancelled ones aside. */
export function fitWithKey(state: LedgerState, idempotencyKey: string): FitSpend | undefined {
  return state.fits.find((fit) => fit.idempotencyKey === idempotencyKey && fit.status !== "cancelled");
}

/** ε of the fit alone at the δ asked for. One that costs more than what is asked for is a bug of ours. */
function pricedAlone({ pricing, epsilon, delta, price }: ReserveRequest): OwnPrice | undefined {
  if (pricing === undefined) return undefined;
  const own = ownEpsilon(pricing, price, delta);
  if (own === undefined || own > epsilon) throw internal("a fit alone costs more than the epsilon that was asked for it");
  if (!isWithin(pricing, price)) throw internal("a fit alone costs more than the price that was asked for it");
  const terms = { epsilon: own, delta, closesLedger: false };
  return pricing.by === "gaussian-dp" ? { by: pricing.by, ...terms } : { by: pricing.by, ...terms, schedule: [...pricing.schedule] };
}

function decide(state: LedgerState, request: ReserveRequest, priced: OwnPrice | undefined): EntryBody {
  const { fit, epsilon, delta, price, method, part, idempotencyKey } = request;
  if (state.fits.some((known) => known.fit === fit)) throw fault("DPS-E412", "fit", "a new id", "the id of a fit in the ledger", "Give each fit an id of its own.");
  const earlier = idempotencyKey === undefined ? undefined : fitWithKey(state, idempotencyKey);
  if (earlier !== undefined) throw paidBefore(earlier);
  const covered = admits(capFor(state.cap, price), spendsOf(state), price);
  if (covered || (priced !== undefined && mayClose({ cap: state.cap, spends: spendsOf(state) }, priced))) {
    const own = priced === undefined ? {} : { ownPrice: { ...priced, closesLedger: !covered } };
    return { kind: "reserve", fit, method, part, price, ...own, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  }
  const { left, largestEpsilon } = rest(state, delta, price);
  return { kind: "refuse", asked: price, left, epsilonAsked: epsilon, epsilonLeft: largestEpsilon };
}

/**
 * May a fit take the whole cap by its own price? Only where it is all that the account ever sees: no fit before it may have read a row.
 * @proof docs/proofs/own-price.md
 */
export function mayClose({ cap, spends }: { readonly cap: Cap; readonly spends: readonly Price[] }, { epsilon, delta }: Pick<OwnPrice, "epsilon" | "delta">): boolean {
  return cap.account === "zcdp" && spends.length === 0 && epsilon <= cap.epsilon && delta <= cap.delta;
}

/** What is left for a fit at `delta` that spends the same δ on discovery as `price` does: the offer is granted when asked for. */
function rest(state: LedgerState, delta: number, price: Price): { left: Price; largestEpsilon: number } {
  const cap = capFor(state.cap, price);
  const prices = spendsOf(state);
  const { left, largestEpsilon } = leftOf(cap, prices, delta);
  if (price.deltaAtto === "0") return { left, largestEpsilon };
  const remaining = doubleDown(subtract(decimal(delta), rational(BigInt(price.deltaAtto), 10n ** 18n)));
  return { left, largestEpsilon: leftOf(cap, [...prices, { ...zeroPrice(), deltaAtto: price.deltaAtto }], remaining).largestEpsilon };
}

function refused(dataset: string, state: LedgerState, request: ReserveRequest, { epsilonLeft }: { epsilonLeft: number }): DpsynthError {
  const { epsilon, delta, price, pricing } = request;
  const closer = closedBy(state);
  if (closer !== undefined) return closed(dataset, state, closer);
  const next =
    epsilonLeft > 0
      ? `Ask for --epsilon ${epsilonLeft}${pricing === undefined ? "" : " with --accounting zcdp"}, which is granted, or raise the cap with \`dpsynth budget raise ${dataset} --by NAME --reason TEXT\`. The refusal is on record.`
      : `Raise the cap with \`dpsynth budget raise ${dataset} --by NAME --reason TEXT\`, or go on with the releases that exist: sampling is free. The refusal is on record.`;
  const discovers = price.deltaAtto === "0" ? "" : " for a fit that discovers values";
  const left = `${epsilonLeft > 0 ? `at most ε = ${epsilonLeft} at δ = ${delta}` : "nothing"}${discovers}`;
  return fault("DPS-E409", `budget of ${dataset}`, `enough for ε = ${epsilon}`, `${left} under its cap of ε = ${state.cap.epsilon}, δ = ${state.cap.delta}`, next, EXIT.budgetRefused);
}

function closed(dataset: string, state: LedgerState, { fit }: FitSpend): DpsynthError {
  const { closed } = balanceOf(state);
  return fault(
    "DPS-E417",
    `budget of ${dataset}`,
    "open to another fit",
    `closed by ${fit}, whose price allows no other fit beside it; its ρ is above what the cap of ε = ${state.cap.epsilon}, δ = ${state.cap.delta} covers`,
    `Sampling from its model is free. To learn again, raise the cap with \`dpsynth budget raise ${dataset} --by NAME --reason TEXT\`: above ε = ${closed === null ? state.cap.epsilon : Math.ceil(closed.reopensAbove * 1e6) / 1e6}, which its ρ amounts to, ρ counts and more may be spent. The refusal is on record.`,
    EXIT.budgetRefused,
  );
}

function paidBefore(earlier: FitSpend): DpsynthError {
  if (earlier.status === "committed") {
    return fault(
      "DPS-E410",
      "idempotency key",
      "new for a new fit",
      `the key of fit ${earlier.fit}, committed at entry ${earlier.closedBy}`,
      "That fit is paid and done: use its model. Nothing more was spent.",
    );
  }
  return fault(
    "DPS-E411",
    "idempotency key",
    "new for a new fit",
    `the key of fit ${earlier.fit}, reserved at entry ${earlier.seq} and never finished`,
    "If it still runs, wait for it. If it died, its reservation counts as spent, because rows may have been read; a new fit needs a new key and pays again.",
  );
}
