import { type Clique, cells } from "../../domain/clique.js";

/**
 * For each cell of `clique` (row-major), the cell of the sub-clique `keep` it projects to. Made once per model: a sweep
 * is then plain gathers and scatters.
 */
export function projectionMap(clique: Clique, keep: Clique, sizes: readonly number[]): Uint32Array {
  const map = new Uint32Array(cells(clique, sizes));
  const strides = strideOf(keep, sizes);
  let block = map.length;
  let repeat = 1;
  for (const column of clique) {
    const size = sizes[column];
    block /= size;
    const stride = strides.get(column) ?? 0;
    if (stride > 0) {
      let at = 0;
      for (let r = 0; r < repeat; r += 1) {
        for (let code = 0; code < size; code += 1) {
          const shift = code * stride;
          for (let i = 0; i < block; i += 1) map[at++] += shift;
        }
      }
    }
    repeat *= size;
  }
  return map;
}

/** Row-major stride of each column of a clique. */
export function strideOf(clique: Clique, sizes: readonly number[]): Map<number, number> {
  const strides = new Map<number, number>();
  let stride = 1;
  for (let i = clique.length - 1; i >= 0; i -= 1) {
    strides.set(clique[i], stride);
    stride *= sizes[clique[i]];
  }
  return strides;
}
