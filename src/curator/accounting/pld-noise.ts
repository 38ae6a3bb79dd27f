import { type LossLaw, lawOf, stepFor } from "./pld-law.js";

/** Beyond this σ a table of all its losses grows too long. */
export const LARGEST_SIGMA = 2 ** 17;
/** Relative, far above what the losses' arithmetic and the rounding of σ² or b to a double err by. */
const UP = 2 ** -48;

/**
 * Loss of one unit step of a discrete Gaussian: (1 − 2k)/(2σ²) with k drawn from N_ℤ(0, σ²). Adding and removing a row have the same law, by the mirror
 * k ↦ 1 − k. At most `tail` of the mass lies outside the table at each end.
 *
 * @pre 0 < σ ≤ 2¹⁷
 * @proof docs/proofs/pld.md
 */
export function gaussianLoss(sigma2: number, tail: number): LossLaw {
  const reach = Math.ceil(Math.sqrt(-2 * sigma2 * Math.log(tail)));
  const weight = new Float64Array(2 * reach + 1).map((_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma2)));
  const total = weight.reduce((sum, w) => sum + w, 0);
  const loss = weight.map((_, i) => up((1 - 2 * (i - reach)) / (2 * sigma2)));
  const mass = weight.map((w) => w / total);
  mass[2 * reach] += tail; // k beyond the table has a loss below the last one
  return lawOf(loss, mass, stepFor(1 / Math.sqrt(sigma2)), tail);
}

/** Loss of one unit step of discrete Laplace noise of scale b: 1/b with probability 1/(1 + e^{−1/b}), else −1/b. */
export function laplaceLoss(scale: number): LossLaw {
  const loss = up(1 / scale);
  const more = 1 / (1 + Math.exp(-loss));
  return lawOf(Float64Array.of(loss, up(-1 / scale)), Float64Array.of(more, 1 - more), stepFor(loss), 0);
}

function up(x: number): number {
  return x + Math.abs(x) * UP;
}
