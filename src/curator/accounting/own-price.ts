import { compare, type Rational, rational } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import type { PrivacyEvent } from "../../formats/event.js";
import type { OwnPrice } from "../../formats/own-price.js";
import type { ScheduleStep } from "../../formats/schedule.js";
import { departure } from "../schedule.js";
import { doubleUp } from "./directed.js";
import { gaussianDpEpsilon, gaussianDpPrice, gaussianDpRho } from "./gaussian-dp.js";
import { eventsOf, pldRho, scheduleEpsilon } from "./pld-schedule.js";
import { femtoFloor, fits, priceOf, rhoOf } from "./price.js";

/** By what a fit is priced alone: what `epsilon` and `delta` of an own price follow from, beside its ρ. */
export type Pricing = { readonly by: "privacy-loss-distributions"; readonly schedule: readonly ScheduleStep[] } | { readonly by: "gaussian-dp" };

/** Recorded prices lie this much above the computed one, absolutely and relatively: another Node's elementary functions differ by less. */
const RECORD_MARGIN = 1e-8;

/** What to reserve for a fit that is priced alone, and its ε, as it is put on record. */
export interface OwnBudget {
  readonly price: Price;
  readonly pricing: Pricing;
  readonly epsilon: number;
}

/** ε at δ of a fit of price ρ, as it is put on record; undefined where this way gives none. */
export function ownEpsilon(pricing: Pricing, price: Price, delta: number): number | undefined {
  const epsilon = computed(pricing, price, delta);
  return epsilon === undefined ? undefined : epsilon + RECORD_MARGIN * (1 + epsilon);
}

/** Is the price that stands beside it no less than what the fit may cost as zCDP, without a δ of its own? */
export function isWithin(pricing: Pricing, price: Price): boolean {
  return price.deltaAtto === "0" && (pricing.by === "gaussian-dp" || fits(priceOf(eventsOf(pricing.schedule)), price));
}

/** Is the ε on record no less than what the fit may cost, and its ρ no less? The record's margin covers what another machine computes otherwise. */
export function coversItself(own: OwnPrice, price: Price): boolean {
  const epsilon = isWithin(own, price) ? computed(own, price, own.delta) : undefined;
  return epsilon !== undefined && epsilon + (RECORD_MARGIN / 2) * (1 + epsilon) <= own.epsilon;
}

/** Are these the looks that the price is proved for? Fewer are, too: a fit may stop. Events of an edited file, which may have no such price at all, are not. */
export function keepsTo(pricing: Pricing, price: Price, events: readonly PrivacyEvent[]): boolean {
  if (pricing.by === "privacy-loss-distributions") return departure(pricing.schedule, events) === undefined;
  try {
    return compare(gaussianDpPrice(events), rhoOf(price)) <= 0;
  } catch {
    return false;
  }
}

/**
 * The least noise with which a schedule costs at most ε at δ. A method lays out any ρ by `scheduleOf`; ρ is a whole number of 10⁻¹⁵, so that the method that
 * is handed it finds the very schedule that was declared. Undefined where {@link ownEpsilon} is.
 *
 * @param scheduleOf the schedule of a method at a given ρ, which it does not exceed
 * @pre 0 < epsilon finite, 0 < delta < 1
 */
export function scheduleBudget(scheduleOf: (rho: Rational) => ScheduleStep[], epsilon: number, delta: number): OwnBudget | undefined {
  return firstWithin(epsilon, delta, pldRho(scheduleOf, target(epsilon), delta), (rho) => ({ by: "privacy-loss-distributions", schedule: scheduleOf(rational(rho, 10n ** 15n)) }));
}

/** The most ρ that looks of any kind may cost, as Gaussian differential privacy, for ε at δ. Undefined where {@link ownEpsilon} is. */
export function gaussianDpBudget(epsilon: number, delta: number): OwnBudget | undefined {
  return firstWithin(epsilon, delta, gaussianDpRho(target(epsilon), delta), () => ({ by: "gaussian-dp" }));
}

/** Part of ρ that is given up where a price, rounded, came out too dear; and how often. */
const STEP_DOWN = 1e-6;
const MOST_STEPS = 8;

function firstWithin(epsilon: number, delta: number, most: number | undefined, pricingOf: (rhoFemto: bigint) => Pricing): OwnBudget | undefined {
  for (let step = 0; most !== undefined && step < MOST_STEPS; step += 1) {
    const rho = femtoFloor(most * (1 - step * STEP_DOWN));
    if (rho === 0n) return undefined;
    const price = { rhoFemto: `${rho}`, deltaAtto: "0" };
    const pricing = pricingOf(rho);
    const own = ownEpsilon(pricing, price, delta);
    if (own !== undefined && own <= epsilon) return { price, pricing, epsilon: own };
  }
  return undefined;
}

/** What the computed ε may be, for the one on record to be at most ε. */
function target(epsilon: number): number {
  return epsilon - 4 * RECORD_MARGIN * (1 + epsilon);
}

function computed(pricing: Pricing, price: Price, delta: number): number | undefined {
  if (pricing.by === "privacy-loss-distributions") return scheduleEpsilon(pricing.schedule, delta);
  const rho = doubleUp(rhoOf(price));
  return rho > 0 ? gaussianDpEpsilon(rho, delta) : undefined;
}
