import type { Column } from "../../domain/column.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { takeColumns, takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import { rawValues } from "../distance/space.js";
import { rateFinding, type Tally, type Words } from "../finding.js";
import { columnSet } from "./linkability.js";

const UNDECLARED = 3;
const TOLERANCE = 0.05;

/**
 * Measures: how often a person's secret value is that of the released row nearest on all other columns (Anonymeter's
 * inference). Correct: the same category, null for null, a number within 5 % of the true one, a date in the same bin.
 * Matters: inference is one of the three risks of WP216; the control takes away what the population alone tells.
 * Cannot show: what a stronger learner would infer, or an attacker who knows less than all other columns.
 */
function wordsFor(column: Column): Words {
  return {
    id: `inference-${column.name}`,
    family: "inference",
    title: `Guessing ${column.name} from the rest of a row`,
    claim: `The release tells ${column.name} of people learnt from no better than of people who were not.`,
    attackerKnows: `All columns of a person but ${column.name}.`,
    cannotShow: "What a stronger learner would infer.",
    measure: "rate",
  };
}

/** The declared sensitive columns; where there are none, the last three that are not quasi-identifiers. */
function secretColumns(columns: readonly Column[]): number[] {
  const declared = columns.flatMap((column, c) => (column.role === "sensitive" ? [c] : []));
  if (declared.length > 0) return declared;
  return columns.flatMap((column, c) => (column.role === "none" ? [c] : [])).slice(-UNDECLARED);
}

export function inferenceAttacks(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  const ranks = contentRanks(contentHashes(context.releasePoints, `${context.seed} ties`));
  return secretColumns(columns).map((secret) => {
    const words = wordsFor(columns[secret]);
    if (columns.length < 2 || context.release.rows === 0) return rateFinding(words, context, { k: 0, n: 0 }, { k: 0, n: 0 }, { note: "Needs two columns and released rows." });
    const known = columnSet(
      context,
      columns.flatMap((_, c) => (c === secret ? [] : [c])),
    );
    const releaseKnown = takeColumns(context.releasePoints, known.numeric, known.categorical);
    const correct = sameValue(context, secret);
    const run = (rows: Uint32Array, part: string): Tally => {
      const targets = takeColumns(takeRows(context.realPoints, rows), known.numeric, known.categorical);
      const found = nearest(targets, releaseKnown, 1, { ranks, progress: stage(context.progress, `inference of ${columns[secret].name}, ${part}`) });
      let k = 0;
      for (let t = 0; t < rows.length; t += 1) if (correct(rows[t], found.rows[t])) k += 1;
      return { k, n: rows.length };
    };
    return rateFinding(words, context, run(context.members, "train"), run(context.others, "holdout"), { baseline: modeShare(context, secret) });
  });
}

/** Is the released row's value a correct guess of the real row's? */
function sameValue(context: AuditContext, secret: number): (real: number, released: number) => boolean {
  const column = context.real.domain.columns[secret];
  const truth = context.real.codes[secret];
  const guess = context.release.codes[secret];
  if (column.type !== "integer" && column.type !== "number") return (i, s) => truth[i] === guess[s];
  const values = rawValues(context.real, secret);
  const guesses = rawValues(context.release, secret);
  return (i, s) => (Number.isNaN(values[i]) || Number.isNaN(guesses[s]) ? Number.isNaN(values[i]) === Number.isNaN(guesses[s]) : Math.abs(guesses[s] - values[i]) <= TOLERANCE * Math.abs(values[i]));
}

/** Success of always guessing the release's most frequent code: what needs no knowledge of the person. Null for numbers. */
function modeShare(context: AuditContext, secret: number): number | null {
  const column = context.real.domain.columns[secret];
  if (column.type === "integer" || column.type === "number" || context.members.length === 0) return null;
  const counts = new Float64Array(column.size);
  for (const code of context.release.codes[secret]) counts[code] += 1;
  const mode = counts.indexOf(Math.max(...counts));
  let hits = 0;
  for (const row of context.members) if (context.real.codes[secret][row] === mode) hits += 1;
  return hits / context.members.length;
}
