import type { Rational } from "../base/rational.js";
import type { Receipt } from "../formats/ledger.js";
import type { Clique } from "./clique.js";
import type { View } from "./coarsening.js";
import type { NoisyMarginal } from "./marginal.js";

/** Discrete Gaussian of variance parameter σ², or discrete Laplace of scale b; both exact rationals, per cell. */
export type NoiseRequest = { readonly kind: "gaussian"; readonly sigma2: Rational } | { readonly kind: "laplace"; readonly scale: Rational };

export interface MeasureRequest {
  readonly clique: Clique;
  readonly noise: NoiseRequest;
  /** Resolution of the columns; full where absent. The curator counts coarse cells first and adds noise once to each. */
  readonly view?: View;
}

/** Scores of the exponential mechanism by name; each has its sensitivity proved in docs/proofs. */
export type ScoreName = "marginal-l1-error";

export interface SelectRequest {
  readonly score: ScoreName;
  readonly candidates: readonly Clique[];
  /** Public estimate of each candidate's counts, row-major; rounded to fixed point behind the door. */
  readonly estimates: readonly Float64Array[];
  /** P[i] ∝ exp(η·s_i/(2Δ)). */
  readonly eta: Rational;
  /** Resolution at which candidates are counted and estimated; full where absent. */
  readonly view?: View;
}

/**
 * The curator's door: the only way from synth to the data. Plain data in, plain data out; what comes out is noisy,
 * was charged before it was looked at, and may be used freely afterwards.
 */
export interface Door {
  readonly account: "zcdp" | "pure";
  /** Rows one privacy unit may contribute. */
  readonly maxRows: number;
  /** Noisy marginals, in the order asked. Throws, having released nothing, where the reservation does not cover the price. */
  measure(requests: readonly MeasureRequest[]): Promise<NoisyMarginal[]>;
  /** Index into `candidates` drawn by the exponential mechanism. */
  select(request: SelectRequest): Promise<number>;
  /** Budget still unspent of this fit's reservation: ρ in zcdp, ε in pure. Exact. */
  left(): Rational;
  /**
   * Close the fit: commit the events to the ledger and tell their price. No call is possible afterwards.
   * @param modelSha256 body hash of the model made from the answers, so that the commit names it
   */
  receipt(modelSha256?: string): Promise<Receipt>;
}
