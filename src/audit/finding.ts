import type { Finding } from "../formats/report.js";
import type { AuditContext } from "./context.js";
import { smallestRateExcess } from "./stats/power.js";
import { excessOverControl, residualRisk } from "./stats/residual-risk.js";
import { wilson, wilsonInterval } from "./stats/wilson.js";

/** What an attack says of itself, before any number. */
export type Words = Pick<Finding, "id" | "family" | "title" | "claim" | "attackerKnows" | "cannotShow" | "measure">;

const TIE_RULE = "Distance, then a hash of the row's content under the audit's seed; file position plays no part.";

/** A finding with every number absent: nothing could be said, which no gate takes for a pass. */
export function emptyFinding(words: Words, context: AuditContext, note: string | null): Finding {
  return {
    ...words,
    estimate: null,
    interval: null,
    level: context.level,
    n: 0,
    control: null,
    baseline: null,
    excess: null,
    residualRisk: null,
    smallestDetectable: null,
    theoryCeiling: null,
    tieRule: TIE_RULE,
    seed: context.seed,
    attacks: 0,
    note,
    publishable: false,
    sensitivity: null,
    curves: [],
    breakdown: [],
  };
}

/** One line of a finding's breakdown: a rate and its control. */
export function rateRow(name: string, attack: Tally, control: Tally, level: number): Finding["breakdown"][number] {
  const interval = attack.n === 0 ? null : wilsonInterval(attack.k, attack.n, level);
  return { name, measure: "rate", estimate: attack.n === 0 ? null : attack.k / attack.n, interval, n: attack.n, control: control.n === 0 ? null : control.k / control.n };
}

/** Successes of attacks made. */
export interface Tally {
  readonly k: number;
  readonly n: number;
}

/**
 * A success rate on people learnt from against the same attack on people who were not. Without a control nothing can be
 * decided: the excess stays null.
 */
export function rateFinding(words: Words, context: AuditContext, attack: Tally, control: Tally, extra: Partial<Finding> = {}): Finding {
  const { level } = context;
  if (attack.n === 0) return { ...emptyFinding(words, context, "No person learnt from could be attacked."), ...extra };
  const base = { ...emptyFinding(words, context, null), estimate: attack.k / attack.n, interval: wilsonInterval(attack.k, attack.n, level), n: attack.n, attacks: attack.n, sensitivity: 1 };
  if (control.n === 0) return { ...base, note: "There is no holdout to compare with.", ...extra };
  const pooled = wilson(attack.k + control.k, attack.n + control.n, level).centre;
  const residual = residualRisk(wilson(attack.k, attack.n, level), wilson(control.k, control.n, level));
  return {
    ...base,
    control: { estimate: control.k / control.n, interval: wilsonInterval(control.k, control.n, level), n: control.n },
    excess: excessOverControl(attack, control, level),
    residualRisk: residual === null ? null : { estimate: Math.min(1, Math.max(0, residual.estimate)), interval: residual.interval },
    smallestDetectable: smallestRateExcess(pooled, attack.n, control.n),
    ...extra,
  };
}
