import { canonicalJson, sha256Hex } from "../base/hash.js";
import { format, mul, parse, rational } from "../base/rational.js";
import { admits } from "../curator/accounting/account.js";
import { coversItself, keepsTo } from "../curator/accounting/own-price.js";
import { fits, priceOf } from "../curator/accounting/price.js";
import { balanceAsOf, type Ledger, shareLearned } from "../curator/ledger/index.js";
import type { Price } from "../formats/common.js";
import type { PrivacyEvent } from "../formats/event.js";
import type { EntryBody, Receipt } from "../formats/ledger.js";
import { bodySha256, type Measurement, type PaidModel } from "../formats/model.js";
import { type OwnPrice, PRICED } from "../formats/own-price.js";

/** One thing that was compared; `detail` is the sentence that holds where `ok`. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What a model's receipt must be by itself. A forger who re-hashes everything still has to make these agree. */
export function receiptChecks(model: PaidModel): Check[] {
  const { receipt } = model;
  return [
    { name: "schema", ok: sha256Hex(canonicalJson(model.schema)) === model.schemaSha256, detail: "the model's schema has the hash that it names" },
    { name: "method", ok: model.method === receipt.method, detail: "model and receipt name the same method" },
    { name: "unit", ok: isUnitOfSchema(model), detail: "the receipt's unit is the schema's, and every event is charged for all of a unit's rows" },
    ...(receipt.ownPrice === undefined ? priceChecks(receipt) : ownChecks(receipt, receipt.ownPrice)),
    { name: "measurements", ok: isBacked(model), detail: "each measurement has an event of its own with its columns, noise and variance" },
  ];
}

/** The same receipt and model against the ledger, entry by entry. @pre the ledger is sound */
export function ledgerChecks(model: PaidModel, ledger: Ledger): Check[] {
  const { receipt } = model;
  const { seq } = receipt.ledger;
  const commit = commitOf(ledger, seq, receipt.fit);
  const reserved = ledger.entries.map((entry) => entry.body).find((body) => body.kind === "reserve" && body.fit === receipt.fit) as Reserve | undefined;
  const { split, cap } = ledger.state;
  const then = balanceAsOf(ledger, seq);
  const spend = then.spentEpsilon === receipt.spentEpsilon && then.capEpsilon === receipt.capEpsilon && then.capDelta === receipt.capDelta;
  return [
    { name: "ledger fit", ok: commit !== undefined && ledger.budget.dataset === receipt.dataset && cap.account === receipt.account, detail: `entry ${seq} commits this fit in this account` },
    { name: "ledger price", ok: same(commit?.price, receipt.price), detail: `entry ${seq} has the receipt's price` },
    { name: "ledger events", ok: same(commit?.events, receipt.events), detail: `entry ${seq} has the receipt's events` },
    { name: "ledger noise", ok: commit?.noise === receipt.noise, detail: `entry ${seq} names the receipt's source of noise` },
    { name: "ledger model", ok: commit?.modelSha256 === bodySha256(model), detail: `entry ${seq} names this model` },
    ...reservedChecks(receipt, reserved),
    { name: "ledger method and part", ok: reserved?.method === receipt.method && reserved.part === receipt.part, detail: "the reservation names the receipt's method and part" },
    { name: "ledger share", ok: split !== undefined && shareLearned(split, receipt.part) === receipt.shareLearned, detail: "the recorded split gives the receipt's share learnt from" },
    { name: "ledger spend", ok: spend, detail: `spend and cap were as the receipt says after entry ${seq}` },
  ];
}

/** The entry `seq` where it commits `spend`. */
export function commitOf(ledger: Ledger, seq: number, spend: string): Extract<EntryBody, { kind: "commit" }> | undefined {
  const at = ledger.entries.find((entry) => entry.seq === seq)?.body;
  return at?.kind === "commit" && at.fit === spend ? at : undefined;
}

function priceChecks(receipt: Receipt): Check[] {
  return [
    { name: "price", ok: costs(receipt), detail: "the events cost what the receipt says" },
    { name: "epsilon", ok: promises(receipt, receipt.price), detail: "the price is within the receipt's own ε and δ" },
  ];
}

/** A price of its own is that of the whole fit: the events have to keep to what it is proved for, and that to cost what is said. */
function ownChecks({ account, events, price, epsilon, delta }: Receipt, own: OwnPrice): Check[] {
  const within = account === "zcdp" && own.epsilon <= epsilon && own.delta <= delta;
  return [
    {
      name: "course",
      ok: keepsTo(own, price, events),
      detail: own.by === "gaussian-dp" ? "the events cost at most the receipt's ρ, each priced as Gaussian differential privacy" : "the events follow the schedule that was declared",
    },
    { name: "price", ok: holds(() => fits(priceOf(events), price)), detail: "the events cost at most the ρ that the receipt says" },
    { name: "epsilon", ok: within && holds(() => coversItself(own, price)), detail: `${PRICED[own.by]} the whole costs at most ε = ${own.epsilon} at δ = ${own.delta}, within the receipt's own` },
  ];
}

