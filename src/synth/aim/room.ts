import { fault } from "../../base/errors.js";
import { type Clique, cells } from "../../domain/clique.js";
import { modelCells } from "../infer/junction-tree.js";

/** Junction-tree cells of the model when the whole budget is used: 8 MB of doubles. */
export const MODEL_CELLS = 1 << 20;
/** Cells of all candidates together: the public estimates of all of them are held at once. */
export const CANDIDATE_CELLS = 1 << 24;

/** Throws where not even the one-way model has room. Reads the schema alone, so it can be asked before anything is spent. */
export function requireRoom(sizes: readonly number[], limit: number = MODEL_CELLS): void {
  const least = sizes.reduce((sum, size) => sum + size, 0);
  if (least > limit)
    throw fault(
      "DPS-E126",
      "--method aim",
      `columns of at most ${limit} codes together`,
      `${least} codes`,
      "Bin or group the longest columns in the schema, or use --method mosaic, which measures at coarser levels.",
    );
}

/** Candidates that can ever join: those with room of their own, the small ones first, as far as their estimates can be held together. */
export function offerable<T extends { readonly clique: Clique }>(candidates: readonly T[], sizes: readonly number[], limit: number): T[] {
  const order = candidates.map((_, i) => i).sort((a, b) => cells(candidates[a].clique, sizes) - cells(candidates[b].clique, sizes) || a - b);
  const kept = new Set<number>();
  let sum = 0;
  for (const i of order) {
    const own = cells(candidates[i].clique, sizes);
    sum += own;
    if (own > limit || sum > CANDIDATE_CELLS) break;
    kept.add(i);
  }
  return candidates.filter((_, i) => kept.has(i));
}

/**
 * Whether a clique may join the model: some measured clique holds it, or the junction tree with it has at most `limit` cells.
 * The cap is on the tree's true size, since that is what a sweep costs.
 */
export function roomIn(sizes: readonly number[], measured: readonly Clique[], limit: number): (clique: Clique) => boolean {
  const size = modelCells(sizes, measured);
  return (clique) => measured.some((held) => clique.every((column) => held.includes(column))) || (cells(clique, sizes) <= limit && size(clique) <= limit);
}
