import type { EncodedTable } from "../../table/encoded.js";
import { cellNumbers, countCells } from "../counts.js";
import { maximalCliques, separators } from "./separators.js";

/** Cells above this number cannot be numbered in doubles; such a clique is left out. */
const MAX_CELLS = Number.MAX_SAFE_INTEGER;

type Cliques = readonly (readonly number[])[];

/** Calls `visit` with the counts of each target's cell in release and population. Returns the number of cells; null, without a visit, where they are too many to be numbered. */
function visitCounts(
  columns: readonly number[],
  release: EncodedTable,
  real: EncodedTable,
  population: Uint32Array,
  targets: Uint32Array,
  visit: (t: number, released: number, known: number) => void,
): number | null {
  const sizes = real.domain.columns.map((column) => column.size);
  const cells = columns.reduce((product, c) => product * sizes[c], 1);
  if (cells > MAX_CELLS) return null;
  const released = countCells(cellNumbers(release.codes, sizes, columns, null, release.rows), cells);
  const known = countCells(cellNumbers(real.codes, sizes, columns, population, 0), cells);
  const at = cellNumbers(real.codes, sizes, columns, targets, 0);
  for (let t = 0; t < at.length; t += 1) visit(t, released.get(at[t]), known.get(at[t]));
  return cells;
}

/** Adds weight × (ln p_S(x) − ln p_R(x)) of each target under one table, smoothed by ½ a row a cell. */
function addLogRatio(scores: Float64Array, weight: number, columns: readonly number[], release: EncodedTable, real: EncodedTable, population: Uint32Array, targets: Uint32Array): void {
  const cells = visitCounts(columns, release, real, population, targets, (t, released, known) => {
    scores[t] += weight * Math.log((released + 0.5) / (known + 0.5));
  });
  if (cells === null) return;
  const constant = weight * Math.log((population.length + cells / 2) / (release.rows + cells / 2));
  for (let t = 0; t < scores.length; t += 1) scores[t] += constant;
}

/** ln p_S(x) − ln p_R(x) of each target row of `real` under the junction tree of `cliques`: the sum over cliques minus that over separators. */
export function logRatioScores(cliques: Cliques, release: EncodedTable, real: EncodedTable, population: Uint32Array, targets: Uint32Array): Float64Array {
  const scores = new Float64Array(targets.length);
  const maximal = maximalCliques(cliques);
  for (const clique of maximal) addLogRatio(scores, 1, clique, release, real, population, targets);
  for (const separator of separators(maximal)) addLogRatio(scores, -1, separator, release, real, population, targets);
  return scores;
}

/** Stands for the relative frequency of a cell without rows. */
const EMPTY = 1e-10;

/** The published score of MAMA-MIA (Golob et al. 2024): the mean over cliques of weight × p_S(x)/p_R(x), relative frequencies, 10⁻¹⁰ for an empty cell. */
export function mamaScores(cliques: Cliques, weights: readonly number[], release: EncodedTable, real: EncodedTable, population: Uint32Array, targets: Uint32Array): Float64Array {
  const scores = new Float64Array(targets.length);
  cliques.forEach((clique, c) => {
    visitCounts(clique, release, real, population, targets, (t, released, known) => {
      scores[t] += (weights[c] * (released === 0 ? EMPTY : released / release.rows)) / (known === 0 ? EMPTY : known / population.length) / cliques.length;
    });
  });
  return scores;
}
