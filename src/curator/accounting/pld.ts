import { internal } from "../../base/errors.js";
import { toDouble } from "../../base/rational.js";
import type { PrivacyEvent } from "../../formats/event.js";
import { spentEpsilon } from "./account.js";
import { doubleUp } from "./directed.js";
import { type LossLaw, sumOfAll, timesOf } from "./pld-law.js";
import { gaussianLoss, LARGEST_SIGMA, laplaceLoss } from "./pld-noise.js";
import { selectionValue } from "./pld-selection.js";
import { exactPriceOf, positive, priceOf } from "./price.js";
import { rhoFromEpsilon } from "./zcdp.js";

/** ε of a schedule, and by which of two valid bounds it came. */
export interface SchedulePrice {
  readonly epsilon: number;
  readonly by: "privacy-loss-distribution" | "zcdp";
}

/** Noise of sensitivity one row, or one selection. */
type Step = { readonly kind: "gaussian" | "laplace"; readonly spread: number } | { readonly kind: "selection"; readonly eta: number };

/** Share of δ that may be lost to cut tails. */
const TAIL_SHARE = 1e-6;
/** Relative error of δ for each event, far above what its law's arithmetic errs by. */
const DELTA_MARGIN = 2 ** -30;
/** ε is moved up by this much, absolutely and relatively: losses err by less. */
const EPSILON_MARGIN = 1e-9;
/** Beyond, the price says nothing and the grids grow without use. */
const LARGEST_EPSILON = 64;

/**
 * The least ε, rounded up, at which events whose kinds, parameters and order were fixed in advance are together (ε, δ)-DP: by privacy loss distributions, or
 * by zCDP where that is less or where an event has no loss law here: a unit of more than one row, a threshold, σ above 2¹⁷. The queries may be chosen
 * adaptively; the schedule may not.
 *
 * @param delta between 0 and 1, both excluded
 * @proof docs/proofs/pld.md
 */
export function pldEpsilon(events: readonly PrivacyEvent[], delta: number): SchedulePrice {
  const zcdp: SchedulePrice = { epsilon: spentEpsilon({ account: "zcdp", delta }, priceOf(events)), by: "zcdp" };
  const steps = stepsOf(events);
  if (steps === undefined || !(zcdp.epsilon > 0 && zcdp.epsilon <= LARGEST_EPSILON)) return zcdp;
  const deltaAt = deltaCurve(steps, delta);
  let low = 0;
  let high = zcdp.epsilon;
  if (!(deltaAt(high) <= delta)) return zcdp;
  for (let i = 0; i < 60 && high - low > EPSILON_MARGIN * high; i += 1) {
    const mid = (low + high) / 2;
    if (deltaAt(mid) <= delta) high = mid;
    else low = mid;
  }
  const epsilon = high + EPSILON_MARGIN * (1 + high);
  return epsilon < zcdp.epsilon ? { epsilon, by: "privacy-loss-distribution" } : zcdp;
}

/**
 * The largest factor c, rounded down, by which every event's ρ may grow (σ² and b² divided by c, η² multiplied by it) such that the schedule still costs at
 * most ε at δ. A plan's parameters are then rounded to rationals and priced again by {@link pldEpsilon}.
 *
 * @param events at least one, none with a δ of its own
 * @pre 0 < epsilon finite, 0 < delta < 1
 */
export function pldScale(events: readonly PrivacyEvent[], epsilon: number, delta: number): number {
  const price = exactPriceOf(events);
  if (events.length === 0 || price.delta.num !== 0n) throw internal("a schedule to be scaled needs events without a delta of their own");
  const zcdp = rhoFromEpsilon(epsilon, delta) / doubleUp(price.rho);
  const steps = stepsOf(events);
  if (steps === undefined || epsilon > LARGEST_EPSILON) return zcdp;
  // a positive number: the scaled schedule is too dear
  const excess = (scale: number): number => {
    const scaled = steps.map((step) => scaledBy(step, scale));
    return scaled.some(tooWide) ? 1 : Math.log(Math.max(deltaCurve(scaled, delta)(epsilon * (1 - EPSILON_MARGIN) - EPSILON_MARGIN), Number.MIN_VALUE) / delta);
  };
  return zcdp * largestBelow(excess, zcdp);
}

