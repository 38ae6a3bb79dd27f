import type { Progress } from "../../domain/progress.js";
import type { Inference } from "./belief-propagation.js";
import { quasiNewton } from "./lbfgs.js";
import { type Curvature, openVectors, type Vectors } from "./vectors.js";

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
/** Two points of three vectors, y, σ², centre, direction and the pairs of the quasi-Newton memory. */
const VECTORS = 2 * 3 + 4 + 2 * (MEMORY + 1);

/** Potentials with the dual's value, gradient, marginals and gap per cell there. */
interface Point {
  readonly theta: Float64Array;
  readonly mu: Float64Array;
  readonly gradient: Float64Array;
  value: number;
  gap: number;
}

/** The dual of one proximal problem, all of it in one vector space. */
interface Dual {
  readonly inference: Inference;
  readonly vectors: Vectors;
  readonly y: Float64Array;
  readonly variance: Float64Array;
  readonly centre: Float64Array;
  readonly rows: number;
  readonly tau: number;
}

/**
 * Proximal steps on Σ (Nμ − y)²/2σ² over the marginal polytope, each solved in its smooth dual by L-BFGS with the
 * diagonal 1/(Nμ + τσ²) as preconditioner: D(θ) = N log Z(θ) − ⟨θ − c, y⟩ + τ/2 Σ σ²(θ − c)², gradient
 * g = Nμ − y + τσ²(θ − c); the duality gap is ½ Σ g²/σ².
 * @post `inference` holds the beliefs of the solution
 * @cite derived in docs/notes/estimation.md; L-BFGS: Nocedal, Wright 2006, Alg. 7.4
 */
export function solve(problem: Problem, start: Float64Array, options: SolveOptions): Solution {
  const { gapMax, sweepsMax, recentres } = options;
  const vectors = openVectors(start.length, VECTORS);
  const dual = openDual(problem, vectors, options.centre ?? start, options.tau);
  const memory = quasiNewton(vectors, MEMORY);
  const direction = vectors.take();
  const point = (): Point => ({ theta: vectors.take(), mu: vectors.take(), gradient: vectors.take(), value: 0, gap: 0 });
  let [here, there] = [point(), point()];
  here.theta.set(start);
  evaluate(dual, here);
  let sweeps = 1;
  for (let round = 0; round <= recentres; round += 1) {
    while (sweeps < sweepsMax && here.gap > gapMax) {
      memory.direction(direction, here.gradient, curvature(dual, here));
      const moved = lineSearch(dual, here, direction, there);
      sweeps += moved ?? 1;
      if (moved === undefined) {
        memory.forget();
        break;
      }
      memory.remember({ from: here.theta, to: there.theta }, { from: here.gradient, to: there.gradient });
      [here, there] = [there, here];
      options.progress?.("estimate", Math.min(sweeps, sweepsMax), sweepsMax);
    }
    if (round < recentres && sweeps < sweepsMax) {
      dual.centre.set(here.theta);
      evaluate(dual, here);
      sweeps += 1;
    }
  }
  evaluate(dual, here); // a rejected trial may have been the last sweep
  // copies: the vector space is let go
  return { theta: Float64Array.from(here.theta), mu: Float64Array.from(here.mu), sweeps, gapPerCell: here.gap };
}

function openDual({ inference, y, variance, n }: Problem, vectors: Vectors, centre: Float64Array, tau: number): Dual {
  const dual = { inference, vectors, y: vectors.take(), variance: vectors.take(), centre: vectors.take(), rows: n, tau };
  dual.y.set(y);
  dual.variance.set(variance);
  dual.centre.set(centre);
  return dual;
}

function curvature({ variance, rows, tau }: Dual, { mu }: Point): Curvature {
  return { mu, variance, rows, tau };
}

function evaluate(dual: Dual, point: Point): void {
  const logZ = dual.inference.sweep(point.theta, point.mu);
  point.value = dual.rows * logZ + dual.vectors.dual(point.gradient, point.theta, dual.centre, dual.y, curvature(dual, point));
  point.gap = dual.vectors.square(point.gradient, dual.variance) / (2 * point.gradient.length);
}

/**
 * Armijo backtracking from the unit step to `to`; a step that is not finite is halved like one that does not descend. Messages can underflow
 * where log Z is still finite: then only the gradient, and with it the gap, shows it. Sweeps taken, or none found.
 */
function lineSearch(dual: Dual, from: Point, direction: Float64Array, to: Point): number | undefined {
  const { vectors } = dual;
  const longest = vectors.largest(direction);
  const slope = vectors.dot(direction, from.gradient);
  if (!(slope < 0) || !Number.isFinite(longest)) return undefined;
  let step = Math.min(1, STEP_MAX / longest);
  for (let tries = 1; tries <= 20; tries += 1) {
    vectors.combine(to.theta, from.theta, step, direction);
    evaluate(dual, to);
    if (Number.isFinite(to.value) && Number.isFinite(to.gap) && to.value <= from.value + 1e-4 * step * slope) return tries;
    step /= 2;
  }
  return undefined;
}
