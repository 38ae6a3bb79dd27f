import { seededBits } from "../../base/random.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { pairedAuc } from "./auc-bootstrap.js";
import { boostedTrees } from "./learners/boosted-trees.js";
import type { Learner } from "./learners/features.js";
import { logistic } from "./learners/logistic.js";
import { type Part, type Parts, partOf, sample } from "./part.js";
import { featuresOf, labelsOf, type Question, questions, varies } from "./question.js";

/** Training rows are cut to this many: a learner's AUC has long settled, and the audit has to end. */
const MOST_ROWS = 50_000;
const LEARNERS: readonly [string, Learner][] = [
  ["logistic regression", logistic],
  ["boosted trees", boostedTrees],
];

/** Scores of test people under both trainings, for a closer look by group. */
export interface Scored {
  readonly question: Question;
  readonly learner: string;
  readonly test: Part;
  readonly truth: Uint8Array;
  readonly tstr: Float64Array;
  readonly trtr: Float64Array;
}

export interface Learning {
  readonly entries: Utility["learning"];
  /** The last learner's scores on the first question; null where nothing could be learnt. */
  readonly scored: Scored | null;
}

/**
 * Train on the release, test on real people nobody learnt from (TSTR), beside training on the real train part (TRTR): AUCs and
 * their difference on the same test people, with bootstrap intervals. A release in which the target does not vary teaches nothing and
 * scores one half. Empty where there are no test people, or one of the classes is missing among them.
 */
export function learning(context: AuditContext, parts: Parts, predict: string | undefined): Learning {
  const entries: Utility["learning"] = [];
  let scored: Scored | null = null;
  const test = partOf(context.real, context.holdout);
  if (test.rows === 0 || parts.release.rows === 0) return { entries, scored };
  const asked = questions(context, parts.train, predict);
  for (const question of asked) {
    const truth = labelsOf(question, test);
    if (!varies(truth)) continue;
    const tested = featuresOf(context, test, question.column);
    const scores = (learner: Learner, from: Part): Float64Array => {
      const used = sample(from, MOST_ROWS, `${context.seed} learning`);
      const labels = labelsOf(question, used);
      return varies(labels) ? learner(featuresOf(context, used, question.column), labels).score(tested) : new Float64Array(test.rows);
    };
    for (const [name, learner] of LEARNERS) {
      context.progress?.(`learning ${question.text}`, entries.length, LEARNERS.length * asked.length);
      const [tstr, trtr] = [scores(learner, parts.release), scores(learner, parts.train)];
      const found = pairedAuc(tstr, trtr, truth, test.units, context.level, seededBits(`${context.seed} learning ${question.text} ${name}`));
      if (found === null) continue;
      entries.push({
        target: question.text,
        learner: name,
        metric: "auc",
        tstr: found.first.estimate,
        tstrInterval: found.first.interval,
        trtr: found.second.estimate,
        trtrInterval: found.second.interval,
        difference: found.difference.estimate,
        differenceInterval: found.difference.interval,
        n: test.rows,
        positives: truth.reduce((a, b) => a + b, 0),
      });
      if (question === asked[0]) scored = { question, learner: name, test, truth, tstr, trtr };
    }
  }
  return { entries, scored };
}
