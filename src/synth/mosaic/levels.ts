import type { Coarsening } from "../../domain/coarsening.js";

/** Cells of the coarse levels; below them all, full resolution. */
const LEVEL_CELLS = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

/**
 * Nested coarsenings of a column, coarsest first, the last at full resolution. With order: intervals, the heaviest split
 * again and again where its halves balance best, so that heavy single values stand alone. Without: the most frequent
 * values by themselves, the rest together. Made from public shares.
 * @param shares denoised shares of the codes  @param ordered codes have an order
 */
export function levelsOf(shares: Float64Array, ordered: boolean): Coarsening[] {
  const wanted = LEVEL_CELLS.filter((k) => k < shares.length);
  const coarse = ordered ? intervals(shares, wanted) : frequent(shares, wanted);
  return [...coarse, { size: shares.length, of: Uint32Array.from(shares, (_, code) => code) }];
}

function intervals(shares: Float64Array, wanted: readonly number[]): Coarsening[] {
  const before = new Float64Array(shares.length + 1);
  for (let i = 0; i < shares.length; i += 1) before[i + 1] = before[i] + shares[i];
  const cuts = [0, shares.length];
  return wanted.map((k) => {
    while (cuts.length - 1 < k) {
      const at = heaviest(cuts, before);
      cuts.splice(at + 1, 0, balanced(cuts[at], cuts[at + 1], before));
    }
    const of = new Uint32Array(shares.length);
    for (let g = 0; g < k; g += 1) of.fill(g, cuts[g], cuts[g + 1]);
    return { size: k, of };
  });
}

/** The heaviest interval that can be split; the longest among equals. */
function heaviest(cuts: readonly number[], before: Float64Array): number {
  let best = -1;
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const length = cuts[i + 1] - cuts[i];
    if (length < 2) continue;
    const mass = before[cuts[i + 1]] - before[cuts[i]];
    const most = best < 0 ? -1 : before[cuts[best + 1]] - before[cuts[best]];
    if (mass > most || (mass === most && length > cuts[best + 1] - cuts[best])) best = i;
  }
  return best;
}

function balanced(from: number, to: number, before: Float64Array): number {
  const half = (before[from] + before[to]) / 2;
  let best = from + 1;
  for (let cut = from + 1; cut < to; cut += 1) if (Math.abs(before[cut] - half) < Math.abs(before[best] - half)) best = cut;
  return best;
}

function frequent(shares: Float64Array, wanted: readonly number[]): Coarsening[] {
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a] || a - b);
  return wanted.map((k) => {
    const of = new Uint32Array(shares.length).fill(k - 1);
    for (let g = 0; g < k - 1; g += 1) of[order[g]] = g;
    return { size: k, of };
  });
}

/** Merge `fine` codes into `coarse` ones, both of the same column. @pre coarse merges whatever fine merges */
export function between(fine: Coarsening, coarse: Coarsening): Coarsening {
  const of = new Uint32Array(fine.size);
  for (let code = 0; code < fine.of.length; code += 1) of[fine.of[code]] = coarse.of[code];
  return { size: coarse.size, of };
}
