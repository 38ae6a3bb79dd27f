import { type Clique, cliqueKey } from "../../domain/clique.js";
import type { Progress } from "../../domain/progress.js";
import { compile, type Inference } from "./belief-propagation.js";
import { makeConsistent, type NoisyTable } from "./consistent.js";
import { dot, quasiNewton } from "./lbfgs.js";

/** A fitted graphical model: probabilities of each junction-tree clique, roots first. */
export interface Fit {
  readonly inference: Inference;
  readonly total: number;
  /** Probabilities of the measured cliques' cells, in `inference.layout`. */
  readonly mu: Float64Array;
  readonly sweeps: number;
  /** Upper bound of ½‖μ − μ*‖²/σ² of the last proximal problem, per cell: the optimisation error in units of the noise. */
  readonly gapPerCell: number;
}

export interface EstimateOptions {
  readonly total?: number;
  /** Stop where the duality gap per cell is below this: RMS distance to the optimum is then under √(2·gap) σ. */
  readonly gapMax?: number;
  readonly recentres?: number;
  readonly sweepsMax?: number;
  readonly progress?: Progress;
}

const MEMORY = 20;
/** A proximal weight τ with τσ² near 50 rows² regularises like early stopping; larger than .3 it would bias the fit. */
const TAU_VARIANCE = 50;
const TAU_MAX = 0.3;
/** Longest step of any potential: a factor of e⁶ in a probability. */
const STEP_MAX = 6;

/**
 * Maximum-likelihood graphical model of Gaussian-noised marginals: minimise Σ (μ − y)²/2σ² over the marginal polytope
 * by proximal steps, each solved in its smooth dual by L-BFGS with the diagonal 1/(Nμ + τσ²) as preconditioner.
 * D(θ) = N log Z(θ) − ⟨θ − c, y⟩ + τ/2 Σ σ²(θ − c)², gradient g = Nμ − y + τσ²(θ − c); the duality gap is ½ Σ g²/σ².
 * @cite McKenna, Sheldon, Miklau 2019 (arXiv:1901.09136) for the problem; the dual is derived in docs/notes/estimation.md
 */
export function estimate(measured: readonly NoisyTable[], sizes: readonly number[], options: EstimateOptions = {}): Fit {
  const noisy = withEveryColumn(measured, sizes);
  const { tables, total } = makeConsistent(noisy, sizes, options.total);
  const cliques = noisy.map((t) => t.clique);
  const n = Math.max(1, options.total ?? total);
  const inference = compile(sizes, cliques);
  const { offset, length } = inference.layout;
  const y = new Float64Array(length);
  const variance = new Float64Array(length);
  noisy.forEach((table, f) => {
    y.set(tables[f], offset[f]);
    variance.fill(table.variance, offset[f], offset[f + 1]);
  });
  const problem = { inference, y, variance, n };
  const theta = independentStart(cliques, tables, inference, n, sizes);
  return { ...solve(problem, theta, options), inference, total: n };
}

/** Measurements of one clique merged by inverse variance; a column that nothing measured gets a flat, all but weightless table. */
function withEveryColumn(measured: readonly NoisyTable[], sizes: readonly number[]): NoisyTable[] {
  const merged = new Map<string, { clique: Clique; counts: Float64Array; weight: number }>();
  for (const table of measured) {
    if (table.clique.length === 0) continue;
    const key = cliqueKey(table.clique);
    const seen = merged.get(key) ?? { clique: table.clique, counts: new Float64Array(table.counts.length), weight: 0 };
    for (let i = 0; i < seen.counts.length; i += 1) seen.counts[i] += table.counts[i] / table.variance;
    seen.weight += 1 / table.variance;
    merged.set(key, seen);
  }
  const out: NoisyTable[] = [...merged.values()].map((m) => ({ clique: m.clique, counts: m.counts.map((v) => v / m.weight), variance: 1 / m.weight }));
  const mean =
    out.length === 0
      ? 0
      : Math.max(
          0,
          out[0].counts.reduce((s, v) => s + v, 0),
        );
  sizes.forEach((size, column) => {
    if (!out.some((t) => t.clique.includes(column))) out.push({ clique: [column], counts: new Float64Array(size).fill(mean / size), variance: 1e12 });
  });
  return out;
}

