import { seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import { type AuditContext, shared } from "../context.js";
import { emptyFinding, type Words } from "../finding.js";
import { rocAuc, rocCurve } from "../stats/auc.js";
import { criticalHits, smallestAucExcess, smallestRateExcess } from "../stats/power.js";
import { membershipF1 } from "../stats/relative-f1.js";
import { aucCeiling, tprCeiling } from "../stats/theory.js";
import { tprAtFpr } from "../stats/tpr.js";
import { mostExposed } from "./most-exposed.js";

const ALPHA = 0.01;
const SMALL_ALPHA = 0.001;

/** Scores of one attack, one per unit; higher means "was learnt from". */
export interface MembershipScores {
  readonly members: Float64Array;
  readonly others: Float64Array;
  readonly exposedMembers: Float64Array;
  readonly exposedOthers: Float64Array;
}

/** An attack that was made, for the figures of the suite as a whole. */
export interface Scored {
  readonly title: string;
  readonly scores: MembershipScores;
}

/** Attacks made so far, by id of their finding. */
export function scoredAttacks(context: AuditContext): Map<string, Scored> {
  return shared(context, "membership scores", () => new Map<string, Scored>());
}

/** Share of all units that were learnt from: how many of the people an attacker tries are members, where he knows the whole table's people. */
export function samplingFraction(context: AuditContext): number {
  const all = context.trainUnits.length + context.holdoutUnits.length + context.referenceUnits.length;
  return all === 0 ? 0 : context.trainUnits.length / all;
}

/** Score all targets at once: uniform members and others, then the most exposed of both. */
function scoreTargets(context: AuditContext, score: (rows: Uint32Array) => Float64Array): MembershipScores {
  const exposed = mostExposed(context);
  const groups = [context.members, context.outsiders, exposed.members, exposed.others];
  const rows = Uint32Array.from(groups.flatMap((group) => [...group]));
  const all = score(rows);
  let from = 0;
  const [members, others, exposedMembers, exposedOthers] = groups.map((group) => {
    from += group.length;
    return all.slice(from - group.length, from);
  });
  return { members, others, exposedMembers, exposedOthers };
}

/**
 * Two findings of one attack: the AUC, and how many members it names while naming 1 % of the others. The AUC's breakdown has the
 * rate at 0.1 %, the relative F1 at the sampling fraction, and the AUC on the most exposed.
 * @param score of each row of `real`; null where the attack cannot be made, which `note` then says
 */
export function membershipFindings(words: Words, context: AuditContext, score: ((rows: Uint32Array) => Float64Array) | null, note: string | null): Finding[] {
  const tail: Words = {
    ...words,
    id: `${words.id}-tail`,
    title: `${words.title}: the few most exposed`,
    claim: "Naming 1 % of the people who were not learnt from, the attacker names hardly more of those who were.",
    measure: "tpr-at-1%-fpr",
  };
  const absent = (why: string): Finding[] => [words, tail].map((w) => emptyFinding(w, context, why));
  if (score === null) return absent(note ?? "The attack could not be made.");
  if (context.members.length === 0 || context.outsiders.length === 0) return absent("Needs targets in both train and holdout.");
  const scores = scoreTargets(context, score);
  const { members, others } = scores;
  const auc = rocAuc(members, others, context.level);
  if (auc === null) return absent("Needs targets in both train and holdout.");
  scoredAttacks(context).set(words.id, { title: words.title, scores });
  const base = { n: members.length, attacks: members.length + others.length, sensitivity: 1 / members.length };
  const area: Finding = {
    ...emptyFinding(words, context, note),
    ...base,
    estimate: auc.auc,
    interval: auc.interval,
    baseline: 0.5,
    excess: { estimate: auc.auc - 0.5, standardError: auc.standardError },
    smallestDetectable: smallestAucExcess(members.length, others.length),
    theoryCeiling: aucCeiling(context.ceiling),
    curves: [{ name: "roc", ...rocCurve(members, others) }],
    breakdown: furtherFigures(words.id, context, scores),
  };
  const tpr = tprAtFpr(members, others, ALPHA, context.level, seededBits(`${context.seed} ${words.id}`));
  if (tpr === null) return [area, { ...emptyFinding(tail, context, "Needs at least 100 targets in the holdout."), n: members.length }];
  return [
    area,
    {
      ...emptyFinding(tail, context, `${tpr.hits} hits; chance alone makes ${criticalHits(members.length, ALPHA)} or more with probability .05.${note === null ? "" : ` ${note}`}`),
      ...base,
      estimate: tpr.tpr,
      interval: tpr.interval,
      baseline: ALPHA,
      excess: { estimate: tpr.tpr - ALPHA, standardError: tpr.standardError },
      smallestDetectable: smallestRateExcess(ALPHA, members.length, others.length),
      theoryCeiling: tprCeiling(context.ceiling, ALPHA),
    },
  ];
}

function furtherFigures(id: string, context: AuditContext, scores: MembershipScores): Finding["breakdown"] {
  const { members, others, exposedMembers, exposedOthers } = scores;
  const out: Finding["breakdown"] = [];
  const small = tprAtFpr(members, others, SMALL_ALPHA, context.level, seededBits(`${context.seed} ${id} small`));
  if (small !== null)
    out.push({ name: "named while 0.1 % of the others are named", measure: "tpr-at-0.1%-fpr", estimate: small.tpr, interval: small.interval, n: members.length, control: SMALL_ALPHA });
  const fraction = samplingFraction(context);
  const f1 = membershipF1(members, others, fraction, context.level, seededBits(`${context.seed} ${id} f1`));
  if (f1 !== null)
    out.push({ name: `relative F1 where a share ${fraction.toFixed(2)} are members`, measure: "relative-f1", estimate: f1.estimate, interval: f1.interval, n: members.length, control: 0 });
  const exposed = rocAuc(exposedMembers, exposedOthers, context.level);
  if (exposed !== null) out.push({ name: "AUC on the 1 % most unlike the rest", measure: "auc-exposed", estimate: exposed.auc, interval: exposed.interval, n: exposedMembers.length, control: 0.5 });
  return out;
}
