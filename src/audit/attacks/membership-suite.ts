import { seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { emptyFinding, type Words } from "../finding.js";
import { rocAuc } from "../stats/auc.js";
import { maxStatistic } from "../stats/max-statistic.js";
import { bonferroniLevel, holm } from "../stats/multiplicity.js";
import { membershipF1 } from "../stats/relative-f1.js";
import { type Scored, samplingFraction, scoredAttacks } from "./membership.js";

const PERMUTATIONS = 2_000;

/**
 * Measures: whether any membership attack of the suite told people learnt from from others: the greatest AUC, against its
 * distribution where the labels are dealt out anew.
 * Matters: the best of many attacks looks good by chance alone; this p-value has paid for all of them at once.
 * Cannot show: how large the leak is, and leaks that none of the attacks can see.
 */
const WORDS: Words = {
  id: "membership-suite",
  family: "membership",
  title: "All membership attacks together",
  claim: "None of the membership attacks tells people learnt from from others better than chance.",
  attackerKnows: "All that the attacks together know.",
  cannotShow: "How large a leak is; leaks that none of these attacks sees.",
  measure: "p-value",
};

/**
 * Measures: the best attack's AUC on the 1 % of people most unlike the rest, with an interval wide enough for the choice of the best.
 * Matters: means over all people hide the few whom a release exposes.
 * Cannot show: people whom other measures of oddness would have picked.
 */
const EXPOSED: Words = {
  ...WORDS,
  id: "membership-exposed",
  title: "Membership of the most exposed 1 %",
  claim: "People most unlike the rest are told apart no better than others.",
  cannotShow: "People whom another measure of oddness would have picked.",
  measure: "auc-exposed",
};

/**
 * Measures: the best attack's F1 where the people tried hold members at the sampling fraction, relative to naming everybody.
 * Matters: El Emam et al. (2022) found F1 at one half of members to mislead, and propose .2 as the most to be tolerated.
 * Cannot show: risk in a population larger than the table, where the fraction is smaller still.
 */
const F1: Words = {
  ...WORDS,
  id: "membership-f1",
  title: "Relative F1 of membership at the sampling fraction",
  claim: "Among people of whom as large a share are members as in the table, attacks name members no better than naming everybody.",
  cannotShow: "The risk in a population larger than the table.",
  measure: "relative-f1",
};

/** To be run after the membership attacks: it speaks of those that were made. */
export function membershipSuite(context: AuditContext): Finding[] {
  const attacks = [...scoredAttacks(context).values()];
  if (attacks.length === 0) return [WORDS, EXPOSED, F1].map((words) => emptyFinding(words, context, "No membership attack was made."));
  return [together(context, attacks), exposed(context, attacks), relative(context, attacks)];
}

function together(context: AuditContext, attacks: readonly Scored[]): Finding {
  const pooled = attacks.map(({ scores: { members, others } }) => Float64Array.from([...members, ...others]));
  const { members, others } = attacks[0].scores;
  const found = maxStatistic(pooled, members.length, seededBits(`${context.seed} labels`), PERMUTATIONS);
  if (found === null) return emptyFinding(WORDS, context, "Needs targets in both train and holdout.");
  const falls = holm(found.each, 1 - context.level);
  const named = attacks.filter((_, i) => falls[i]).map((attack) => attack.title);
  const sure = named.length === 0 ? "None stands out by itself after Holm's correction." : `After Holm's correction ${named.length} stand out: ${named.join("; ")}.`;
  return {
    ...emptyFinding(WORDS, context, `${attacks.length} attacks, ${PERMUTATIONS} permutations of the labels; the strongest is “${attacks[found.best].title}”. ${sure}`),
    estimate: found.p,
    n: members.length,
    attacks: attacks.length * (members.length + others.length),
    breakdown: attacks.map(({ title }, i) => ({ name: title, measure: "p-value", estimate: found.each[i], interval: null, n: members.length, control: null })),
  };
}

function exposed(context: AuditContext, attacks: readonly Scored[]): Finding {
  const level = bonferroniLevel(context.level, attacks.length);
  const found = attacks.flatMap(({ title, scores }) => {
    const auc = rocAuc(scores.exposedMembers, scores.exposedOthers, level);
    return auc === null ? [] : [{ title, auc }];
  });
  if (found.length === 0) return emptyFinding(EXPOSED, context, "Needs more people: 1 % of them are fewer than ten in train or holdout.");
  const best = found.reduce((a, b) => (b.auc.auc > a.auc.auc ? b : a));
  const { exposedMembers, exposedOthers } = attacks[0].scores;
  return {
    ...emptyFinding(EXPOSED, context, `The strongest of ${found.length} is “${best.title}”; its interval has paid for the choice.`),
    estimate: best.auc.auc,
    interval: best.auc.interval,
    baseline: 0.5,
    n: exposedMembers.length,
    attacks: found.length * (exposedMembers.length + exposedOthers.length),
  };
}

function relative(context: AuditContext, attacks: readonly Scored[]): Finding {
  const fraction = samplingFraction(context);
  const level = bonferroniLevel(context.level, attacks.length);
  const found = attacks.flatMap(({ title, scores: { members, others } }, i) => {
    const f1 = membershipF1(members, others, fraction, level, seededBits(`${context.seed} suite f1 ${i}`));
    return f1 === null ? [] : [{ title, f1 }];
  });
  if (found.length === 0) return emptyFinding(F1, context, "Needs targets in both train and holdout.");
  const best = found.reduce((a, b) => (b.f1.estimate > a.f1.estimate ? b : a));
  const { members, others } = attacks[0].scores;
  return {
    ...emptyFinding(F1, context, `A share ${fraction.toFixed(2)} of the people are members. The strongest of ${found.length} is “${best.title}”; its interval has paid for the choice.`),
    estimate: best.f1.estimate,
    interval: best.f1.interval,
    baseline: 0,
    n: members.length,
    attacks: found.length * (members.length + others.length),
  };
}
