/** Whole weights of which one can be changed, and one found by its place in the running sum, in log n steps (Fenwick 1994). */
export interface RunningSums {
  total(): number;
  add(index: number, change: number): void;
  /** The index i with Σ_{j<i} w_j ≤ place < Σ_{j≤i} w_j. @pre 0 ≤ place < total */
  at(place: number): number;
}

/** @pre weights whole and ≥ 0, their sum at most 2⁵³ */
export function runningSums(weights: readonly number[]): RunningSums {
  const n = weights.length;
  // node i (from 1) holds the sum of the (i & −i) weights that end at i
  const tree = new Float64Array(n + 1);
  let total = 0;
  for (let i = 1; i <= n; i += 1) {
    total += weights[i - 1];
    tree[i] += weights[i - 1];
    const parent = i + (i & -i);
    if (parent <= n) tree[parent] += tree[i];
  }
  const top = 2 ** (31 - Math.clz32(n)); // ½ for none
  return {
    total: () => total,
    add(index, change) {
      total += change;
      for (let i = index + 1; i <= n; i += i & -i) tree[i] += change;
    },
    at(place) {
      let node = 0;
      let left = place;
      for (let step = top; step >= 1; step /= 2) {
        if (node + step <= n && tree[node + step] <= left) {
          node += step;
          left -= tree[node];
        }
      }
      return node;
    },
  };
}
