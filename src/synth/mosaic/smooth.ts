import { type Banded, factorise, solveBanded, timesBanded } from "./banded.js";
import { drawnLog, drawnMean } from "./drawn.js";
import type { Alone } from "./empirical-bayes.js";
import { type Shape, weighed } from "./shape.js";

/** Of more cells the evidence is wrong in its first decimal: digits go with the fourth power of their number. */
export const SMOOTH_MAX = 2048;
/** Standard deviations of the bend from cell to cell, times cells^1.5: over the whole column the slope turns by about so much per span. */
const BENDS = [3, 10, 30, 100, 300];
/** Standard deviation of the first log level about that of an even histogram, and of the rise over the whole column. */
const [FIRST, RISE] = [4, 10];
/** Chance of a cell that stands alone. */
const LONE = 0.03;
/** Times that the cells which stand alone are chosen anew. */
const CHOICES = 6;
const NEWTON_STEPS = 60;
const ENOUGH = 1e-4;
/** Longest step of a log level, and the lowest one: e^−20 rows are none. */
const [STEP_MAX, LOWEST] = [3, -20];

/** A prior of log levels, and what was seen of them. */
interface Problem {
  readonly counts: Float64Array;
  readonly variance: number;
  /** Inverse covariance of the log levels. */
  readonly precision: Banded;
  readonly logDeterminant: number;
  /** Prior mean of the log levels: constant. */
  readonly centre: number;
}

/** Log levels at their most probable, and the log evidence of the cells that follow them. */
export interface Levels {
  readonly logs: Float64Array;
  readonly evidence: number;
}

/**
 * Posterior mean of a histogram whose cells are draws from a smooth density, but for a few that stand alone: the logarithm of the
 * level is a second-order random walk, its bend chosen by evidence, so that slopes go on where noise hides the cells. Most probable
 * levels by Newton's method, evidence by Laplace's approximation there; the cells that stand alone are those likelier to.
 * @param counts noisy counts, 3 to {@link SMOOTH_MAX}  @param variance of each, in rows²  @param lone each cell by itself
 * @cite Rue, Held 2005, "Gaussian Markov random fields", §3.4 (second-order random walks) and §4.4 (approximations)
 */
export function smooth(counts: Float64Array, variance: number, lone: Alone): Shape {
  const start = averages(counts, Math.sqrt(variance)).map(Math.log);
  return weighed(
    BENDS.map((bend) => {
      const { logs, evidence } = withLoneCells(problemOf(counts, variance, bend), start, lone);
      return { evidence, values: counts.map((y, i) => posteriorMean(y, Math.exp(logs[i]), variance, lone, i)) };
    }),
  );
}

/** Moving averages over a tenth of the cells, not below what noise hides. */
function averages(counts: Float64Array, sigma: number): Float64Array {
  const reach = Math.max(2, Math.round(counts.length / 20));
  return counts.map((_, i) => {
    const near = counts.subarray(Math.max(0, i - reach), i + reach + 1);
    return Math.max(0.1 * sigma, near.reduce((sum, y) => sum + y, 0) / near.length);
  });
}

/** log λ₀ ~ N(centre, 4²), log λ₁ − log λ₀ ~ N(0, (10/n)²), second differences ~ N(0, (bend/n^1.5)²). */
export function problemOf(counts: Float64Array, variance: number, bend: number): Problem {
  const n = counts.length;
  const [main, first, second] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const rise = (n / RISE) ** 2;
  const weight = (n ** 1.5 / bend) ** 2;
  main[0] = 1 / FIRST ** 2 + rise;
  main[1] = rise;
  first[0] = -rise;
  for (let i = 1; i + 1 < n; i += 1) {
    main[i - 1] += weight;
    main[i] += 4 * weight;
    main[i + 1] += weight;
    first[i - 1] -= 2 * weight;
    first[i] -= 2 * weight;
    second[i - 1] += weight;
  }
  const mean = counts.reduce((sum, y) => sum + y, 0) / n;
  // the differences are independent, and the log levels their sums: determinant 1
  const logDeterminant = Math.log(rise) - 2 * Math.log(FIRST) + (n - 2) * Math.log(weight);
  return { counts, variance, precision: { main, first, second }, logDeterminant, centre: Math.log(Math.max(1, mean)) };
}

