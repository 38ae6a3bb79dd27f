import { type SeededBits, seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { rateFinding, rateRow, type Tally, type Words } from "../finding.js";
import { sizeCorrection } from "../stats/singling-out-weight.js";
import { firstTwo, isolates, type Query, type QueryTable, queryTable } from "./query.js";
import { multivariateQueries, univariateQueries } from "./singling-out-queries.js";

/**
 * Measures: how many descriptions that fit exactly one released row ("age at least 87 and born in Peru") fit exactly one person learnt from,
 * against the same on as many people who were not: of one column, stratified so that no column takes all the queries, and of 2 to 5.
 * Matters: singling out is the first of the three risks of WP216.
 * Cannot show: descriptions that no released row suggests, and what is known of the person once found.
 */
const WORDS: Words = {
  id: "singling-out",
  family: "singling-out",
  title: "Descriptions that fit one person",
  claim: "A description that fits exactly one released row fits exactly one person learnt from no more often than one who was not.",
  attackerKnows: "The release alone.",
  cannotShow: "Descriptions that no released row suggests, and harm to people who are found.",
  measure: "rate",
};

const WAYS = [2, 3, 4, 5] as const;
const QUERIES = 500;
/** Rows looked at to find queries, for each number of columns: at most so many, and so many times the release. */
const MOST_WORK = 1e7;
const PASSES = 1_000;

/** Queries of one kind, by their name in the breakdown. */
interface Stratum {
  readonly name: string;
  readonly queries: readonly Query[];
}

export function singlingOutAttack(context: AuditContext): Finding[] {
  if (context.release.rows === 0) return [rateFinding(WORDS, context, { k: 0, n: 0 }, { k: 0, n: 0 }, { note: "Needs released rows." })];
  const release = queryTable(context.release, context.releaseOrder);
  const strata = buildStrata(context, release);
  const size = context.holdoutUnits.length === 0 ? context.trainUnits.length : Math.min(context.trainUnits.length, context.holdoutUnits.length);
  const [train, holdout] = [context.trainUnits, context.holdoutUnits].map((rows) => queryTable(context.real, rows.subarray(0, size)));
  const tally = (queries: readonly Query[], table: QueryTable): Tally => ({
    k: table.rows === 0 ? 0 : queries.filter((query) => isolates(query, table)).length,
    n: table.rows === 0 ? 0 : queries.length,
  });
  const all = strata.flatMap((stratum) => stratum.queries);
  if (all.length === 0 && size > 0) {
    const nobody = (rows: number): Tally => ({ k: 0, n: rows === 0 ? 0 : release.rows });
    const note = `No description of up to ${WAYS[WAYS.length - 1]} columns fits exactly one of ${release.rows} released rows: there is nothing to single anybody out by.`;
    return [rateFinding(WORDS, context, nobody(train.rows), nobody(holdout.rows), { sensitivity: null, note })];
  }
  const breakdown = strata.filter(({ queries }) => queries.length > 0).map(({ name, queries }) => rateRow(name, tally(queries, train), tally(queries, holdout), context.level));
  return [
    rateFinding(WORDS, context, tally(all, train), tally(all, holdout), {
      sensitivity: null,
      note: `On ${size} of each part: whom a description fits alone depends on how many there are.`,
      breakdown: [...breakdown, ...atFullSize(context, all)],
    }),
  ];
}

function buildStrata(context: AuditContext, release: QueryTable): Stratum[] {
  const bits = (name: string): SeededBits => seededBits(`${context.seed} singling out ${name}`);
  const names = context.release.domain.columns.map((column) => column.name);
  const perColumn = Math.max(10, Math.ceil(QUERIES / Math.max(1, names.length)));
  const columns = univariateQueries(release).map((queries, c): Stratum => ({ name: `one column: ${names[c]}`, queries: sample(queries, perColumn, bits(names[c])) }));
  const several = WAYS.filter((k) => k <= names.length).map((k): Stratum => {
    const queries = multivariateQueries(release, k, QUERIES, Math.min(MOST_WORK, PASSES * release.rows), bits(`${k}`));
    context.progress?.("singling out", k, WAYS[WAYS.length - 1]);
    return { name: `${k} columns`, queries };
  });
  return [...columns, ...several];
}

function sample(queries: readonly Query[], most: number, bits: SeededBits): Query[] {
  const left = [...queries];
  for (let i = 0; i < Math.min(most, left.length); i += 1) {
    const j = i + bits.below(left.length - i);
    [left[i], left[j]] = [left[j], left[i]];
  }
  return left.slice(0, most);
}

/** The attack on the whole train part, with the control brought to its size by {@link sizeCorrection}, as Anonymeter has it. */
function atFullSize(context: AuditContext, queries: readonly Query[]): Finding["breakdown"] {
  const [n, m] = [context.trainUnits.length, context.holdoutUnits.length];
  if (m < 20 || n === m) return [];
  const [train, control] = [context.trainUnits, context.holdoutUnits].map((rows) => queryTable(context.real, rows));
  const sizes = Array.from({ length: 10 }, (_, i) => Math.round((m * (i + 1)) / 10));
  const counts = countsAtSizes(queries, control, sizes);
  const k = queries.filter((query) => isolates(query, train)).length;
  const corrected = Math.min(1, (counts[counts.length - 1] * sizeCorrection(sizes, counts, m, n)) / queries.length);
  const row = rateRow(`on all ${n} people learnt from; the control corrected for its ${m}`, { k, n: queries.length }, { k: 0, n: 0 }, context.level);
  return [{ ...row, control: corrected }];
}

/** Queries that fit exactly one of the first `size` rows, for each size. */
function countsAtSizes(queries: readonly Query[], table: QueryTable, sizes: readonly number[]): number[] {
  const counts = sizes.map(() => 0);
  for (const query of queries) {
    const [first, second] = firstTwo(query, table);
    for (const [i, size] of sizes.entries()) if (first < size && size <= second) counts[i] += 1;
  }
  return counts;
}
