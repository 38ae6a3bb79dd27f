/** Columns a learner may use. Numbers are NaN where null; categories are codes below `size`, null among them. */
export interface Features {
  readonly rows: number;
  readonly numeric: readonly Float64Array[];
  readonly categorical: readonly { readonly codes: ArrayLike<number>; readonly size: number }[];
}

/** A fitted classifier: a score per row that rises with the probability of label 1. */
export interface Classifier {
  score(features: Features): Float64Array;
}

/** Fit on labels 0 and 1. @pre rows ≥ 1 */
export type Learner = (features: Features, labels: Uint8Array) => Classifier;

/** The most frequent codes of a column, at most `limit` of them: code → index, −1 for the rest. */
export function frequentCodes(codes: ArrayLike<number>, size: number, limit: number): Int32Array {
  const counts = new Uint32Array(size);
  for (let i = 0; i < codes.length; i += 1) counts[codes[i]] += 1;
  const present = Array.from({ length: size }, (_, code) => code).filter((code) => counts[code] > 0);
  present.sort((a, b) => counts[b] - counts[a] || a - b);
  const index = new Int32Array(size).fill(-1);
  present.slice(0, limit).forEach((code, i) => {
    index[code] = i;
  });
  return index;
}
