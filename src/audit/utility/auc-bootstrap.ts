import { twoSidedZ } from "../../base/normal.js";
import type { SeededBits } from "../../base/random.js";
import { rocAuc } from "../stats/auc.js";

const RESAMPLES = 400;

interface Estimate {
  readonly estimate: number;
  readonly interval: [number, number];
}

export interface PairedAuc {
  readonly first: Estimate;
  readonly second: Estimate;
  /** first − second, on the same draws. */
  readonly difference: Estimate;
}

/**
 * Areas under two ROC curves over the same people, and their difference, with percentile intervals of a bootstrap (Efron 1979) that
 * draws whole people, so that rows of one person stay together. Test people are drawn, the learners are not fitted again. Where the
 * draws do not differ (perfect separation), DeLong's interval with Hanley & McNeil's variance stands in.
 * @param truth 1 or 0 per row; scores rise with the chance of 1
 * @returns null where a class is empty
 */
export function pairedAuc(first: Float64Array, second: Float64Array, truth: Uint8Array, units: Uint32Array | undefined, level: number, bits: SeededBits): PairedAuc | null {
  const plain = [first, second].map((scores) =>
    rocAuc(
      scores.filter((_, i) => truth[i] === 1),
      scores.filter((_, i) => truth[i] === 0),
      level,
    ),
  );
  const [a, b] = plain;
  if (a === null || b === null) return null;
  const [group, groups] = grouped(units, truth.length);
  const orders = [sorted(first, truth, group), sorted(second, truth, group)];
  const times = new Uint32Array(groups);
  const draws: [number[], number[], number[]] = [[], [], []];
  for (let r = 0; r < RESAMPLES; r += 1) {
    times.fill(0);
    for (let i = 0; i < groups; i += 1) times[bits.below(groups)] += 1;
    const [x, y] = orders.map((order) => weightedAuc(order, times));
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    draws[0].push(x);
    draws[1].push(y);
    draws[2].push(x - y);
  }
  const z = twoSidedZ(level);
  const apart = a.auc - b.auc;
  const same = first.every((score, i) => score === second[i]);
  const spread = z * Math.hypot(a.standardError, b.standardError);
  return {
    first: { estimate: a.auc, interval: percentiles(draws[0], level) ?? a.interval },
    second: { estimate: b.auc, interval: percentiles(draws[1], level) ?? b.interval },
    difference: { estimate: apart, interval: same ? [0, 0] : (percentiles(draws[2], level) ?? [Math.max(-1, apart - spread), Math.min(1, apart + spread)]) },
  };
}

/** Truth and person of the rows by ascending score, and where each run of equal scores ends. */
interface Order {
  readonly truth: Uint8Array;
  readonly group: Uint32Array;
  readonly ends: Uint32Array;
}

function sorted(scores: Float64Array, truth: Uint8Array, group: Uint32Array): Order {
  const rows = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((i, j) => scores[i] - scores[j]);
  const ends: number[] = [];
  for (let i = 0; i < rows.length; i += 1) if (i + 1 === rows.length || scores[rows[i + 1]] !== scores[rows[i]]) ends.push(i + 1);
  return { truth: Uint8Array.from(rows, (row) => truth[row]), group: Uint32Array.from(rows, (row) => group[row]), ends: Uint32Array.from(ends) };
}

/** Number of each row's person, from 0. */
function grouped(units: Uint32Array | undefined, rows: number): [Uint32Array, number] {
  if (units === undefined) return [Uint32Array.from({ length: rows }, (_, i) => i), rows];
  const known = new Map<number, number>();
  const group = Uint32Array.from(units, (unit) => {
    const at = known.get(unit) ?? known.size;
    known.set(unit, at);
    return at;
  });
  return [group, known.size];
}

/** AUC where each row counts as often as its person was drawn; NaN where a class was not drawn. */
function weightedAuc({ truth, group, ends }: Order, times: Uint32Array): number {
  let below = 0;
  let positives = 0;
  let sum = 0;
  let from = 0;
  for (let e = 0; e < ends.length; e += 1) {
    let zeros = 0;
    let ones = 0;
    for (const to = ends[e]; from < to; from += 1) {
      const weight = times[group[from]];
      if (truth[from] === 1) ones += weight;
      else zeros += weight;
    }
    sum += ones * (below + zeros / 2);
    below += zeros;
    positives += ones;
  }
  return positives === 0 || below === 0 ? Number.NaN : sum / (positives * below);
}

/** null where the draws do not differ or were too few. */
function percentiles(draws: number[], level: number): [number, number] | null {
  if (draws.length < RESAMPLES / 2) return null;
  draws.sort((x, y) => x - y);
  const tail = (1 - level) / 2;
  const [low, high] = [draws[Math.floor(tail * (draws.length - 1))], draws[Math.ceil((1 - tail) * (draws.length - 1))]];
  return low < high ? [low, high] : null;
}
