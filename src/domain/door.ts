import type { Rational } from "../base/rational.js";
import type { Receipt } from "../formats/ledger.js";
import type { Clique } from "./clique.js";
import type { Coarsening, View } from "./coarsening.js";
import type { NoisyMarginal } from "./marginal.js";

/** Discrete Gaussian of variance parameter σ², or discrete Laplace of scale b; both exact rationals, per cell. */
export type NoiseRequest = { readonly kind: "gaussian"; readonly sigma2: Rational } | { readonly kind: "laplace"; readonly scale: Rational };

/** A marginal that is counted, and at which resolution. All of it is public. */
export interface Query {
  readonly clique: Clique;
  /** Resolution of the columns; full where absent. */
  readonly view?: View;
  /** Parts of the view's cells (row-major over the clique) that are counted as one; each cell by itself where absent. */
  readonly partition?: Coarsening;
}

/** The curator counts coarse cells and parts first and adds noise once to each. */
export interface MeasureRequest extends Query {
  readonly noise: NoiseRequest;
}

/** Scores of the exponential mechanism by name; each has its sensitivity proved in docs/proofs. */
export type ScoreName = "marginal-l1-error" | "product-l1-error";

/** One thing that may be selected, counted and estimated at its resolution; in parts not by `product-l1-error`, which reads a table by its axes. All of it is public. */
export interface Candidate extends Query {
  /** Public estimate of the candidate's counts, row-major or part by part; rounded to fixed point behind the door. What `marginal-l1-error` compares with. */
  readonly estimate?: Float64Array;
  /** Column of the clique whose dependence on the others `product-l1-error` scores. */
  readonly child?: number;
  /** Multiplies the score: a whole number from 1 (where absent) to 2²⁰. */
  readonly weight?: number;
  /** Rows taken off the score before it is weighted; 0 where absent. It does not depend on the data, so it has no sensitivity. */
  readonly handicap?: number;
  /** Candidates of one group leave together once one of them is picked; a group of its own where absent. */
  readonly group?: number;
}

export interface SelectRequest {
  readonly score: ScoreName;
  readonly candidates: readonly Candidate[];
  /** P[i] ∝ exp(η·s_i/(2Δ)) for each pick. */
  readonly eta: Rational;
  /** Picks without replacement, each an exponential mechanism of its own among what is left; 1 where absent. */
  readonly picks?: number;
  /** How many picks at this η, at most, follow each other with no other look between, these among them; `picks` where absent. Gaussian DP prices them lower, and the first pays for all. */
  readonly inARow?: number;
}

/** In what a fit pays: ρ of zCDP; μ²/2 of Gaussian differential privacy, called ρ too; or pure ε. */
export type Currency = "zcdp" | "gdp" | "pure";

/**
 * The curator's door: the only way from synth to the data. Plain data in, plain data out; what comes out is noisy,
 * was charged before it was looked at, and may be used freely afterwards.
 */
export interface Door {
  readonly account: Currency;
  /** Rows one privacy unit may contribute. */
  readonly maxRows: number;
  /** Noisy marginals, in the order asked. Throws, having released nothing, where the reservation does not cover the price. */
  measure(requests: readonly MeasureRequest[]): Promise<NoisyMarginal[]>;
  /** Indices into `candidates` drawn by the exponential mechanism, in the order drawn: as many as picks, or as groups where those are fewer. */
  select(request: SelectRequest): Promise<number[]>;
  /** Budget still unspent of this fit's reservation, in its {@link Currency}. Exact. */
  left(): Rational;
  /**
   * Close the fit: commit the events to the ledger and tell their price. No call is possible afterwards.
   * @param modelSha256 body hash of the model made from the answers, so that the commit names it
   */
  receipt(modelSha256?: string): Promise<Receipt>;
}
