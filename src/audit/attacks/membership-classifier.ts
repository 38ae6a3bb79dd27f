import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import type { Words } from "../finding.js";
import { boostedTrees } from "../utility/learners/boosted-trees.js";
import { featuresOf, stacked } from "./features.js";
import { membershipFindings } from "./membership.js";
import { populationNote } from "./membership-likelihood.js";

/**
 * Measures: whether a classifier that learnt to tell released rows from the population's takes people learnt from for released ones
 * (LOGAN-D1, Hayes et al. 2019, with boosted trees in place of a network). Numbers are compared by their bins.
 * Matters: it finds what a release favours without being told where to look.
 * Cannot show: what trees of a few thousand rows do not learn; memorised single rows.
 */
const WORDS: Words = {
  id: "membership-classifier",
  family: "membership",
  title: "Membership told by a classifier",
  claim: "A classifier of released rows against the population's finds people learnt from no more like the release than others.",
  attackerKnows: "A person's whole row, the release, and other people of the same population.",
  cannotShow: "What a few thousand rows do not teach a classifier; memorised single rows.",
  measure: "auc",
};

const MOST_ROWS = 5_000;
const LEAST_ROWS = 20;

export function membershipClassifierAttack(context: AuditContext): Finding[] {
  const size = Math.min(MOST_ROWS, context.population.length, context.release.rows);
  if (size < LEAST_ROWS) return membershipFindings(WORDS, context, null, `Needs ${LEAST_ROWS} released rows, and as many people who stand for the population.`);
  const columns = context.real.domain.columns.map((_, c) => c);
  // By bins: within a bin, values that a generator makes up are told from real ones by trees at once, and that says nothing of anybody.
  const released = featuresOf(context.release, columns, context.releaseOrder.subarray(0, size), true);
  const population = featuresOf(context.real, columns, context.population.subarray(0, size), true);
  const labels = Uint8Array.from({ length: 2 * size }, (_, i) => (i < size ? 1 : 0));
  const model = boostedTrees(stacked(released, population), labels);
  const note = `Learnt from ${size} released rows and as many people of the population.`;
  const also = populationNote(context);
  const findings = membershipFindings(WORDS, context, (rows) => model.score(featuresOf(context.real, columns, rows, true)), also === null ? note : `${note} ${also}`);
  context.progress?.("membership by classifier", 1, 1);
  return findings;
}
