import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { takeColumns, takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import { rawValues } from "../distance/space.js";
import { rateFinding, type Tally, type Words } from "../finding.js";
import { quasiIdentifiers, secretColumns } from "./key-classes.js";
import { columnSet } from "./linkability.js";
import { releaseRanks } from "./target-neighbours.js";

const TOLERANCE = 0.05;

/** What an attacker knows of a person whose secret he guesses. */
export interface Knowledge {
  /** Columns, never the secret. */
  readonly columns: readonly number[];
  /** Ends the finding's id. */
  readonly suffix: string;
  readonly words: string;
}

/** Everything but the secret (the worst case), and the declared quasi-identifiers where that is less. */
export function knowledges(context: AuditContext, secret: number): Knowledge[] {
  const { columns } = context.real.domain;
  const rest = columns.flatMap((_, c) => (c === secret ? [] : [c]));
  const declared = quasiIdentifiers(columns).filter((c) => c !== secret);
  const all: Knowledge = { columns: rest, suffix: "", words: `All columns of a person but ${columns[secret].name}.` };
  return declared.length === 0 || declared.length === rest.length ? [all] : [all, { columns: declared, suffix: "-from-quasi-identifiers", words: "The declared quasi-identifiers of a person." }];
}

/**
 * Measures: how often a person's secret value is that of the released row nearest on the columns known (Anonymeter's
 * inference). Correct: the same category, null for null, a number within 5 % of the true one, a date in the same bin.
 * Matters: inference is one of the three risks of WP216; the control takes away what the population alone tells.
 * Cannot show: what a stronger learner would infer.
 */
function wordsFor(name: string, knowledge: Knowledge): Words {
  return {
    id: `inference-${name}${knowledge.suffix}`,
    family: "inference",
    title: knowledge.suffix === "" ? `Guessing ${name} from the rest of a row` : `Guessing ${name} from quasi-identifiers`,
    claim: `The release tells ${name} of people learnt from no better than of people who were not.`,
    attackerKnows: knowledge.words,
    cannotShow: "What a stronger learner would infer.",
    measure: "rate",
  };
}

export function inferenceAttacks(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  const none = { k: 0, n: 0 };
  return secretColumns(columns).flatMap((secret) => {
    const { name } = columns[secret];
    return knowledges(context, secret).map((knowledge) => {
      const words = wordsFor(name, knowledge);
      if (knowledge.columns.length === 0 || context.release.rows === 0) return rateFinding(words, context, none, none, { note: "Needs two columns and released rows." });
      const { numeric, categorical } = columnSet(context, knowledge.columns);
      const rows = Uint32Array.from([...context.members, ...context.others]);
      const targets = takeColumns(takeRows(context.realPoints, rows), numeric, categorical);
      const found = nearest(targets, takeColumns(context.releasePoints, numeric, categorical), 1, { ranks: releaseRanks(context), progress: stage(context.progress, `inference of ${name}`) });
      const correct = sameValue(context, secret);
      const hits = rows.map((row, t) => (correct(row, found.rows[t]) ? 1 : 0));
      const tally = (from: number, to: number): Tally => ({ k: hits.subarray(from, to).reduce((a, b) => a + b, 0), n: to - from });
      const split = context.members.length;
      return rateFinding(words, context, tally(0, split), tally(split, rows.length), { baseline: modeShare(context, secret) });
    });
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
  return (i, s) => closeEnough(values[i], guesses[s]);
}

/** Within 5 % of the true number; null for null. */
export function closeEnough(truth: number, guess: number): boolean {
  if (Number.isNaN(truth) || Number.isNaN(guess)) return Number.isNaN(truth) === Number.isNaN(guess);
  return Math.abs(guess - truth) <= TOLERANCE * Math.abs(truth);
}

/** Success of always guessing the release's most frequent code: what needs no knowledge of the person. Null for numbers. */
function modeShare(context: AuditContext, secret: number): number | null {
  const column = context.real.domain.columns[secret];
  if (column.type === "integer" || column.type === "number" || context.members.length === 0) return null;
  const counts = new Float64Array(column.size);
  for (const code of context.release.codes[secret]) counts[code] += 1;
  const mode = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
  let hits = 0;
  for (const row of context.members) if (context.real.codes[secret][row] === mode) hits += 1;
  return hits / context.members.length;
}
