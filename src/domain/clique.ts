/** A set of columns as ascending indices into `Domain.columns`. The empty clique stands for the row count. */
export type Clique = readonly number[];

/** Cells of a clique's marginal: the product of its columns' sizes (1 for the empty clique). May exceed 2⁵³; compare, do not allocate. */
export function cells(clique: Clique, sizes: ArrayLike<number>): number {
  let product = 1;
  for (const column of clique) product *= sizes[column];
  return product;
}

/** `"0,3"`: a clique as a map key. */
export function cliqueKey(clique: Clique): string {
  return clique.join(",");
}

/** All k-subsets of 0 … d−1 in lexicographic order. */
export function subsets(d: number, k: number): number[][] {
  const out: number[][] = [];
  const pick = (from: number, chosen: number[]): void => {
    if (chosen.length === k) {
      out.push([...chosen]);
      return;
    }
    for (let i = from; i <= d - (k - chosen.length); i += 1) pick(i + 1, [...chosen, i]);
  };
  pick(0, []);
  return out;
}
