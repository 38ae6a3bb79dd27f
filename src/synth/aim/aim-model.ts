import { type Clique, cliqueKey } from "../../domain/clique.js";
import type { Progress } from "../../domain/progress.js";
import { compile, type Inference } from "../infer/belief-propagation.js";
import { makeConsistent, type NoisyTable } from "../infer/consistent.js";
import { inRows, pairMarginals } from "../infer/pair-marginals.js";
import { type Solution, solve } from "../infer/proximal.js";

export interface AimModel {
  readonly inference: Inference;
  readonly solution: Solution;
  /** Rows that the probabilities stand for. */
  readonly total: number;
  /** Where each measured clique starts and ends in the solution, by clique. */
  readonly span: ReadonlyMap<string, readonly [number, number]>;
}

export interface Effort {
  readonly gapMax: number;
  readonly sweepsMax: number;
  readonly progress?: Progress;
}

/** The pull to the independent model is σ·|θ|/5 of the smallest noise. */
const BIAS = 5;

/**
 * Fit the model to all measurements: those of one clique merged, all made consistent, then one strongly convex problem with the
 * independent model as its centre. Its solution does not depend on where it starts; a warm start only saves sweeps.
 * @param before an earlier fit to some of these measurements
 * @cite docs/notes/estimation.md derives the problem
 */
export function refit(measured: readonly NoisyTable[], sizes: readonly number[], total: number, before: AimModel | undefined, effort: Effort): AimModel {
  const tables = merged(measured);
  const consistent = makeConsistent(tables, sizes, total).tables;
  const inference = compile(
    sizes,
    tables.map(({ clique }) => ({ clique })),
  );
  const { offset, length } = inference.layout;
  const [y, variance, start, centre] = Array.from({ length: 4 }, () => new Float64Array(length));
  tables.forEach(({ clique, variance: own }, i) => {
    y.set(consistent[i], offset[i]);
    variance.fill(own, offset[i], offset[i + 1]);
    if (clique.length === 1) centre.set(logShares(consistent[i], total), offset[i]);
    const known = before?.span.get(cliqueKey(clique));
    start.set(known === undefined ? centre.subarray(offset[i], offset[i + 1]) : (before as AimModel).solution.theta.subarray(...known), offset[i]);
  });
  const least = tables.reduce((smallest, t) => Math.min(smallest, t.variance), Number.POSITIVE_INFINITY);
  const solution = solve({ inference, y, variance, n: total }, start, { ...effort, centre, recentres: 0, tau: 1 / (BIAS * Math.sqrt(least)) });
  return { inference, solution, total, span: new Map(tables.map(({ clique }, i) => [cliqueKey(clique), [offset[i], offset[i + 1]]])) };
}

/** What a model says of single columns and pairs, in rows. Measured ones stand in its solution; the others are derived from its tree. */
export function expected(model: AimModel, cliques: readonly Clique[]): Float64Array[] {
  const { span, solution, inference, total } = model;
  const derived = cliques.filter((clique) => !span.has(cliqueKey(clique)));
  const tables = pairMarginals(inference, derived);
  let next = 0;
  return cliques.map((clique) => {
    const known = span.get(cliqueKey(clique));
    const shares = known === undefined ? tables[next++] : solution.mu.subarray(...known);
    return inRows(shares, total);
  });
}

/** Measurements of one clique become one, each weighted by its inverse variance. */
function merged(measured: readonly NoisyTable[]): NoisyTable[] {
  const byClique = new Map<string, { clique: Clique; sum: Float64Array; weight: number }>();
  for (const { clique, counts, variance } of measured) {
    const key = cliqueKey(clique);
    const seen = byClique.get(key) ?? { clique, sum: new Float64Array(counts.length), weight: 0 };
    for (let i = 0; i < counts.length; i += 1) seen.sum[i] += counts[i] / variance;
    seen.weight += 1 / variance;
    byClique.set(key, seen);
  }
  return [...byClique.values()].map(({ clique, sum, weight }) => ({ clique, counts: sum.map((v) => v / weight), variance: 1 / weight }));
}

function logShares(counts: Float64Array, total: number): Float64Array {
  const floor = Math.max(1e-6, 0.1 / total);
  return counts.map((v) => Math.log(Math.max(floor, v / total)));
}
