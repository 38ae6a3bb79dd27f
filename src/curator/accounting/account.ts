import { fault } from "../../base/errors.js";
import { ceilDiv, rational } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import { decimal, doubleDown, doubleUp, subtract } from "./directed.js";
import { addPrices, attoCeil, attoFloor, deltaOf, epsilonOf, femtoFloor, rhoOf, zeroPrice } from "./price.js";
import { epsilonFromRho, rhoFromEpsilon } from "./zcdp.js";

/** What may be spent on a dataset in all. `pure`: δ is 0. */
export interface Cap {
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  /** The part of δ set aside for noisy thresholds, for good; where absent, the account's first fit decides. */
  readonly discoveryDelta?: number;
}

/** What one fit asks for; `discoveryDelta` is the part of δ that noisy thresholds may use. */
export interface FitRequest {
  readonly account: "zcdp" | "pure";
  readonly epsilon: number;
  readonly delta: number;
  readonly discoveryDelta?: number;
}

export interface Left {
  /** Spend so far as ε at the cap's δ, rounded up; 0 for nothing. */
  readonly spentEpsilon: number;
  readonly spentDelta: number;
  /** Componentwise rest. In an empty account the first fit still chooses how δ is shared: {@link admits} decides. */
  readonly left: Price;
  /** ε of the largest further fit at `fitDelta` that is granted, a multiple of 10⁻⁶ rounded down; 0 where none is. */
  readonly largestEpsilon: number;
}

const MICRO = 1e6;

/** The price to reserve for one fit. zcdp: ρ(ε, δ − discoveryDelta) and discoveryDelta; pure: ε. */
export function fitBudget(request: FitRequest): Price {
  const { account, epsilon, delta, discoveryDelta = 0 } = request;
  if (!(epsilon > 0 && epsilon < Number.POSITIVE_INFINITY)) throw fault("DPS-E440", "epsilon", "a finite number above 0", String(epsilon), "Give an epsilon such as 1.");
  if (account === "pure") return pureBudget(epsilon, delta, discoveryDelta);
  if (!(discoveryDelta >= 0 && discoveryDelta < delta)) {
    throw fault("DPS-E441", "delta", "above the part of it that discovery uses", `${delta} against ${discoveryDelta}`, "Raise delta or lower the part that discovery uses.");
  }
  const rho = femtoFloor(rhoFromEpsilon(epsilon, deltaLess(delta, attoCeil(discoveryDelta))));
  if (rho === 0n) throw fault("DPS-E440", "epsilon", "large enough to buy 10⁻¹⁵ of ρ", String(epsilon), "Ask for more.");
  return { rhoFemto: `${rho}`, deltaAtto: `${attoCeil(discoveryDelta)}` };
}

/**
 * May `price` be added to what stands in the account, given in the ledger's order? pure: Σε ≤ cap ε. zcdp: Σδ ≤ pool and
 * Σρ ≤ ρ(cap ε, cap δ − pool). The pool is fixed before anything is learnt from the data: were it to grow with Σδ, an
 * adaptive analyst could exceed the cap's δ.
 *
 * @proof docs/proofs/composition.md
 */
export function admits(cap: Cap, prices: readonly Price[], price: Price): boolean {
  const all = [...prices, price];
  const total = sum(all);
  if (cap.account === "pure") return total.epsilonFemto !== undefined && BigInt(total.epsilonFemto) <= femtoFloor(cap.epsilon) && total.deltaAtto === "0";
  const pool = poolOf(cap, all);
  return BigInt(total.deltaAtto) <= pool && BigInt(total.rhoFemto) <= rhoCapFemto(cap, pool);
}

/** Do the prices stay within the cap? Not where one fit took all of it by another price than ρ. */
export function covers(cap: Cap, prices: readonly Price[]): boolean {
  return prices.length === 0 || admits(cap, prices.slice(0, -1), prices[prices.length - 1]);
}

