import type { Column } from "../../domain/column.js";
import type { AuditContext } from "../context.js";
import type { Features } from "./learners/features.js";
import type { Part } from "./part.js";

const MOST_TARGETS = 2;

/** A yes-or-no question about one column. */
export interface Question {
  readonly column: number;
  readonly text: string;
  /** Per code of the column: 1 where the answer is yes. */
  readonly answer: Uint8Array;
}

/**
 * What is predicted: the named column; else sensitive columns; else the last column of labels (any column, where there are none).
 * A column that answers alike for everybody in the train part asks nothing.
 */
export function questions(context: AuditContext, train: Part, predict: string | undefined): Question[] {
  const { columns } = context.real.domain;
  if (columns.length < 2 || train.rows === 0) return [];
  const named = columns.findIndex((column) => column.name === predict);
  const sensitive = columns.flatMap((column, c) => (column.role === "sensitive" ? [c] : []));
  const labelled = columns.flatMap((column, c) => (column.bins === undefined ? [c] : []));
  const chosen = named >= 0 ? [named] : sensitive.length > 0 ? sensitive.slice(0, MOST_TARGETS) : labelled.length > 0 ? labelled.slice(-1) : [columns.length - 1];
  return chosen.map((c) => questionOf(columns[c], c, train)).filter((question) => varies(labelsOf(question, train)));
}

/** Two labels: the second. More: the most frequent against the rest, null never: who has no value is often told by another column outright. Numbers: above the median bin of the train part. */
function questionOf(column: Column, c: number, train: Part): Question {
  const counts = new Float64Array(column.size);
  for (const code of train.codes[c]) counts[code] += 1;
  const answer = new Uint8Array(column.size);
  if (column.bins !== undefined) {
    const known = counts.subarray(0, column.valueCount).reduce((a, b) => a + b, 0);
    let below = 0;
    let median = 0;
    while (median < column.valueCount - 1 && below + counts[median] < known / 2) {
      below += counts[median];
      median += 1;
    }
    answer.fill(1, median + 1, column.valueCount);
    return { column: c, text: `${column.name} is above its middle`, answer };
  }
  const values = counts.subarray(0, column.valueCount);
  const code = column.valueCount === 2 ? 1 : values.indexOf(values.reduce((a, b) => Math.max(a, b), 0));
  answer[code] = 1;
  return { column: c, text: `${column.name} is ${column.labels?.[code] ?? code}`, answer };
}

export function labelsOf({ column, answer }: Question, part: Part): Uint8Array {
  return Uint8Array.from(part.codes[column], (code) => answer[code]);
}

export function varies(labels: Uint8Array): boolean {
  return labels.includes(0) && labels.includes(1);
}

/** All columns but one (none left out: −1) as a learner takes them. */
export function featuresOf(context: AuditContext, part: Part, without: number): Features {
  const numeric: Float64Array[] = [];
  const categorical: { codes: ArrayLike<number>; size: number }[] = [];
  context.real.domain.columns.forEach(({ size }, c) => {
    if (c === without) return;
    const values = part.values[c];
    if (values === null) categorical.push({ codes: part.codes[c], size });
    else numeric.push(values);
  });
  return { rows: part.rows, numeric, categorical };
}
