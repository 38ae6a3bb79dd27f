import { type MixedTable, mixedDistance } from "./mixed.js";

/** k nearest references of each query, nearest first; index −1 and distance ∞ where there are fewer references than k. */
export interface Neighbours {
  readonly k: number;
  /** queries × k */
  readonly distances: Float64Array;
  /** queries × k, rows of the reference table. */
  readonly rows: Int32Array;
}

/**
 * The oracle of the kernel and its fallback: every pair, in plain sight. Ties go to the lower rank.
 * @param ranks order among equals, a permutation of the references
 */
export function nearestPlain(queries: MixedTable, references: MixedTable, ranks: Uint32Array, k: number): Neighbours {
  const distances = new Float64Array(queries.rows * k).fill(Number.POSITIVE_INFINITY);
  const rows = new Int32Array(queries.rows * k).fill(-1);
  for (let q = 0; q < queries.rows; q += 1) {
    const base = q * k;
    for (let r = 0; r < references.rows; r += 1) {
      const d = mixedDistance(queries, q, references, r);
      let at = k;
      while (at > 0 && comesBefore(d, ranks[r], distances[base + at - 1], rows[base + at - 1], ranks)) at -= 1;
      if (at === k) continue;
      distances.copyWithin(base + at + 1, base + at, base + k - 1);
      rows.copyWithin(base + at + 1, base + at, base + k - 1);
      distances[base + at] = d;
      rows[base + at] = r;
    }
  }
  return { k, distances, rows };
}

function comesBefore(distance: number, rank: number, otherDistance: number, otherRow: number, ranks: Uint32Array): boolean {
  return distance < otherDistance || (distance === otherDistance && (otherRow < 0 || rank < ranks[otherRow]));
}