/** Spend and rest of an account. `fitDelta`: δ of the further fit that `largestEpsilon` speaks of; the cap's where absent. */
export function leftOf(cap: Cap, prices: readonly Price[], fitDelta: number = cap.delta): Left {
  const total = sum(prices);
  const grants = (epsilon: number): boolean => {
    const price = tryBudget({ account: cap.account, epsilon, delta: fitDelta });
    return price !== undefined && admits(cap, prices, price);
  };
  if (cap.account === "pure") {
    const spent = epsilonOf(total);
    if (spent === undefined) return { spentEpsilon: Number.POSITIVE_INFINITY, spentDelta: doubleUp(deltaOf(total)), left: zeroPrice(), largestEpsilon: 0 };
    const rest = atLeastZero(femtoFloor(cap.epsilon) - BigInt(total.epsilonFemto as string));
    const left = { ...pureBudgetOf(rest), deltaAtto: "0" };
    return { spentEpsilon: doubleUp(spent), spentDelta: 0, left, largestEpsilon: largestGranted(doubleDown(rational(rest, 10n ** 15n)), grants) };
  }
  const pool = poolOf(cap, prices);
  const rho = atLeastZero(rhoCapFemto(cap, pool) - BigInt(total.rhoFemto));
  const deltaLimit = prices.length === 0 && cap.discoveryDelta === undefined ? attoFloor(cap.delta) : pool;
  const left = { rhoFemto: `${rho}`, deltaAtto: `${atLeastZero(deltaLimit - BigInt(total.deltaAtto))}` };
  const guess = rho === 0n || !(fitDelta > 0 && fitDelta < 1) ? 0 : epsilonFromRho(doubleDown(rational(rho, 10n ** 15n)), fitDelta);
  return {
    spentEpsilon: spentEpsilon(cap, { ...total, deltaAtto: total.rhoFemto === "0" && total.deltaAtto === "0" ? "0" : `${pool}` }),
    spentDelta: doubleUp(deltaOf(total)),
    left,
    largestEpsilon: largestGranted(guess, grants),
  };
}

/** ε of a price at an overall δ, rounded up; infinite where its own δ is not below. Pure prices in a pure account: their ε. */
export function spentEpsilon(cap: Pick<Cap, "account" | "delta">, price: Price): number {
  if (cap.account === "pure") {
    const epsilon = epsilonOf(price);
    return epsilon === undefined ? Number.POSITIVE_INFINITY : doubleUp(epsilon);
  }
  if (price.rhoFemto === "0" && price.deltaAtto === "0") return 0;
  const delta = deltaLess(cap.delta, BigInt(price.deltaAtto));
  return delta > 0 ? epsilonFromRho(doubleUp(rhoOf(price)), delta) : Number.POSITIVE_INFINITY;
}

function sum(prices: readonly Price[]): Price {
  return prices.reduce(addPrices, zeroPrice());
}

/**
 * δ for noisy thresholds, in 10⁻¹⁸: declared with the cap; or else decided by the account's first fit: half of the cap's
 * δ (more where it asks for more) if that fit discovers anything, nothing if it does not.
 */
export function poolOf(cap: Cap, prices: readonly Price[]): bigint {
  if (cap.discoveryDelta !== undefined) return attoFloor(cap.discoveryDelta);
  const first = prices.length === 0 ? 0n : BigInt(prices[0].deltaAtto);
  const half = attoFloor(cap.delta) / 2n;
  return first === 0n || first > half ? first : half;
}

function rhoCapFemto(cap: Cap, pool: bigint): bigint {
  const delta = deltaLess(cap.delta, pool);
  return delta > 0 ? femtoFloor(rhoFromEpsilon(cap.epsilon, delta)) : 0n;
}

/** delta − atto·10⁻¹⁸, rounded down; the double itself where nothing is taken away. */
function deltaLess(delta: number, atto: bigint): number {
  return atto === 0n ? delta : doubleDown(subtract(decimal(delta), rational(atto, 10n ** 18n)));
}

function pureBudget(epsilon: number, delta: number, discoveryDelta: number): Price {
  if (delta !== 0 || discoveryDelta !== 0) throw fault("DPS-E441", "delta", "0 in a pure account", String(delta), "Use delta 0, or a budget whose account is zcdp.");
  const femto = femtoFloor(epsilon);
  if (femto === 0n) throw fault("DPS-E440", "epsilon", "at least 1e-15", String(epsilon), "Ask for more.");
  return { ...pureBudgetOf(femto), deltaAtto: "0" };
}

/** A pure ε and the ρ = ε²/2 that it implies, rounded up. */
function pureBudgetOf(femto: bigint): { rhoFemto: string; epsilonFemto: string } {
  return { rhoFemto: `${ceilDiv(femto * femto, 2n * 10n ** 15n)}`, epsilonFemto: `${femto}` };
}

function tryBudget(request: FitRequest): Price | undefined {
  try {
    return fitBudget(request);
  } catch {
    return undefined;
  }
}

/** Largest multiple of 10⁻⁶ at most a hair above `guess` that is granted: what is offered must be granted when asked for. */
function largestGranted(guess: number, grants: (epsilon: number) => boolean): number {
  let low = 0;
  let high = Math.floor(Math.min(guess, 1e9) * MICRO) + 2;
  while (high - low > 1) {
    const mid = Math.floor((low + high) / 2);
    if (grants(mid / MICRO)) low = mid;
    else high = mid;
  }
  return low / MICRO;
}

function atLeastZero(x: bigint): bigint {
  return x < 0n ? 0n : x;
}
