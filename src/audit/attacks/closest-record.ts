import { twoSidedZ } from "../../base/normal.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { type MixedTable, takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import type { Neighbours } from "../distance/plain.js";
import { emptyFinding, type Words } from "../finding.js";
import { rocAuc } from "../stats/auc.js";
import { detectableStandardErrors, smallestAucExcess } from "../stats/power.js";
import { wilsonInterval } from "../stats/wilson.js";
import { targetNeighbours } from "./target-neighbours.js";

/**
 * Measures: for how many released rows the closest real row was learnt from, rather than one of as many rows that were not.
 * Matters: memorised rows lie closer to the training data than to other people of the same population.
 * Cannot show: privacy. Leaky releases pass this test (Yao et al. 2025); it is a tripwire for copying.
 */
const CLOSEST: Words = {
  id: "closest-record",
  family: "distance",
  title: "Released rows nearer to people learnt from",
  claim: "Released rows lie no closer to people learnt from than to as many people who were not.",
  attackerKnows: "Nothing: this looks at the release from the inside.",
  cannotShow: "Leaks other than near copies; releases that fail people are known to pass it.",
  measure: "rate",
};

/**
 * Measures: the same with the ratio of the closest to the second closest distance, small where a released row singles
 * out one real row.
 * Matters: it finds copies in sparse regions, where all distances are large.
 * Cannot show: as above.
 */
const RATIO: Words = {
  id: "nearest-neighbour-ratio",
  family: "distance",
  title: "Released rows that single out one person learnt from",
  claim: "Released rows single out people learnt from no more sharply than as many people who were not.",
  attackerKnows: "Nothing: this looks at the release from the inside.",
  cannotShow: "Leaks other than near copies; releases that fail people are known to pass it.",
  measure: "rate",
};

/**
 * Measures: what share of released rows equals a row learnt from, value for value, against the share that equals a row of as many people
 * who were not.
 * Matters: it is the identical-match share that vendors quote; without the control it punishes tables of few columns.
 * Cannot show: as above.
 */
const IDENTICAL: Words = {
  id: "identical-rows",
  family: "distance",
  title: "Released rows equal to rows learnt from",
  claim: "Released rows equal rows learnt from no more often than rows of as many people who were not.",
  attackerKnows: "Nothing: this looks at the release from the inside.",
  cannotShow: "Leaks other than exact copies; releases that fail people are known to pass it.",
  measure: "rate",
};

/**
 * Measures: the other direction: for how many pairs of a person learnt from and one who was not the release comes nearer to the former, and
 * the same with the ratio of the two closest released rows.
 * Matters: one released row close to a person is enough to expose that person, wherever the other released rows lie.
 * Cannot show: as above. It is the plain attack that stronger ones are to beat.
 */
const REVERSE: Words = {
  id: "people-closest",
  family: "distance",
  title: "People learnt from nearer to released rows",
  claim: "Released rows come no closer to people learnt from than to people who were not.",
  attackerKnows: "A person's whole row and the release.",
  cannotShow: "Leaks other than near copies; releases that fail people are known to pass it.",
  measure: "auc",
};

const REVERSE_RATIO: Words = {
  ...REVERSE,
  id: "people-neighbour-ratio",
  title: "People learnt from whom a released row singles out",
  claim: "Released rows single out people learnt from no more sharply than people who were not.",
};

/** Distances of every released row to equally many units of train and holdout, two neighbours each. */
interface ClosestRecords {
  readonly size: number;
  readonly train: Neighbours;
  readonly holdout: Neighbours;
}

/** Unequal parts bias the share, because the nearest of more rows is nearer: both are cut to the smaller, by unit. */
function closestRecords(context: AuditContext): ClosestRecords {
  const size = Math.min(context.trainUnits.length, context.holdoutUnits.length);
  const side = (rows: Uint32Array, name: string): Neighbours => {
    const points: MixedTable = takeRows(context.realPoints, rows.subarray(0, size));
    const ranks = contentRanks(contentHashes(points, `${context.seed} ties`));
    return nearest(context.releasePoints, points, 2, { ranks, progress: stage(context.progress, name) });
  };
  return { size, train: side(context.trainUnits, "closest record, train"), holdout: side(context.holdoutUnits, "closest record, holdout") };
}

export function closestRecordAttacks(context: AuditContext): Finding[] {
  const records = closestRecords(context);
  return [closestRecordAttack(context, records), neighbourRatioAttack(context, records), identicalRows(context, records), ...fromPeople(context)];
}

function identicalRows(context: AuditContext, records: ClosestRecords): Finding {
  const rows = context.release.rows;
  if (records.size === 0 || rows === 0) return emptyFinding(IDENTICAL, context, "Needs released rows, and units in both train and holdout.");
  let [train, holdout] = [0, 0];
  const clusters = new Map<number, { sum: number; rows: number }>();
  for (let s = 0; s < rows; s += 1) {
    const [t, h] = [records.train, records.holdout].map((side) => (side.distances[2 * s] === 0 ? 1 : 0));
    train += t;
    holdout += h;
    if (t === h) continue;
    const key = clusterKey(records, s);
    const cluster = clusters.get(key) ?? { sum: 0, rows: 0 };
    cluster.sum += t - h;
    cluster.rows += 1;
    clusters.set(key, cluster);
  }
  let spread = 0;
  for (const cluster of clusters.values()) spread += cluster.sum ** 2;
  const floor = Math.sqrt((2 * (Math.max(train, holdout) + 1)) / (rows + 2) / rows);
  const standardError = Math.max(Math.sqrt(spread) / rows, clusters.size === 0 ? floor : 0);
  return {
    ...emptyFinding(
      IDENTICAL,
      context,
      `Against ${records.size} ${context.unit === "person" ? "people" : "rows"} of each part. Released rows equal to the same person count as one in the standard error.`,
    ),
    estimate: train / rows,
    interval: wilsonInterval(train, rows, context.level),
    n: rows,
    attacks: rows,
    control: { estimate: holdout / rows, interval: wilsonInterval(holdout, rows, context.level), n: rows },
    excess: { estimate: (train - holdout) / rows, standardError },
    smallestDetectable: detectableStandardErrors() * standardError,
  };
}

