import { toDouble } from "../../base/rational.js";
import type { NoiseRequest } from "../../domain/door.js";

/** An average cell must hold this many times what its noise adds or takes on average. @cite Zhang et al. 2017, §4.5 and Fig. 9: 4 is near the best for θ in 3 to 6 */
const THETA = 4;
/** Cells of all tables together: a sweep of the estimator is linear in them. */
const ALL_CELLS = 2 ** 17;

/** Mean absolute noise of a cell: σ√(2/π), or b (which bounds the discrete Laplace's from above). */
export function meanAbsolute(noise: NoiseRequest): number {
  return noise.kind === "gaussian" ? Math.sqrt((2 * toDouble(noise.sigma2)) / Math.PI) : toDouble(noise.scale);
}

/**
 * θ-usefulness: cells that a conditional table may have, so that n/cells ≥ θ·E|noise|. All of it is public or noisy.
 * @param total noisy number of rows  @param noise of each of `tables` tables
 */
export function usefulCells(total: number, noise: NoiseRequest, tables: number): number {
  return Math.floor(Math.min(total / (THETA * meanAbsolute(noise)), ALL_CELLS / tables));
}