/** The largest factor ≥ 1 of `unit` where an increasing function is not above 0, to 10⁻⁶; 1 where none is seen. By false position (Illinois). */
function largestBelow(excess: (x: number) => number, unit: number): number {
  let [low, atLow] = [1, excess(unit)];
  if (atLow > 0) return 1;
  let [high, atHigh] = [1.25, excess(1.25 * unit)];
  while (atHigh <= 0) [low, atLow, high, atHigh] = [high, atHigh, high * 2, excess(high * 2 * unit)];
  let side = 0;
  for (let i = 0; i < 40 && high - low > 1e-6 * low; i += 1) {
    // a hair off the root, so that both ends close in
    const nudge = 2e-7 * low * (side <= 0 ? 1 : -1);
    const x = Math.min(Math.max(low + ((high - low) * -atLow) / (atHigh - atLow) + nudge, low + 1e-7), high - 1e-7);
    const at = excess(x * unit);
    if (at <= 0) {
      if (side < 0) atHigh /= 2;
      [low, atLow, side] = [x, at, -1];
    } else {
      if (side > 0) atLow /= 2;
      [high, atHigh, side] = [x, at, 1];
    }
  }
  return low;
}

/** δ(ε) of the steps, rounded up; sharp where δ is about as large as `delta` or larger. */
function deltaCurve(steps: readonly Step[], delta: number): (epsilon: number) => number {
  const law = noiseLaw(steps, (delta * TAIL_SHARE) / (2 * steps.length));
  const etas = steps.flatMap((step) => (step.kind === "selection" ? [step.eta] : []));
  const value = selectionValue(etas, reachOf(etas, delta * TAIL_SHARE));
  const margin = 1 + DELTA_MARGIN * steps.length;
  return (epsilon) => margin * (law.mass.reduce((sum, mass, i) => sum + mass * value(epsilon - (law.low + i) * law.step), 0) + law.beyond);
}

function noiseLaw(steps: readonly Step[], tail: number): LossLaw {
  const groups = new Map<string, { step: Step; times: number }>();
  for (const step of steps) {
    if (step.kind === "selection") continue;
    const key = `${step.kind} ${step.spread}`;
    groups.set(key, { step, times: (groups.get(key)?.times ?? 0) + 1 });
  }
  const laws = [...groups.values()].map(({ step, times }) => timesOf(lossOf(step, tail), times, tail));
  return sumOfAll(laws, tail);
}

function lossOf(step: Step, tail: number): LossLaw {
  if (step.kind === "selection") throw internal("a selection has no single loss law");
  return step.kind === "gaussian" ? gaussianLoss(step.spread, tail) : laplaceLoss(step.spread);
}

/** How far the selections' loss is looked at: all of it, or as far as zCDP leaves more than `tail`. */
function reachOf(etas: readonly number[], tail: number): number {
  const rho = etas.reduce((sum, eta) => sum + (eta * eta) / 8, 0);
  const all = etas.reduce((sum, eta) => sum + eta, 0);
  return Math.min(all, rho + 2 * Math.sqrt(-rho * Math.log(tail)));
}

/** The events as steps; undefined where one has no loss law here. */
function stepsOf(events: readonly PrivacyEvent[]): Step[] | undefined {
  const steps = events.map(stepOf);
  return steps.every((step) => step !== undefined && !tooWide(step)) ? (steps as Step[]) : undefined;
}

function stepOf(event: PrivacyEvent): Step | undefined {
  switch (event.type) {
    case "discrete-gaussian":
      return event.l2Sensitivity === 1 ? { kind: "gaussian", spread: toDouble(positive(event.sigma2)) } : undefined;
    case "discrete-laplace":
      return event.l1Sensitivity === 1 ? { kind: "laplace", spread: toDouble(positive(event.scale)) } : undefined;
    case "exponential":
      return { kind: "selection", eta: doubleUp(positive(event.eta)) };
    case "threshold":
      return undefined;
  }
}

function scaledBy(step: Step, scale: number): Step {
  if (step.kind === "selection") return { kind: "selection", eta: step.eta * Math.sqrt(scale) };
  return { kind: step.kind, spread: step.spread / (step.kind === "gaussian" ? scale : Math.sqrt(scale)) };
}

function tooWide(step: Step): boolean {
  return step.kind === "gaussian" && step.spread > LARGEST_SIGMA ** 2;
}
