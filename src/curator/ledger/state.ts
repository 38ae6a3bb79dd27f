import type { Price } from "../../formats/common.js";
import type { LedgerEntry } from "../../formats/ledger.js";
import type { OwnPrice } from "../../formats/own-price.js";
import { type Cap, covers, poolOf } from "../accounting/account.js";
import { keepsTo } from "../accounting/own-price.js";
import { fits } from "../accounting/price.js";
import type { ChainLine, LedgerFinding } from "./chain.js";

type BodyOf<K extends LedgerEntry["body"]["kind"]> = Extract<LedgerEntry["body"], { kind: K }>;

/** A fit as the ledger knows it. `price` is what counts now: the reservation until a commit or a cancel. */
export interface FitSpend {
  readonly fit: string;
  readonly method: string;
  readonly part: "train" | "all";
  /** `open` counts in full: either it runs now or its process died after it might have read rows. */
  readonly status: "open" | "committed" | "cancelled";
  readonly reserved: Price;
  readonly price: Price;
  /** Where it was priced alone. */
  readonly ownPrice?: OwnPrice;
  readonly events: BodyOf<"commit">["events"];
  readonly idempotencyKey?: string;
  readonly modelSha256?: string;
  readonly reservedAt: string;
  /** Sequence numbers of the reserve entry and of the commit or cancel. */
  readonly seq: number;
  readonly closedBy?: number;
}

/** What the entries add up to. */
export interface LedgerState {
  /** The cap in force, raises included, and with the δ for noisy thresholds once a fit has settled it. */
  readonly cap: Cap;
  readonly raises: readonly (BodyOf<"raise"> & { readonly at: string })[];
  readonly split: { readonly holdout: number; readonly reference: number } | undefined;
  readonly versions: readonly (BodyOf<"attach"> & { readonly at: string })[];
  readonly fits: readonly FitSpend[];
  readonly refusals: number;
  readonly looks: readonly (BodyOf<"look"> & { readonly at: string; readonly seq: number })[];
  readonly reports: readonly (BodyOf<"report"> & { readonly at: string; readonly seq: number })[];
  readonly signatures: readonly (BodyOf<"sign"> & { readonly at: string; readonly seq: number })[];
}

type Draft = { -readonly [K in keyof LedgerState]: LedgerState[K] extends readonly (infer T)[] ? T[] : LedgerState[K] };

/** An entry and the line of the file that it stands on. */
type Numbered = Pick<ChainLine, "line" | "entry">;

/**
 * Add up the entries. What no honest writer could have written is a finding and adds nothing. `before` sees each entry and
 * the state that it was written on.
 */
export function foldEntries(lines: readonly Numbered[], before?: (state: LedgerState, here: Numbered) => void): { state: LedgerState; findings: LedgerFinding[] } {
  const state: Draft = { cap: { account: "zcdp", epsilon: 0, delta: 0 }, raises: [], split: undefined, versions: [], fits: [], refusals: 0, looks: [], reports: [], signatures: [] };
  const findings: LedgerFinding[] = [];
  for (const [i, here] of lines.entries()) {
    const { line, entry } = here;
    before?.(state, here);
    const wrong = (entry.body.kind === "create") === (i === 0) ? step(state, entry) : i === 0 ? "is not the creation that must come first" : "creates the budget a second time";
    if (wrong !== undefined) findings.push({ kind: "impossible", line, text: `Line ${line} ${wrong}.` });
  }
  return { state, findings };
}

/** How often `act` was done on `fit`; undefined for acts that belong to no fit. */
export function attemptsOf(state: LedgerState, act: BodyOf<"look">["act"], fit: string | undefined): number {
  return state.looks.filter((look) => look.act === act && look.fit === fit).length;
}

/**
 * The cap under which a price is judged. The δ for noisy thresholds is settled by the account's first fit as it reserves, and
 * stays as it is whatever that fit commits: to choose it after something was learnt would break the account's promise.
 */
export function capFor(cap: Cap, price: Price): Cap {
  if (cap.account === "pure" || cap.discoveryDelta !== undefined) return cap;
  return { ...cap, discoveryDelta: Number(`${poolOf(cap, [price])}e-18`) };
}

/** The prices that count against the cap. */
export function spendsOf(state: LedgerState): Price[] {
  return state.fits.filter((fit) => fit.status !== "cancelled").map((fit) => fit.price);
}

