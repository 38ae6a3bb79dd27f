import { type SeededBits, seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext, ShadowFit } from "../context.js";
import { emptyFinding, type Words } from "../finding.js";
import { rocAuc } from "../stats/auc.js";
import { smallestAucExcess } from "../stats/power.js";
import type { Features } from "../utility/learners/features.js";
import { logistic } from "../utility/learners/logistic.js";
import { mostExposed } from "./most-exposed.js";

export const SHADOW_TARGETS = 3;
/** Fits with the target and as many without, to learn from and to judge by. */
const LEARNT = 20;
const JUDGED = 10;
const MOST_PEOPLE = 1_000;
const LEAST_PEOPLE = 50;
const QUERIES = 60;
export const SHADOW_FITS = SHADOW_TARGETS * 2 * (LEARNT + JUDGED);

/**
 * Measures: for the people most unlike the rest, whether a classifier tells releases of the generator that learnt from the person from releases that
 * did not, by how many released rows agree with the person on random sets of columns (Houssiau et al. 2022; Meeus et al. 2023).
 * Matters: it is the strongest generic attack, and aims at those whom a release exposes most.
 * Cannot show: the leak of this very release: the fits have tables of their own, smaller than the train part, where one person weighs more.
 */
const WORDS: Words = {
  id: "membership-shadow-targets",
  family: "membership",
  title: "Membership of chosen people, told by shadow releases",
  claim: "Releases that learnt from a chosen person look no different from releases that did not.",
  attackerKnows: "The chosen people's whole rows, the generator with its settings, and all rows it learnt from but the person's.",
  cannotShow: "The leak of this very release: the fits have tables of their own.",
  measure: "auc-shadow",
};

export async function shadowTargetsAttack(context: AuditContext): Promise<Finding[]> {
  const { shadowFit } = context;
  if (shadowFit === null) return [];
  if (context.population.length < LEAST_PEOPLE || context.members.length === 0) return [emptyFinding(WORDS, context, `Needs ${LEAST_PEOPLE} people who stand for the population, and targets.`)];
  const exposed = mostExposed(context).members;
  const targets = (exposed.length > 0 ? exposed : context.members).subarray(0, SHADOW_TARGETS);
  const [within, without]: [number[], number[]] = [[], []];
  let done = 0;
  for (const target of targets) {
    const told = await attackTarget(context, shadowFit, target, () => {
      done += 1;
      context.progress?.("shadow releases", done, SHADOW_FITS);
    });
    within.push(...told.within);
    without.push(...told.without);
  }
  const found = rocAuc(Float64Array.from(within), Float64Array.from(without), context.level);
  if (found === null) return [emptyFinding(WORDS, context, "No release could be judged.")];
  const note = `${targets.length} people, for each ${LEARNT + JUDGED} fits with and as many without, on at most ${MOST_PEOPLE} people of the population; judged on ${within.length} and ${without.length} releases.`;
  return [
    {
      ...emptyFinding(WORDS, context, note),
      estimate: found.auc,
      interval: found.interval,
      baseline: 0.5,
      excess: { estimate: found.auc - 0.5, standardError: found.standardError },
      n: within.length,
      attacks: within.length + without.length,
      smallestDetectable: smallestAucExcess(within.length, without.length),
    },
  ];
}

/** Scores of judged releases, which grow with the odds that the target was learnt from. */
async function attackTarget(context: AuditContext, fit: ShadowFit, target: number, fitted: () => void): Promise<{ within: number[]; without: number[] }> {
  const bits = seededBits(`${context.seed} shadow target ${context.realPoints.numeric.map((column) => column[target])} ${context.realPoints.categorical.map((column) => column[target])}`);
  const queries = randomColumnSets(context.real.domain.columns.length, bits);
  const counts: Float64Array[] = [];
  const labels: number[] = [];
  for (let pair = 0; pair < LEARNT + JUDGED; pair += 1) {
    const people = Uint32Array.from(context.population);
    bits.shuffle(people, 0, people.length, 1);
    const base = people.subarray(0, Math.min(MOST_PEOPLE, Math.ceil(0.8 * people.length)));
    for (const label of [1, 0]) {
      const rows = label === 1 ? Uint32Array.from([...base, target]) : base;
      const { release } = await fit(rows, `${context.seed} shadow target ${pair} ${label}`);
      counts.push(agreements(release, context.real, target, queries));
      labels.push(label);
      fitted();
    }
  }
  const features = (from: number, to: number): Features => ({ rows: to - from, numeric: queries.map((_, q) => Float64Array.from(counts.slice(from, to), (row) => row[q])), categorical: [] });
  const split = 2 * LEARNT;
  const model = logistic(features(0, split), Uint8Array.from(labels.slice(0, split)));
  const scores = model.score(features(split, labels.length));
  const of = (label: number): number[] => [...scores].filter((_, i) => labels[split + i] === label);
  return { within: of(1), without: of(0) };
}

/** Sets of one to four columns. */
function randomColumnSets(columns: number, bits: SeededBits): number[][] {
  return Array.from({ length: QUERIES }, () => {
    const order = Uint32Array.from({ length: columns }, (_, c) => c);
    bits.shuffle(order, 0, columns, 1);
    return [...order.subarray(0, 1 + bits.below(Math.min(4, columns)))];
  });
}

/** ln(1 + released rows that agree with the target on each set of columns). */
function agreements(release: EncodedTable, real: EncodedTable, target: number, sets: readonly number[][]): Float64Array {
  return Float64Array.from(sets, (columns) => {
    let count = 0;
    for (let row = 0; row < release.rows; row += 1) if (columns.every((c) => release.codes[c][row] === real.codes[c][target])) count += 1;
    return Math.log1p(count);
  });
}