function reservedChecks(receipt: Receipt, reserved: Reserve | undefined): Check[] {
  if (receipt.ownPrice === undefined && reserved?.ownPrice === undefined) {
    return [{ name: "ledger epsilon", ok: reserved !== undefined && promises(receipt, reserved.price), detail: "what was reserved is within the receipt's ε and δ" }];
  }
  const ok = same(reserved?.ownPrice, receipt.ownPrice) && same(reserved?.price, receipt.price);
  return [{ name: "ledger own price", ok, detail: "the reservation was made at the receipt's own price, its ε and its ρ" }];
}

type Reserve = Extract<EntryBody, { kind: "reserve" }>;

export function same(a: unknown, b: unknown): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}

function isUnitOfSchema({ schema, receipt }: PaidModel): boolean {
  const unit = schema.dpsynth.privacyUnit;
  const maxRows = unit?.kind === "person" ? unit.maxRows : 1;
  return receipt.unit.kind === unit?.kind && receipt.unit.maxRows === maxRows && receipt.events.every((event) => chargesAll(event, maxRows));
}

/** A score may be weighted by whole numbers, and its sensitivity with it. */
function chargesAll(event: PrivacyEvent, maxRows: number): boolean {
  const sensitivity = sensitivityOf(event);
  return event.type === "exponential" ? sensitivity > 0 && sensitivity % maxRows === 0 : sensitivity === maxRows;
}

function sensitivityOf(event: PrivacyEvent): number {
  switch (event.type) {
    case "discrete-gaussian":
    case "threshold":
      return event.l2Sensitivity;
    case "discrete-laplace":
      return event.l1Sensitivity;
    case "exponential":
      return event.sensitivity;
  }
}

/** An edited file may hold an event that has no price at all: then it costs something else. */
export function costs({ events, price }: Pick<Receipt, "events" | "price">): boolean {
  return holds(() => same(priceOf(events), price));
}

export function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

/** Would a fresh account of just the receipt's (ε, δ), its δ shared as the price shares it, grant the price? */
function promises({ account, epsilon, delta }: Receipt, price: Price): boolean {
  if (!(epsilon > 0 && delta >= 0 && delta < 1)) return false;
  return admits({ account, epsilon, delta, ...(account === "pure" ? {} : { discoveryDelta: Number(`${price.deltaAtto}e-18`) }) }, [], price);
}

/** A one-to-one match of measurements to events; those that an event may serve alike are alike, so the first fit will do. */
function isBacked({ measurements, stated, receipt }: PaidModel): boolean {
  if (stated !== undefined) return false; // tables of others have no event
  const unused = new Set(receipt.events);
  return measurements.every((measurement) => {
    const event = [...unused].find((e) => backs(e, measurement));
    return event !== undefined && unused.delete(event);
  });
}

function backs(event: PrivacyEvent, { columns, shape, groups, parts, noise, variance, counts }: Measurement): boolean {
  if (event.type !== noise) return false;
  const readings = columns.map((name, i) => {
    const coarse = `${name} in ${shape[i]} groups`;
    return groups === undefined || groups[i]?.length === shape[i] ? [name, coarse] : [coarse];
  });
  return sameRational(varianceOf(event), variance) && isQueryOf(event.query, readings, parts === undefined ? "" : ` in ${counts.length} parts`);
}

function varianceOf(event: Extract<PrivacyEvent, { type: "discrete-gaussian" | "discrete-laplace" }>): string {
  if (event.type === "discrete-gaussian") return event.sigma2;
  const scale = parse(event.scale) ?? rational(0);
  return format(mul(rational(2), mul(scale, scale)));
}

function sameRational(a: string, b: string): boolean {
  const [p, q] = [parse(a), parse(b)];
  return p !== undefined && q !== undefined && p.num === q.num && p.den === q.den;
}

/** Is `query` a marginal of columns, each in one of its readings, and what follows it `tail`? Names may hold commas, so all readings are tried. */
function isQueryOf(query: string, columns: readonly (readonly string[])[], tail: string): boolean {
  const open = "marginal(";
  if (!query.startsWith(open)) return false;
  let ends = new Set([open.length]);
  columns.forEach((readings, i) => {
    const next = new Set<number>();
    for (const end of ends) {
      for (const text of readings) {
        const token = i === 0 ? text : `, ${text}`;
        if (query.startsWith(token, end)) next.add(end + token.length);
      }
    }
    ends = next;
  });
  return [...ends].some((end) => query.slice(end) === `)${tail}`);
}
