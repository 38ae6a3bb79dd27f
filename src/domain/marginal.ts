import type { Rational } from "../base/rational.js";
import type { Clique } from "./clique.js";

declare const exact: unique symbol;

/** True counts of a clique's cells, row-major (the last column varies fastest). Never leaves engine, curator and audit. */
export interface ExactMarginal {
  readonly [exact]: true;
  readonly clique: Clique;
  readonly counts: Float64Array;
}

/** Counts plus exact integer noise: public. */
export interface NoisyMarginal {
  readonly clique: Clique;
  /** Integers, possibly negative. Row-major. */
  readonly counts: Float64Array;
  readonly noise: "discrete-gaussian" | "discrete-laplace";
  /** Variance of the noise in each cell. */
  readonly variance: Rational;
}

/** Only engines make true counts. */
export function exactMarginal(clique: Clique, counts: Float64Array): ExactMarginal {
  return { clique, counts } as unknown as ExactMarginal;
}
