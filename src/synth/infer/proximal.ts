import type { Progress } from "../../domain/progress.js";
import type { Inference } from "./belief-propagation.js";
import { dot, quasiNewton } from "./lbfgs.js";

/** Noisy counts to be matched, in the layout of `inference`. */
export interface Problem {
  readonly inference: Inference;
  /** Noisy counts, in rows. */
  readonly y: Float64Array;
  /** Variance of each, in rows². */
  readonly variance: Float64Array;
  /** Rows that the model's probabilities stand for. */
  readonly n: number;
}

export interface SolveOptions {
  /** Proximal weight τ, per row: the pull towards the centre is τσ²(θ − c). */
  readonly tau: number;
  /** Stop where the duality gap per cell is below this: RMS distance to the optimum is then under √(2·gap) σ. */
  readonly gapMax: number;
  readonly sweepsMax: number;
  /** Times the centre moves to the solution, each an implicit mirror-descent step towards the unregularised optimum. */
  readonly recentres: number;
  /** Where the first proximal problem pulls to; the start where absent. */
  readonly centre?: Float64Array;
  readonly progress?: Progress;
}

export interface Solution {
  readonly theta: Float64Array;
  /** Probabilities of the observations' cells. */
  readonly mu: Float64Array;
  readonly sweeps: number;
  /** Upper bound of ½‖μ − μ*‖²/σ² of the last proximal problem, per cell: the optimisation error in units of the noise. */
  readonly gapPerCell: number;
}

const MEMORY = 10;
/** Longest step of any potential: a factor of e⁶ in a probability. */
const STEP_MAX = 6;

interface Point {
  readonly value: number;
  readonly mu: Float64Array;
  readonly gradient: Float64Array;
}

/**
 * Proximal steps on Σ (Nμ − y)²/2σ² over the marginal polytope, each solved in its smooth dual by L-BFGS with the
 * diagonal 1/(Nμ + τσ²) as preconditioner: D(θ) = N log Z(θ) − ⟨θ − c, y⟩ + τ/2 Σ σ²(θ − c)², gradient
 * g = Nμ − y + τσ²(θ − c); the duality gap is ½ Σ g²/σ².
 * @post `inference` holds the beliefs of the solution
 * @cite derived in docs/notes/estimation.md; L-BFGS: Nocedal, Wright 2006, Alg. 7.4
 */
export function solve(problem: Problem, start: Float64Array, options: SolveOptions): Solution {
  const { variance, n } = problem;
  const { tau, gapMax, sweepsMax, recentres } = options;
  const memory = quasiNewton(start.length, MEMORY);
  let theta = start;
  let centre = options.centre ?? Float64Array.from(theta);
  let point = evaluate(problem, theta, centre, tau);
  let sweeps = 1;
  for (let round = 0; round <= recentres; round += 1) {
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
    if (round < recentres && sweeps < sweepsMax) {
      centre = Float64Array.from(theta);
      point = evaluate(problem, theta, centre, tau);
      sweeps += 1;
    }
  }
  evaluate(problem, theta, centre, tau); // a rejected trial may have been the last sweep
  return { theta, mu: point.mu, sweeps, gapPerCell: gapPerCell(point.gradient, variance) };
}

function evaluate({ inference, y, variance, n }: Problem, theta: Float64Array, centre: Float64Array, tau: number): Point {
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

/** Differences below this are nothing: numbers too small to be normal make arithmetic a hundred times slower. */
const TINY = 1e-150;

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i += 1) {
    const d = a[i] - b[i];
    out[i] = Math.abs(d) < TINY ? 0 : d;
  }
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
