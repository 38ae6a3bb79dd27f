import { type DpsynthError, EXIT, fault, internal } from "../../base/errors.js";
import { rational } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { admits, leftOf } from "../accounting/account.js";
import { decimal, doubleDown, subtract } from "../accounting/directed.js";
import { zeroPrice } from "../accounting/price.js";
import type { Reservation } from "../reservation.js";
import { append } from "./append.js";
import { cancelFit, commitFit } from "./close.js";
import type { LedgerOptions } from "./io.js";
import { capFor, type FitSpend, type LedgerState, spendsOf } from "./state.js";

/** What a fit asks the ledger for. `price` follows from (ε, δ) by `fitBudget`. */
export interface ReserveRequest {
  /** Id of the fit, new for each fit. */
  readonly fit: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly price: Price;
  readonly method: string;
  readonly part: "train" | "all";
  /** The same key never pays twice: a second reservation under it is refused, with the first fit's name. */
  readonly idempotencyKey?: string;
}

/**
 * Set a fit's price aside, on the disk before this returns and so before any row is read. Throws DPS-E409 (exit 3, and
 * a refusal on record) where the cap does not cover it; DPS-E410 where the idempotency key has a committed fit,
 * DPS-E411 where it has an unfinished one, DPS-E412 where the fit's id is taken.
 */
export async function reserve(folder: string, dataset: string, request: ReserveRequest, options: LedgerOptions = {}): Promise<Reservation> {
  const { entry, state } = await append(folder, dataset, (now) => decide(now, request), options);
  if (entry?.body.kind === "refuse") throw refused(dataset, state, request, entry.body);
  if (entry?.body.kind !== "reserve") throw internal("a reservation became another entry");
  const { fit, epsilon, delta, price } = request;
  return {
    fit,
    dataset,
    account: state.cap.account,
    price,
    epsilon,
    delta,
    commit: (spend) => commitFit(folder, dataset, { fit, ...spend }, options),
    cancel: (reason) => cancelFit(folder, dataset, fit, reason, options),
  };
}

/** The fit that already uses an idempotency key, cancelled ones aside. */
export function fitWithKey(state: LedgerState, idempotencyKey: string): FitSpend | undefined {
  return state.fits.find((fit) => fit.idempotencyKey === idempotencyKey && fit.status !== "cancelled");
}

function decide(state: LedgerState, request: ReserveRequest): EntryBody {
  const { fit, epsilon, delta, price, method, part, idempotencyKey } = request;
  if (state.fits.some((known) => known.fit === fit)) throw fault("DPS-E412", "fit", "a new id", "the id of a fit in the ledger", "Give each fit an id of its own.");
  const earlier = idempotencyKey === undefined ? undefined : fitWithKey(state, idempotencyKey);
  if (earlier !== undefined) throw paidBefore(earlier);
  if (admits(capFor(state.cap, price), spendsOf(state), price)) {
    return { kind: "reserve", fit, method, part, price, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  }
  const { left, largestEpsilon } = rest(state, delta, price);
  return { kind: "refuse", asked: price, left, epsilonAsked: epsilon, epsilonLeft: largestEpsilon };
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

function refused(dataset: string, state: LedgerState, { epsilon, delta, price }: ReserveRequest, { epsilonLeft }: { epsilonLeft: number }): DpsynthError {
  const next =
    epsilonLeft > 0
      ? `Ask for --epsilon ${epsilonLeft}, which is granted, or raise the cap with \`dpsynth budget raise ${dataset} --by NAME --reason TEXT\`. The refusal is on record.`
      : `Raise the cap with \`dpsynth budget raise ${dataset} --by NAME --reason TEXT\`, or go on with the releases that exist: sampling is free. The refusal is on record.`;
  const discovers = price.deltaAtto === "0" ? "" : " for a fit that discovers values";
  const left = `${epsilonLeft > 0 ? `at most ε = ${epsilonLeft} at δ = ${delta}` : "nothing"}${discovers}`;
  return fault("DPS-E409", `budget of ${dataset}`, `enough for ε = ${epsilon}`, `${left} under its cap of ε = ${state.cap.epsilon}, δ = ${state.cap.delta}`, next, EXIT.budgetRefused);
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
