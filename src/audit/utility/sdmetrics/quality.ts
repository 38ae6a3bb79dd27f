import { subsets } from "../../../domain/clique.js";
import type { Domain } from "../../../domain/column.js";
import type { Utility } from "../../../formats/utility.js";
import { pearson } from "../associations.js";
import type { Side } from "./column.js";

type Quality = NonNullable<NonNullable<Utility["compat"]>["sdmetrics"]>["quality"];
type Pair = Quality["pairs"][number] & { readonly strength: number | null };

/** Pairs weaker than these in the real table are left out of that package's average by default. */
const CORRELATION_THRESHOLD = 0.5;
const ASSOCIATION_THRESHOLD = 0.3;

/** The Quality report: column shapes, pair trends, and their mean. Parts that cannot be computed are left out of the averages, as there. */
export function quality(domain: Domain, real: readonly Side[], made: readonly Side[]): Quality {
  const columns = domain.columns.map(({ name }, c) => {
    const continuous = real[c].values !== null;
    return { column: name, metric: continuous ? "KSComplement" : "TVComplement", score: continuous ? ksComplement(real[c].values, made[c].values) : tvComplement(real[c], made[c]) };
  });
  const pairs = subsets(domain.columns.length, 2).map(([a, b]): Pair => {
    const names = { a: domain.columns[a].name, b: domain.columns[b].name };
    const numbers = real[a].values !== null && real[b].values !== null;
    const { score, strength } = numbers ? correlationSimilarity([real[a], real[b]], [made[a], made[b]]) : contingencySimilarity([real[a], real[b]], [made[a], made[b]]);
    const threshold = numbers ? CORRELATION_THRESHOLD : ASSOCIATION_THRESHOLD;
    return { ...names, metric: numbers ? "CorrelationSimilarity" : "ContingencySimilarity", score, strength, counts: score !== null && strength !== null && strength > threshold };
  });
  const shapes = mean(columns.map((column) => column.score));
  const trends = mean(pairs.map((pair) => (pair.counts ? pair.score : null)));
  const all = mean(pairs.map((pair) => pair.score));
  return {
    overall: mean([shapes, trends]),
    columnShapes: shapes,
    columnPairTrends: trends,
    overallAllPairs: mean([shapes, all]),
    columnPairTrendsAllPairs: all,
    columns,
    pairs: pairs.map(({ strength: _, ...pair }) => pair),
  };
}

/** Over the scores that there are. */
export function mean(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score): score is number => score !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/** 1 − sup |F − G| over the values that are not null. */
function ksComplement(a: Float64Array | null, b: Float64Array | null): number | null {
  const [x, y] = [a, b].map((values) => (values ?? new Float64Array(0)).filter((value) => !Number.isNaN(value)).sort());
  if (x.length === 0 || y.length === 0) return null;
  let [i, j, most] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i], y[j]);
    while (i < x.length && x[i] === at) i += 1;
    while (j < y.length && y[j] === at) j += 1;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return 1 - most;
}

/** Added there to the real count of each category that only the synthetic table has. */
const LONE = 1e-6;

function tvComplement(real: Side, made: Side): number | null {
  const [a, b] = [real, made].map((side) => {
    const counts = new Float64Array(side.levelCount);
    for (let i = 0; i < side.rows; i += 1) if (side.levels[i] !== side.nullLevel) counts[side.levels[i]] += 1;
    return counts;
  });
  const total = (counts: Float64Array): number => counts.reduce((x, y) => x + y, 0);
  const n = total(b);
  if (total(a) === 0 || n === 0) return null;
  for (let level = 0; level < a.length; level += 1) if (a[level] === 0 && b[level] > 0) a[level] = LONE;
  const m = total(a);
  return 1 - a.reduce((sum, count, level) => sum + Math.abs(count / m - b[level] / n), 0) / 2;
}

interface PairScore {
  readonly score: number | null;
  /** What the threshold is compared with. */
  readonly strength: number | null;
}

function correlationSimilarity(real: readonly Side[], made: readonly Side[]): PairScore {
  if ([...real, ...made].some((side) => isConstant(side.values as Float64Array))) return { score: null, strength: null };
  const [a, b] = [real, made].map(([x, y]) => pearson(x.values as Float64Array, y.values as Float64Array));
  return { score: a === null || b === null ? null : 1 - Math.abs(a - b) / 2, strength: a === null ? null : Math.abs(a) };
}

function isConstant(values: Float64Array): boolean {
  let first = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(first)) first = value;
    else if (!Number.isNaN(value) && value !== first) return false;
  }
  return !Number.isNaN(first);
}

/** 1 − TVD of the joint levels, null a level of its own; strength is Cramér's V in the real table. */
function contingencySimilarity([a, b]: readonly Side[], [x, y]: readonly Side[]): PairScore {
  const real = jointCounts(a, b);
  const made = jointCounts(x, y);
  let distance = 0;
  for (const [cell, count] of real) distance += Math.abs(count / a.rows - (made.get(cell) ?? 0) / x.rows);
  for (const [cell, count] of made) if (!real.has(cell)) distance += count / x.rows;
  return { score: a.rows === 0 || x.rows === 0 ? null : 1 - distance / 2, strength: strengthOf(real, b.levelCount) };
}

function jointCounts(a: Side, b: Side): Map<number, number> {
  const out = new Map<number, number>();
  for (let i = 0; i < a.rows; i += 1) {
    const cell = a.levels[i] * b.levelCount + b.levels[i];
    out.set(cell, (out.get(cell) ?? 0) + 1);
  }
  return out;
}

/** Cramér's V of joint counts, cells numbered row by row in rows of `width`. */
function strengthOf(joint: ReadonlyMap<number, number>, width: number): number | null {
  const left = new Map<number, number>();
  const right = new Map<number, number>();
  for (const [cell, count] of joint) {
    const [row, column] = [Math.floor(cell / width), cell % width];
    left.set(row, (left.get(row) ?? 0) + count);
    right.set(column, (right.get(column) ?? 0) + count);
  }
  const least = Math.min(left.size, right.size);
  if (least < 2) return null;
  let sum = 0;
  for (const [cell, count] of joint) sum += (count / (left.get(Math.floor(cell / width)) as number)) * (count / (right.get(cell % width) as number));
  return Math.sqrt(Math.max(0, sum - 1) / (least - 1));
}