/**
 * The fit that has the whole cap by a price that ρ does not show; undefined where ρ counts. A cap raised to where it covers the ρ of that fit opens the
 * ledger again: the promise is then the new cap's, by zCDP over all fits.
 * @proof docs/proofs/own-price.md
 */
export function closedBy(state: LedgerState): FitSpend | undefined {
  if (covers(state.cap, spendsOf(state))) return undefined;
  return state.fits.find((fit) => fit.status !== "cancelled" && fit.ownPrice?.closesLedger === true);
}

/** Fold one entry in; the words of what is impossible about it, or undefined. */
function step(state: Draft, { seq, at, body }: LedgerEntry): string | undefined {
  switch (body.kind) {
    case "create":
      state.cap = { account: body.account, epsilon: body.epsilon, delta: body.delta };
      return undefined;
    case "attach":
      if (body.version !== state.versions.length + 1) return `attaches version ${body.version} where version ${state.versions.length + 1} is due`;
      state.versions.push({ ...body, at });
      return undefined;
    case "split":
      if (state.split !== undefined) return "records a second split";
      state.split = { holdout: body.holdout, reference: body.reference };
      return undefined;
    case "reserve":
      return reserve(state, body, seq, at);
    case "commit":
    case "cancel":
      return close(state, body, seq);
    case "refuse":
      state.refusals += 1;
      return undefined;
    case "raise":
      if (body.epsilon < state.cap.epsilon || body.delta < state.cap.delta) return "lowers the cap";
      state.cap = { ...state.cap, epsilon: body.epsilon, delta: body.delta };
      state.raises.push({ ...body, at });
      return undefined;
    case "look":
      if (body.attempt !== attemptsOf(state, body.act, body.fit) + 1) return `numbers a look ${body.attempt} where ${attemptsOf(state, body.act, body.fit) + 1} is due`;
      state.looks.push({ ...body, at, seq });
      return undefined;
    case "report":
      state.reports.push({ ...body, at, seq });
      return undefined;
    case "sign":
      state.signatures.push({ ...body, at, seq });
      return undefined;
  }
}

function reserve(state: Draft, body: BodyOf<"reserve">, seq: number, at: string): string | undefined {
  if (state.fits.some((fit) => fit.fit === body.fit)) return "reserves for a fit that already stands in the ledger";
  if (isNegative(body.price)) return "reserves a negative price";
  const { fit, method, part, price, ownPrice, idempotencyKey } = body;
  state.cap = capFor(state.cap, price);
  const optional = { ...(ownPrice === undefined ? {} : { ownPrice }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  state.fits.push({ fit, method, part, status: "open", reserved: price, price, events: [], reservedAt: at, seq, ...optional });
  return undefined;
}

function close(state: Draft, body: BodyOf<"commit"> | BodyOf<"cancel">, seq: number): string | undefined {
  const i = state.fits.findIndex((fit) => fit.fit === body.fit);
  const open = state.fits[i];
  if (open === undefined) return `${body.kind}s a fit that was never reserved`;
  if (open.status !== "open") return `${body.kind}s a fit that is ${open.status} already`;
  if (body.kind === "cancel") {
    state.fits[i] = { ...open, status: "cancelled", closedBy: seq };
    const { account, epsilon, delta } = state.cap;
    // no fit has read a row: the next first fit settles the δ for thresholds anew
    if (state.fits.every((known) => known.status === "cancelled")) state.cap = { account, epsilon, delta };
    return undefined;
  }
  if (isNegative(body.price) || !fits(body.price, open.reserved)) return "commits more than was reserved";
  if (open.ownPrice !== undefined && !fits(open.reserved, body.price)) return "commits a part of what a fit costs as a whole";
  if (open.ownPrice !== undefined && !keepsTo(open.ownPrice, body.price, body.events)) return "commits events that do not keep to what the fit's own price is proved for";
  const model = body.modelSha256 === undefined ? {} : { modelSha256: body.modelSha256 };
  state.fits[i] = { ...open, status: "committed", price: body.price, events: body.events, closedBy: seq, ...model };
  return undefined;
}

function isNegative(price: Price): boolean {
  return [price.rhoFemto, price.deltaAtto, price.epsilonFemto ?? "0"].some((part) => BigInt(part) < 0n);
}
