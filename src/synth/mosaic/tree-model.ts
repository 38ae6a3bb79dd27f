import { sumParts } from "../../domain/coarsening.js";
import type { Progress } from "../../domain/progress.js";
import { compile, type Inference } from "../infer/belief-propagation.js";
import type { Observation } from "../infer/observation.js";
import { type Solution, solve } from "../infer/proximal.js";
import { between } from "./levels.js";
import { type MeasuredPair, type Pyramid, sizesAt } from "./resolution.js";

/** One-way evidence at full resolution: noisy or denoised counts, and the variance of each cell. */
export interface OneWayEvidence {
  readonly counts: Float64Array;
  readonly variance: number;
}

/** What a refit starts from: potentials of the measurements, and of the one-ways at the resolution they were fitted at. */
export interface Potentials {
  readonly granularity: readonly number[];
  readonly oneWays: readonly Float64Array[];
  readonly pairs: ReadonlyMap<MeasuredPair, Float64Array>;
}

export interface TreeModel {
  readonly inference: Inference;
  /** Level index of each column in the tree. */
  readonly granularity: readonly number[];
  readonly potentials: Potentials;
  readonly solution: Solution;
}

/** The bias of the proximal term is σ·|θ|/3 of the smallest noise: flat between 2 and 5. */
const BIAS = 3;

export interface FitOptions {
  readonly gapMax: number;
  readonly sweepsMax: number;
  readonly progress?: Progress;
}

/**
 * Fit potentials to one-ways at the tree's granularity and to pairs at whatever coarser level they were measured:
 * minimise N log Z − ⟨θ, y⟩ + Σ (τσ²/2)(θ − c)², c the independent model (see {@link solve}).
 */
export function fitTree(
  pyramid: Pyramid,
  granularity: readonly number[],
  oneWays: readonly OneWayEvidence[],
  inside: readonly MeasuredPair[],
  total: number,
  before: Potentials | undefined,
  options: FitOptions,
): TreeModel {
  const columns = granularity.map((_, c) => c);
  const sizes = sizesAt(pyramid, columns, granularity);
  const observations: Observation[] = [
    ...columns.map((c) => ({ clique: [c] })),
    ...inside.map(({ pair, level, partition }) => ({
      clique: pair,
      partition,
      merged: pair.map((c, i) => (level[i] === granularity[c] ? undefined : between(pyramid.levels[c][granularity[c]], pyramid.levels[c][level[i]]))),
    })),
  ];
  const inference = compile(sizes, observations);
  const { offset, length } = inference.layout;
  const [y, variance, start, centre] = Array.from({ length: 4 }, () => new Float64Array(length));
  for (const c of columns) {
    const { of, size } = pyramid.levels[c][granularity[c]];
    const floor = Math.max(1e-9, 0.01 / total);
    const independent = sumParts(pyramid.shares[c], { of, size }).map((p) => Math.log(Math.max(floor, p)));
    for (let code = 0; code < of.length; code += 1) {
      y[offset[c] + of[code]] += oneWays[c].counts[code];
      variance[offset[c] + of[code]] += oneWays[c].variance;
    }
    centre.set(independent, offset[c]);
    start.set(before === undefined ? independent : refined(pyramid, c, before, granularity[c], independent), offset[c]);
  }
  inside.forEach((measured, i) => {
    const at = offset[columns.length + i];
    y.set(measured.counts, at);
    variance.fill(measured.variance, at, offset[columns.length + i + 1]);
    const known = before?.pairs.get(measured);
    if (known !== undefined) start.set(known, at);
  });
  const least = Math.min(...(inside.length > 0 ? inside : oneWays).map((m) => m.variance));
  const solution = solve({ inference, y, variance, n: total }, start, { ...options, tau: 1 / (BIAS * Math.sqrt(least)), recentres: 0, centre });
  const slice = (i: number): Float64Array => solution.theta.slice(offset[i], offset[i + 1]);
  const potentials = { granularity, oneWays: columns.map(slice), pairs: new Map(inside.map((m, i) => [m, slice(columns.length + i)])) };
  return { inference, granularity, potentials, solution };
}

/** One-way potentials of an earlier fit at a finer granularity: each part keeps its share of the whole. */
function refined(pyramid: Pyramid, column: number, before: Potentials, granularity: number, independent: Float64Array): Float64Array {
  const was = before.granularity[column];
  const old = before.oneWays[column];
  if (was === granularity) return old;
  const coarse = between(pyramid.levels[column][granularity], pyramid.levels[column][was]).of;
  // of the floored shares, so that a part never weighs more than its whole, also where the whole is nothing
  const whole = new Float64Array(old.length);
  independent.forEach((log, i) => {
    whole[coarse[i]] += Math.exp(log);
  });
  return independent.map((log, i) => old[coarse[i]] + log - Math.log(whole[coarse[i]]));
}
