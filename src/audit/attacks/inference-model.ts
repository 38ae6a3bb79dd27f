import type { Finding } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { rawValues } from "../distance/space.js";
import { emptyFinding, rateFinding, type Tally, type Words } from "../finding.js";
import type { Features } from "../utility/learners/features.js";
import { logistic } from "../utility/learners/logistic.js";
import { featuresOf } from "./features.js";
import { type Knowledge, knowledges } from "./inference.js";
import { secretColumns } from "./key-classes.js";
import { tellingColumns } from "./telling-columns.js";

/** Rows a model learns from, and values of the secret it may guess. */
const MOST_ROWS = 5_000;
const LEAST_ROWS = 20;
const MOST_CLASSES = 5;
const QUARTERS = 4;
/** Columns a model learns from; of more, those that go with the secret most. A model's cost grows with the cube of its features. */
const MOST_COLUMNS = 60;

/**
 * Measures: how often a model that learnt from the release guesses a person's secret, beside a model that learnt from people who are not in
 * the release: the most that the population alone tells, which Francis & Wagner (2024) hold to be the only fair baseline.
 * Matters: an attacker need not stop at the nearest row.
 * Cannot show: what a larger model, or one that knows rare values, would infer.
 */
function wordsFor(name: string, knowledge: Knowledge, numeric: boolean): Words {
  const from = knowledge.suffix === "" ? "the rest of a row" : "quasi-identifiers";
  return {
    id: `inference-model-${name}${knowledge.suffix}`,
    family: "inference",
    title: `Learning ${numeric ? `the quarter of ${name}` : name} from ${from}`,
    claim: `A model learnt from the release guesses ${name} of people learnt from no better than of people who were not.`,
    attackerKnows: knowledge.words,
    cannotShow: "What a larger model, or one that knows rare values, would infer.",
    measure: "rate",
  };
}

export function inferenceModelAttacks(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  return secretColumns(columns).flatMap((secret) =>
    knowledges(context, secret).map((knowledge) => {
      const words = wordsFor(columns[secret].name, knowledge, columns[secret].bins !== undefined);
      const released = context.releaseOrder.subarray(0, MOST_ROWS);
      if (knowledge.columns.length === 0 || released.length < LEAST_ROWS) return emptyFinding(words, context, `Needs two columns and ${LEAST_ROWS} released rows.`);
      const classOf = classesOf(context, secret, released);
      const classes = Int32Array.from(released, (row) => classOf(context.release, row));
      const known = tellingColumns(context.release, released, knowledge.columns, classes, MOST_COLUMNS);
      const guess = guesser(context.release, released, known, classOf);
      const population = context.population.subarray(0, MOST_ROWS);
      const naive = population.length < LEAST_ROWS ? null : guesser(context.real, population, known, classOf);
      const tally = (rows: Uint32Array, by: Guesser): Tally => {
        const guesses = by(featuresOf(context.real, known, rows));
        return { k: rows.reduce((sum, row, i) => sum + (guesses[i] === classOf(context.real, row) ? 1 : 0), 0), n: rows.length };
      };
      const train = tally(context.members, guess);
      const beside = naive === null ? null : tally(context.members, naive);
      context.progress?.(`inference of ${columns[secret].name} by a model`, 1, 1);
      return rateFinding(words, context, train, tally(context.others, guess), {
        baseline: beside === null || beside.n === 0 ? null : beside.k / beside.n,
        note: `Learnt from ${released.length} released rows${known.length < knowledge.columns.length ? `, on the ${known.length} columns that go with the secret most` : ""}. ${beside === null ? "Too few people stand for the population to learn from." : `Guessing: a model learnt from ${population.length} people whom the release never saw.`}`,
      });
    }),
  );
}

/** The classes a model may guess: the release's most frequent codes; for numbers quarters of its values. −1 is never guessed. */
function classesOf(context: AuditContext, secret: number, released: Uint32Array): (table: EncodedTable, row: number) => number {
  const column = context.release.domain.columns[secret];
  if (column.bins === undefined) {
    const counts = new Float64Array(column.size);
    for (const row of released) counts[context.release.codes[secret][row]] += 1;
    const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
    const index = new Int32Array(column.size).fill(-1);
    order.slice(0, MOST_CLASSES).forEach((code, i) => {
      if (counts[code] > 0) index[code] = i;
    });
    return (table, row) => index[table.codes[secret][row]];
  }
  const raw = new Map([context.real, context.release].map((table) => [table, rawValues(table, secret)]));
  const values = Float64Array.from(released, (row) => (raw.get(context.release) as Float64Array)[row])
    .filter((x) => !Number.isNaN(x))
    .sort();
  const cuts = values.length === 0 ? [] : Array.from({ length: QUARTERS - 1 }, (_, i) => values[Math.floor(((i + 1) * values.length) / QUARTERS)]);
  return (table, row) => {
    const x = (raw.get(table) as Float64Array)[row];
    return Number.isNaN(x) ? QUARTERS : cuts.filter((cut) => x >= cut).length;
  };
}

type Guesser = (features: Features) => Int32Array;

/** One logistic model for each class against the rest (one alone where there are two classes); the highest score is the guess. */
function guesser(table: EncodedTable, rows: Uint32Array, columns: readonly number[], classOf: (table: EncodedTable, row: number) => number): Guesser {
  const labels = Int32Array.from(rows, (row) => classOf(table, row));
  const present = [...new Set(labels)].filter((label) => label >= 0).sort((a, b) => a - b);
  if (present.length < 2) return (features) => new Int32Array(features.rows).fill(present[0] ?? -2);
  const learnt = featuresOf(table, columns, rows);
  const modelled = present.length === 2 && !labels.includes(-1) ? present.slice(1) : present;
  const models = modelled.map((label) =>
    logistic(
      learnt,
      Uint8Array.from(labels, (own) => (own === label ? 1 : 0)),
    ),
  );
  return (features) => {
    const scores = models.map((model) => model.score(features));
    if (modelled.length === 1) return Int32Array.from({ length: features.rows }, (_, i) => (scores[0][i] > 0 ? present[1] : present[0]));
    return Int32Array.from({ length: features.rows }, (_, i) => modelled[scores.reduce((best, score, m) => (score[i] > scores[best][i] ? m : best), 0)]);
  };
}
