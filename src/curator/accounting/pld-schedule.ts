import { type Rational, rational } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import type { PrivacyEvent } from "../../formats/event.js";
import type { ScheduleStep } from "../../formats/schedule.js";
import { pldEpsilon, pldScale } from "./pld.js";
import { femtoFloor } from "./price.js";
import { rhoFromEpsilon } from "./zcdp.js";

/** Recorded prices lie this much above the computed one, absolutely and relatively: another Node's elementary functions differ by less. */
const RECORD_MARGIN = 1e-8;
/** Part of ρ that is given up where the scaled schedule, rounded to rationals, came out too dear; and how often. */
const STEP_DOWN = 1e-6;
const MOST_STEPS = 8;

/** A declared schedule as the events of a fit that follows it to its end; queries and candidates are nobody's in particular. */
export function eventsOf(schedule: readonly ScheduleStep[]): PrivacyEvent[] {
  return schedule.flatMap((step) => Array.from({ length: step.times }, () => eventOf(step)));
}

function eventOf(step: ScheduleStep): PrivacyEvent {
  if (step.type === "discrete-gaussian") return { type: "discrete-gaussian", query: "", sigma2: step.sigma2, l2Sensitivity: step.l2Sensitivity };
  return { type: "exponential", score: "", eta: step.eta, sensitivity: step.sensitivity, candidates: 1 };
}

/**
 * ε of a declared schedule at δ by privacy loss distributions, as it is put on record; undefined where they give no price below zCDP's: units of several
 * rows, ε above 64, σ above 2¹⁷.
 * @proof docs/proofs/pld.md
 */
export function scheduleEpsilon(schedule: readonly ScheduleStep[], delta: number): number | undefined {
  if (schedule.some((step) => (step.type === "discrete-gaussian" ? step.l2Sensitivity : step.sensitivity) !== 1)) return undefined;
  const { epsilon, by } = pldEpsilon(eventsOf(schedule), delta);
  return by === "zcdp" ? undefined : epsilon + RECORD_MARGIN * (1 + epsilon);
}

/** Is `epsilon` on record no less than what the schedule costs? The record's margin covers what another machine computes otherwise. */
export function coversSchedule(epsilon: number, schedule: readonly ScheduleStep[], delta: number): boolean {
  const own = scheduleEpsilon(schedule, delta);
  return own !== undefined && own - (RECORD_MARGIN / 2) * (1 + own) <= epsilon;
}

/** What to reserve for a schedule: the price of the whole of it, and its ε. */
export interface PldBudget {
  readonly price: Price;
  readonly schedule: readonly ScheduleStep[];
  readonly epsilon: number;
}

/**
 * The least noise with which a schedule costs at most ε at δ. A method lays out any ρ by `scheduleOf`; ρ is a whole number of 10⁻¹⁵, so that the method that
 * is handed it finds the very schedule that was declared. Undefined where {@link scheduleEpsilon} is.
 *
 * @param scheduleOf the schedule of a method at a given ρ, which it does not exceed
 * @pre 0 < epsilon finite, 0 < delta < 1
 */
export function pldBudget(scheduleOf: (rho: Rational) => ScheduleStep[], epsilon: number, delta: number): PldBudget | undefined {
  const target = epsilon - 4 * RECORD_MARGIN * (1 + epsilon);
  const base = femtoFloor(rhoFromEpsilon(epsilon, delta));
  if (!(target > 0) || base === 0n) return undefined;
  const scale = pldScale(eventsOf(scheduleOf(rational(base, 10n ** 15n))), target, delta);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const rho = femtoFloor((Number(base) / 1e15) * scale * (1 - step * STEP_DOWN));
    if (rho === 0n) return undefined;
    const schedule = scheduleOf(rational(rho, 10n ** 15n));
    const own = scheduleEpsilon(schedule, delta);
    if (own !== undefined && own <= epsilon) return { price: { rhoFemto: `${rho}`, deltaAtto: "0" }, schedule, epsilon: own };
  }
  return undefined;
}
