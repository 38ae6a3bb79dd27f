import { type Rational, rational } from "../../base/rational.js";
import type { PrivacyEvent } from "../../formats/event.js";
import type { ScheduleStep } from "../../formats/schedule.js";
import { pldEpsilon, pldScale } from "./pld.js";
import { femtoFloor } from "./price.js";
import { rhoFromEpsilon } from "./zcdp.js";

/** A declared schedule as the events of a fit that follows it to its end; queries and candidates are nobody's in particular. */
export function eventsOf(schedule: readonly ScheduleStep[]): PrivacyEvent[] {
  return schedule.flatMap((step) => Array.from({ length: step.times }, () => eventOf(step)));
}

function eventOf(step: ScheduleStep): PrivacyEvent {
  if (step.type === "discrete-gaussian") return { type: "discrete-gaussian", query: "", sigma2: step.sigma2, l2Sensitivity: step.l2Sensitivity };
  return { type: "exponential", score: "", eta: step.eta, sensitivity: step.sensitivity, candidates: 1 };
}

/**
 * ε of a declared schedule at δ by privacy loss distributions; undefined where they give no price below zCDP's: units of several rows, ε above 64, σ above 2¹⁷.
 * @proof docs/proofs/pld.md
 */
export function scheduleEpsilon(schedule: readonly ScheduleStep[], delta: number): number | undefined {
  if (schedule.some((step) => (step.type === "discrete-gaussian" ? step.l2Sensitivity : step.sensitivity) !== 1)) return undefined;
  const { epsilon, by } = pldEpsilon(eventsOf(schedule), delta);
  return by === "zcdp" ? undefined : epsilon;
}

/** About the largest ρ at which a method's schedule costs ε at δ, before its parameters are rounded; undefined where there is none. */
export function pldRho(scheduleOf: (rho: Rational) => ScheduleStep[], epsilon: number, delta: number): number | undefined {
  if (!(epsilon > 0)) return undefined;
  const base = femtoFloor(rhoFromEpsilon(epsilon, delta));
  return base === 0n ? undefined : (Number(base) / 1e15) * pldScale(eventsOf(scheduleOf(rational(base, 10n ** 15n))), epsilon, delta);
}