function fromPeople(context: AuditContext): Finding[] {
  if (context.release.rows === 0) return [REVERSE, REVERSE_RATIO].map((words) => emptyFinding(words, context, "Needs released rows."));
  const { first, second } = targetNeighbours(context);
  const ratio = (row: number): number => (second[row] > 0 && Number.isFinite(second[row]) ? first[row] / second[row] : 1);
  const finding = (words: Words, far: (row: number) => number): Finding => {
    const scores = (rows: Uint32Array): Float64Array => Float64Array.from(rows, (row) => -far(row));
    const found = rocAuc(scores(context.members), scores(context.others), context.level);
    if (found === null) return emptyFinding(words, context, "Needs targets in both train and holdout.");
    return {
      ...emptyFinding(words, context, null),
      estimate: found.auc,
      interval: found.interval,
      n: context.members.length,
      attacks: context.members.length + context.others.length,
      baseline: 0.5,
      excess: { estimate: found.auc - 0.5, standardError: found.standardError },
      smallestDetectable: smallestAucExcess(context.members.length, context.others.length),
      sensitivity: 1 / context.members.length,
    };
  };
  return [finding(REVERSE, (row) => first[row]), finding(REVERSE_RATIO, ratio)];
}

function closestRecordAttack(context: AuditContext, records: ClosestRecords): Finding {
  const at = (side: Neighbours, s: number): number => side.distances[2 * s];
  const found = shareFinding(CLOSEST, context, records, 1, (s) => [at(records.train, s), at(records.holdout, s)]);
  const curve = (name: string, side: Neighbours) =>
    distribution(
      name,
      Float64Array.from({ length: context.release.rows }, (_, s) => at(side, s)),
    );
  return records.size === 0 || context.release.rows === 0 ? found : { ...found, curves: [curve("train", records.train), curve("holdout", records.holdout)] };
}

function neighbourRatioAttack(context: AuditContext, records: ClosestRecords): Finding {
  const ratio = (side: Neighbours, s: number): number => {
    const first = side.distances[2 * s];
    const second = side.distances[2 * s + 1];
    return second > 0 ? first / second : 1; // two rows at distance 0 single out nobody
  };
  return shareFinding(RATIO, context, records, 2, (s) => [ratio(records.train, s), ratio(records.holdout, s)]);
}

/**
 * Share of released rows whose value for train is below the one for holdout, ½ for ties. Released rows with the same
 * nearest real row are not independent: the variance is summed over those clusters.
 */
function shareFinding(words: Words, context: AuditContext, records: ClosestRecords, least: number, values: (s: number) => [number, number]): Finding {
  const rows = context.release.rows;
  if (records.size < least || rows === 0) return emptyFinding(words, context, "Needs released rows, and units in both train and holdout.");
  const scores = new Float64Array(rows);
  const clusters = new Map<number, { sum: number; rows: number }>();
  let sum = 0;
  for (let s = 0; s < rows; s += 1) {
    const [train, holdout] = values(s);
    scores[s] = train < holdout ? 1 : train > holdout ? 0 : 0.5;
    sum += scores[s];
    const key = clusterKey(records, s);
    const cluster = clusters.get(key) ?? { sum: 0, rows: 0 };
    cluster.sum += scores[s];
    cluster.rows += 1;
    clusters.set(key, cluster);
  }
  const share = sum / rows;
  let spread = 0;
  let weight = 0;
  for (const cluster of clusters.values()) {
    spread += (cluster.sum - share * cluster.rows) ** 2;
    weight += cluster.rows ** 2;
  }
  // At a share of 0 or 1 the clusters do not vary; a floor of half a cluster keeps the interval open.
  const floor = (0.25 * weight) / rows ** 2 / (clusters.size + 1);
  const standardError = Math.sqrt(Math.max(spread / rows ** 2, floor));
  const z = twoSidedZ(context.level);
  return {
    ...emptyFinding(words, context, null),
    estimate: share,
    interval: [Math.max(0, share - z * standardError), Math.min(1, share + z * standardError)],
    n: rows,
    attacks: rows,
    baseline: 0.5,
    excess: { estimate: share - 0.5, standardError },
    smallestDetectable: detectableStandardErrors() * 0.5 * (Math.sqrt(weight) / rows),
    note: `Against ${records.size} ${context.unit === "person" ? "people" : "rows"} of each part; ties count one half.`,
  };
}

/** The nearest real row; at a tie the pair of nearest rows, so that neither part gathers the ties. */
function clusterKey({ size, train, holdout }: ClosestRecords, s: number): number {
  const [t, h] = [train.rows[2 * s], holdout.rows[2 * s]];
  const difference = train.distances[2 * s] - holdout.distances[2 * s];
  return difference < 0 ? t : difference > 0 ? size + h : 2 * size + t * size + h;
}

/** Empirical distribution function at up to 100 points. */
function distribution(name: string, values: Float64Array): { name: string; x: number[]; y: number[] } {
  const sorted = values.sort();
  const points = Math.min(100, sorted.length);
  const at = Array.from({ length: points }, (_, i) => Math.round(((i + 1) * sorted.length) / points) - 1);
  return { name, x: at.map((i) => sorted[i]), y: at.map((i) => (i + 1) / sorted.length) };
}
