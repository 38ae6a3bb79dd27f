import { seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { emptyFinding, type Words } from "../finding.js";
import { rocAuc, rocCurve } from "../stats/auc.js";
import { smallestAucExcess, smallestRateExcess } from "../stats/power.js";
import { aucCeiling, tprCeiling } from "../stats/theory.js";
import { tprAtFpr } from "../stats/tpr.js";

const ALPHA = 0.01;

/** Scores of a membership attack, one per unit; higher means "was learnt from". */
export interface MembershipScores {
  readonly members: Float64Array;
  readonly others: Float64Array;
}

/** Two findings of one attack: the AUC, and how many members it names while naming 1 % of the others. */
export function membershipFindings(words: Words, context: AuditContext, scores: MembershipScores, note: string | null): Finding[] {
  const { members, others } = scores;
  const tail: Words = {
    ...words,
    id: `${words.id}-tail`,
    title: `${words.title}: the few most exposed`,
    claim: "Naming 1 % of the people who were not learnt from, the attacker names hardly more of those who were.",
    measure: "tpr-at-1%-fpr",
  };
  const auc = rocAuc(members, others, context.level);
  if (auc === null) return [words, tail].map((w) => emptyFinding(w, context, "Needs targets in both train and holdout."));
  const shared = { n: members.length, attacks: members.length + others.length, sensitivity: 1 / members.length };
  const area: Finding = {
    ...emptyFinding(words, context, note),
    ...shared,
    estimate: auc.auc,
    interval: auc.interval,
    baseline: 0.5,
    excess: { estimate: auc.auc - 0.5, standardError: auc.standardError },
    smallestDetectable: smallestAucExcess(members.length, others.length),
    theoryCeiling: aucCeiling(context.ceiling),
    curves: [{ name: "roc", ...rocCurve(members, others) }],
  };
  const tpr = tprAtFpr(members, others, ALPHA, context.level, seededBits(`${context.seed} ${words.id}`));
  if (tpr === null) return [area, { ...emptyFinding(tail, context, "Needs at least 100 targets in the holdout."), n: members.length }];
  return [
    area,
    {
      ...emptyFinding(tail, context, note),
      ...shared,
      estimate: tpr.tpr,
      interval: tpr.interval,
      baseline: ALPHA,
      excess: { estimate: tpr.tpr - ALPHA, standardError: tpr.standardError },
      smallestDetectable: smallestRateExcess(ALPHA, members.length, others.length),
      theoryCeiling: tprCeiling(context.ceiling, ALPHA),
    },
  ];
}