/** Potentials of the independent model: each column's log probability on one factor that holds it, 0 elsewhere. */
function independentStart(cliques: readonly Clique[], tables: readonly Float64Array[], inference: Inference, n: number, sizes: readonly number[]): Float64Array {
  const theta = new Float64Array(inference.layout.length);
  cliques.forEach((clique, f) => {
    if (clique.length !== 1) return;
    const floor = Math.max(1e-6, 0.1 / n);
    for (let code = 0; code < sizes[clique[0]]; code += 1) theta[inference.layout.offset[f] + code] = Math.log(Math.max(floor, tables[f][code] / n));
  });
  return theta;
}

interface Problem {
  readonly inference: Inference;
  readonly y: Float64Array;
  readonly variance: Float64Array;
  readonly n: number;
}

interface Point {
  readonly value: number;
  readonly mu: Float64Array;
  readonly gradient: Float64Array;
}

function evaluate(problem: Problem, theta: Float64Array, centre: Float64Array, tau: number): Point {
  const { inference, y, variance, n } = problem;
  const mu = new Float64Array(theta.length);
  let value = n * inference.sweep(theta, mu);
  const gradient = new Float64Array(theta.length);
  for (let i = 0; i < theta.length; i += 1) {
    const d = theta[i] - centre[i];
    const pull = tau * variance[i] * d;
    value += -d * y[i] + 0.5 * pull * d;
    gradient[i] = n * mu[i] - y[i] + pull;
  }
  return { value, mu, gradient };
}

function gapPerCell(gradient: Float64Array, variance: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i += 1) sum += (gradient[i] * gradient[i]) / variance[i];
  return sum / (2 * gradient.length);
}

function solve(problem: Problem, start: Float64Array, options: EstimateOptions): { mu: Float64Array; sweeps: number; gapPerCell: number } {
  const { variance, n } = problem;
  const gapMax = options.gapMax ?? 0.015;
  const sweepsMax = options.sweepsMax ?? 600;
  const tau = Math.min(TAU_MAX, TAU_VARIANCE / median(variance));
  const memory = quasiNewton(start.length, MEMORY);
  let theta = start;
  let centre = Float64Array.from(theta);
  let point = evaluate(problem, theta, centre, tau);
  let sweeps = 1;
  const rounds = (options.recentres ?? 1) + 1;
  for (let round = 0; round < rounds; round += 1) {
    while (sweeps < sweepsMax && gapPerCell(point.gradient, variance) > gapMax) {
      const diagonal = inverseCurvature(point.mu, n, tau, variance);
      const moved = lineSearch(problem, theta, point, memory.direction(point.gradient, diagonal), centre, tau);
      sweeps += moved?.sweeps ?? 1;
      if (moved === undefined) {
        memory.forget();
        break;
      }
      memory.remember(difference(moved.theta, theta), difference(moved.point.gradient, point.gradient));
      theta = moved.theta;
      point = moved.point;
      options.progress?.("estimate", Math.min(sweeps, sweepsMax), sweepsMax);
    }
    if (round + 1 < rounds && sweeps < sweepsMax) {
      centre = Float64Array.from(theta);
      point = evaluate(problem, theta, centre, tau);
      sweeps += 1;
    }
  }
  return { mu: point.mu, sweeps, gapPerCell: gapPerCell(point.gradient, variance) };
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i += 1) out[i] = a[i] - b[i];
  return out;
}

/** Diagonal of the inverse Hessian under independence of cells: 1/(Nμ + τσ²). */
function inverseCurvature(mu: Float64Array, n: number, tau: number, variance: Float64Array): Float64Array {
  const out = new Float64Array(mu.length);
  for (let i = 0; i < out.length; i += 1) out[i] = 1 / (n * mu[i] + tau * variance[i]);
  return out;
}

/** Armijo backtracking from the unit step; a step that is not finite is halved like one that does not descend. */
function lineSearch(
  problem: Problem,
  theta: Float64Array,
  point: Point,
  direction: Float64Array,
  centre: Float64Array,
  tau: number,
): { theta: Float64Array; point: Point; sweeps: number } | undefined {
  let longest = 0;
  for (const d of direction) longest = Math.max(longest, Math.abs(d));
  const slope = dot(direction, point.gradient);
  if (!(slope < 0) || !Number.isFinite(longest)) return undefined;
  let step = Math.min(1, STEP_MAX / longest);
  for (let tries = 1; tries <= 20; tries += 1) {
    const next = new Float64Array(theta.length);
    for (let i = 0; i < next.length; i += 1) next[i] = theta[i] + step * direction[i];
    const there = evaluate(problem, next, centre, tau);
    if (Number.isFinite(there.value) && there.value <= point.value + 1e-4 * step * slope) return { theta: next, point: there, sweeps: tries };
    step /= 2;
  }
  return undefined;
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
