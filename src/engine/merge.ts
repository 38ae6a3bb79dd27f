import type { Clique } from "../domain/clique.js";
import { type View, viewSizes } from "../domain/coarsening.js";

/** A table at full resolution (row-major over `clique`) summed to the cells of a view. O(cells). */
export function merge(counts: Float64Array, clique: Clique, sizes: readonly number[], view: View): Float64Array {
  if (clique.length === 2) return mergePair(counts, clique, sizes, view);
  const seen = viewSizes(sizes, view);
  let cellOf = Uint32Array.of(0);
  let out = 1;
  for (const column of clique) {
    const of = view[column]?.of;
    const next = new Uint32Array(cellOf.length * sizes[column]);
    for (let i = 0, at = 0; i < cellOf.length; i += 1) {
      const base = cellOf[i] * seen[column];
      for (let code = 0; code < sizes[column]; code += 1) next[at++] = base + (of === undefined ? code : of[code]);
    }
    cellOf = next;
    out *= seen[column];
  }
  const result = new Float64Array(out);
  for (let cell = 0; cell < counts.length; cell += 1) result[cellOf[cell]] += counts[cell];
  return result;
}

function mergePair(counts: Float64Array, [a, b]: Clique, sizes: readonly number[], view: View): Float64Array {
  const [rows, across] = [view[a]?.of, view[b]?.of];
  const [height, width] = [sizes[a], sizes[b]];
  const out = view[b]?.size ?? width;
  const result = new Float64Array((view[a]?.size ?? height) * out);
  for (let i = 0, cell = 0; i < height; i += 1) {
    const base = (rows === undefined ? i : rows[i]) * out;
    if (across === undefined) for (let j = 0; j < width; j += 1, cell += 1) result[base + j] += counts[cell];
    else for (let j = 0; j < width; j += 1, cell += 1) result[base + across[j]] += counts[cell];
  }
  return result;
}
