import type { Column } from "../../domain/column.js";
import type { Utility } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { rawValues } from "../distance/space.js";
import { rocAuc } from "../stats/auc.js";
import { boostedTrees } from "./learners/boosted-trees.js";
import type { Features, Learner } from "./learners/features.js";
import { logistic } from "./learners/logistic.js";

const MOST_TARGETS = 2;
/** Training rows are cut to this many: a learner's AUC has long settled, and the audit has to end. */
const MOST_ROWS = 50_000;
const LEARNERS: readonly [string, Learner][] = [
  ["logistic regression", logistic],
  ["boosted trees", boostedTrees],
];

/** A yes-or-no question about one column. */
interface Question {
  readonly column: number;
  readonly text: string;
  readonly label: (table: EncodedTable, row: number) => 0 | 1;
}

/**
 * Train on the release, test on real people nobody learnt from (TSTR), beside training on the real train part (TRTR):
 * AUC with DeLong's interval for each learner. Empty where a part, or a class in it, is missing.
 */
export function learning(context: AuditContext): Utility["learning"] {
  const out: Utility["learning"] = [];
  const test = context.holdout;
  if (context.train.length === 0 || test.length === 0 || context.release.rows === 0) return out;
  const released = Uint32Array.from({ length: context.release.rows }, (_, i) => i);
  for (const question of questions(context)) {
    const truth = labelsOf(question, context.real, test);
    for (const [name, learner] of LEARNERS) {
      const score = (table: EncodedTable, rows: Uint32Array) => {
        const used = rows.subarray(0, MOST_ROWS);
        const labels = labelsOf(question, table, used);
        const positives = labels.reduce((a, b) => a + b, 0);
        if (positives === 0 || positives === labels.length) return null;
        const scores = learner(featuresOf(table, question.column, used), labels).score(featuresOf(context.real, question.column, test));
        return rocAuc(
          scores.filter((_, i) => truth[i] === 1),
          scores.filter((_, i) => truth[i] === 0),
          context.level,
        );
      };
      const tstr = score(context.release, released);
      const trtr = score(context.real, context.train);
      context.progress?.(`learning ${question.text}`, out.length, LEARNERS.length);
      if (tstr === null || trtr === null) continue;
      out.push({ target: question.text, learner: name, metric: "auc", tstr: tstr.auc, tstrInterval: tstr.interval, trtr: trtr.auc, trtrInterval: trtr.interval, n: test.length });
    }
  }
  return out;
}

/** What is predicted: sensitive columns, or else the last column of labels (any column, where there are none). */
function questions(context: AuditContext): Question[] {
  const { columns } = context.real.domain;
  if (columns.length < 2) return [];
  const sensitive = columns.flatMap((column, c) => (column.role === "sensitive" ? [c] : []));
  const labelled = columns.flatMap((column, c) => (column.bins === undefined ? [c] : []));
  const chosen = sensitive.length > 0 ? sensitive.slice(0, MOST_TARGETS) : labelled.length > 0 ? labelled.slice(-1) : [columns.length - 1];
  return chosen.map((c) => questionOf(columns[c], c, context));
}

/** Two labels: the second. More: the most frequent against the rest, null never: who has no value is often told by another column outright. Numbers: above the median bin of the train part. */
function questionOf(column: Column, c: number, context: AuditContext): Question {
  const counts = new Float64Array(column.size);
  for (const row of context.train) counts[context.real.codes[c][row]] += 1;
  if (column.bins !== undefined) {
    let below = 0;
    let median = 0;
    while (median < column.valueCount - 1 && below + counts[median] < context.train.length / 2) {
      below += counts[median];
      median += 1;
    }
    return { column: c, text: `${column.name} above its middle`, label: (table, row) => (table.codes[c][row] > median && table.codes[c][row] < column.valueCount ? 1 : 0) };
  }
  const values = counts.subarray(0, column.valueCount);
  const code = column.valueCount === 2 ? 1 : values.indexOf(Math.max(...values));
  return { column: c, text: `${column.name} is ${column.labels?.[code] ?? code}`, label: (table, row) => (table.codes[c][row] === code ? 1 : 0) };
}

function labelsOf(question: Question, table: EncodedTable, rows: Uint32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => question.label(table, row));
}

function featuresOf(table: EncodedTable, target: number, rows: Uint32Array): Features {
  const numeric: Float64Array[] = [];
  const categorical: { codes: Uint32Array; size: number }[] = [];
  table.domain.columns.forEach((column, c) => {
    if (c === target) return;
    if (column.bins === undefined) categorical.push({ codes: Uint32Array.from(rows, (row) => table.codes[c][row]), size: column.size });
    else {
      const values = rawValues(table, c);
      numeric.push(Float64Array.from(rows, (row) => values[row]));
    }
  });
  return { rows: rows.length, numeric, categorical };
}
