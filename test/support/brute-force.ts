import { cells } from "../../src/domain/clique.js";

/** Every cell of the joint as codes, row-major. */
export function* jointCells(sizes: readonly number[]): Generator<number[]> {
  const total = sizes.reduce((p, s) => p * s, 1);
  for (let cell = 0; cell < total; cell += 1) {
    const codes = new Array<number>(sizes.length);
    let rest = cell;
    for (let i = sizes.length - 1; i >= 0; i -= 1) {
      codes[i] = rest % sizes[i];
      rest = Math.floor(rest / sizes[i]);
    }
    yield codes;
  }
}

export function cellOf(codes: readonly number[], clique: readonly number[], sizes: readonly number[]): number {
  return clique.reduce((cell, c) => cell * sizes[c] + codes[c], 0);
}

/** Marginal probabilities and log Z of the model exp(Σ θ) by materialising the joint: the judge of inference. */
export function bruteForce(
  sizes: readonly number[],
  cliques: readonly (readonly number[])[],
  theta: readonly Float64Array[],
): { marginals: Float64Array[]; logZ: number; marginal(clique: readonly number[]): Float64Array } {
  const joint: { codes: number[]; p: number }[] = [];
  let z = 0;
  for (const codes of jointCells(sizes)) {
    const p = Math.exp(cliques.reduce((sum, clique, f) => sum + theta[f][cellOf(codes, clique, sizes)], 0));
    joint.push({ codes, p });
    z += p;
  }
  const marginal = (clique: readonly number[]): Float64Array => {
    const out = new Float64Array(cells(clique, sizes));
    for (const { codes, p } of joint) out[cellOf(codes, clique, sizes)] += p / z;
    return out;
  };
  return { marginals: cliques.map(marginal), logZ: Math.log(z), marginal };
}

/** Clique sets that break inference engines. Five columns. */
export const CLIQUE_SETS: Record<string, number[][]> = {
  tree: [
    [0, 1],
    [1, 2],
    [1, 3],
    [3, 4],
  ],
  cycle: [
    [0, 1],
    [1, 2],
    [2, 3],
    [0, 3],
  ],
  "missing attribute": [
    [0, 1],
    [1, 3],
  ],
  duplicate: [[0, 1], [0, 1], [1, 2], [2]],
  singleton: [[0], [1], [2], [3], [4]],
  disconnected: [
    [0, 1],
    [2, 3],
  ],
  "triple and pairs inside it": [[0, 1, 2], [0, 1], [1, 2], [2, 3], [4]],
  "two loops": [
    [0, 1],
    [1, 2],
    [0, 2],
    [2, 3],
    [3, 4],
    [2, 4],
  ],
};
