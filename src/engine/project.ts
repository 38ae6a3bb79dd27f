/**
 * Sum a joint table (row-major over `columns`) down to the sub-clique `keep` (ascending, a subset of `columns`).
 * O(cells of the joint).
 */
export function project(joint: ArrayLike<number>, columns: readonly number[], keep: readonly number[], sizes: readonly number[]): Float64Array {
  const stride = new Map<number, number>();
  let out = 1;
  for (let i = keep.length - 1; i >= 0; i -= 1) {
    stride.set(keep[i], out);
    out *= sizes[keep[i]];
  }
  const result = new Float64Array(out);
  const last = columns.length - 1;
  const width = columns.length === 0 ? 1 : sizes[columns[last]];
  const step = stride.get(columns[last]) ?? 0;
  const digits = new Int32Array(columns.length);
  const steps = columns.map((c) => stride.get(c) ?? 0);
  let target = 0;
  for (let cell = 0; cell < joint.length; ) {
    for (let i = 0, at = target; i < width; i += 1, at += step, cell += 1) result[at] += joint[cell];
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      digits[axis] += 1;
      target += steps[axis];
      if (digits[axis] < sizes[columns[axis]]) break;
      digits[axis] = 0;
      target -= steps[axis] * sizes[columns[axis]];
    }
  }
  return result;
}
