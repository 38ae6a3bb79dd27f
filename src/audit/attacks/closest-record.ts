import { twoSidedZ } from "../../base/normal.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { type MixedTable, takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import type { Neighbours } from "../distance/plain.js";
import { emptyFinding, type Words } from "../finding.js";
import { detectableStandardErrors } from "../stats/power.js";

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

/** Distances of every released row to equally many units of train and holdout, two neighbours each. */
export interface ClosestRecords {
  readonly size: number;
  readonly train: Neighbours;
  readonly holdout: Neighbours;
}

/** Unequal parts bias the share, because the nearest of more rows is nearer: both are cut to the smaller, by unit. */
export function closestRecords(context: AuditContext): ClosestRecords {
  const size = Math.min(context.trainUnits.length, context.holdoutUnits.length);
  const side = (rows: Uint32Array, name: string): Neighbours => {
    const points: MixedTable = takeRows(context.realPoints, rows.subarray(0, size));
    const ranks = contentRanks(contentHashes(points, `${context.seed} ties`));
    return nearest(context.releasePoints, points, 2, { ranks, progress: stage(context.progress, name) });
  };
  return { size, train: side(context.trainUnits, "closest record, train"), holdout: side(context.holdoutUnits, "closest record, holdout") };
}

export function closestRecordAttack(context: AuditContext, records: ClosestRecords): Finding {
  const at = (side: Neighbours, s: number): number => side.distances[2 * s];
  const found = shareFinding(CLOSEST, context, records, 1, (s) => [at(records.train, s), at(records.holdout, s)]);
  const curve = (name: string, side: Neighbours) =>
    distribution(
      name,
      Float64Array.from({ length: context.release.rows }, (_, s) => at(side, s)),
    );
  return records.size === 0 || context.release.rows === 0 ? found : { ...found, curves: [curve("train", records.train), curve("holdout", records.holdout)] };
}

export function neighbourRatioAttack(context: AuditContext, records: ClosestRecords): Finding {
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