function withLoneCells(problem: Problem, start: Float64Array, lone: Alone): Levels {
  const { counts, variance } = problem;
  const apart = new Uint8Array(counts.length);
  let best: Levels | undefined;
  let from = start;
  for (let choice = 0; choice < CHOICES; choice += 1) {
    const { logs, evidence } = mostProbable(problem, from, apart);
    from = logs;
    const all = lone.logs.reduce((sum, log, i) => sum + (apart[i] === 1 ? log + Math.log(LONE) : Math.log(1 - LONE)), evidence);
    if (best !== undefined && all <= best.evidence) break;
    best = { logs, evidence: all };
    let changed = false;
    for (let i = 0; i < apart.length; i += 1) {
      const alone = shareAlone(counts[i], Math.exp(logs[i]), variance, lone.logs[i]) > 0.5 ? 1 : 0;
      changed ||= alone !== apart[i];
      apart[i] = alone;
    }
    if (!changed) break;
  }
  return best as Levels;
}

function shareAlone(y: number, level: number, variance: number, lone: number): number {
  return 1 / (1 + ((1 - LONE) / LONE) * Math.exp(Math.min(700, drawnLog(y, level, variance) - lone)));
}

function posteriorMean(y: number, level: number, variance: number, { logs, means }: Alone, i: number): number {
  const share = shareAlone(y, level, variance, logs[i]);
  return share * means[i] + (1 - share) * drawnMean(y, level, variance);
}

/** @param apart 1 where a cell stands alone and tells nothing of the levels */
export function mostProbable(problem: Problem, start: Float64Array, apart: Uint8Array): Levels {
  let logs = start;
  let value = logPosterior(problem, logs, apart);
  let curvature = 0;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const { direction, logDeterminant } = newton(problem, logs, apart);
    curvature = logDeterminant;
    const found = ascend(problem, logs, direction, value, apart);
    if (found === undefined) break;
    const gain = found.value - value;
    ({ logs, value } = found);
    if (gain < ENOUGH) break;
  }
  return { logs, evidence: value + problem.logDeterminant / 2 - curvature / 2 };
}

/** Up to the constant that {@link Problem.logDeterminant} completes. */
export function logPosterior({ counts, variance, precision, centre }: Problem, logs: Float64Array, apart: Uint8Array): number {
  const off = logs.map((f) => f - centre);
  const bent = timesBanded(precision, off);
  let sum = 0;
  for (let i = 0; i < logs.length; i += 1) sum += (apart[i] === 1 ? 0 : drawnLog(counts[i], Math.exp(logs[i]), variance)) - (off[i] * bent[i]) / 2;
  return sum;
}

/** A step of Newton's method with expected curvatures, as in Fisher scoring. */
function newton({ counts, variance, precision, centre }: Problem, logs: Float64Array, apart: Uint8Array): { direction: Float64Array; logDeterminant: number } {
  const main = Float64Array.from(precision.main);
  const slope = timesBanded(
    precision,
    logs.map((f) => centre - f),
  );
  for (let i = 0; i < logs.length; i += 1) {
    if (apart[i] === 1) continue;
    const level = Math.exp(logs[i]);
    const all = variance + level;
    const off = counts[i] - level;
    main[i] += (level / all) * level + (level / all) ** 2 / 2;
    slope[i] += (level / all) * (off + ((off / all) * off - 1) / 2);
  }
  const factors = factorise({ ...precision, main });
  return { direction: solveBanded(factors, slope), logDeterminant: factors.logDeterminant };
}

/** Halves the step until the posterior grows; undefined where it does not. */
function ascend(problem: Problem, logs: Float64Array, direction: Float64Array, value: number, apart: Uint8Array): { logs: Float64Array; value: number } | undefined {
  const longest = direction.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let length = Math.min(1, STEP_MAX / longest);
  for (let tries = 0; tries < 20; tries += 1, length /= 2) {
    const next = logs.map((f, i) => Math.max(LOWEST, f + length * direction[i]));
    const reached = logPosterior(problem, next, apart);
    if (reached > value) return { logs: next, value: reached };
  }
  return undefined;
}
