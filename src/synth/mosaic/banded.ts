/** A symmetric matrix with two diagonals beside the main one: each entry (i, i), (i, i + 1) and (i, i + 2). */
export interface Banded {
  readonly main: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** L·D·Lᵀ of a {@link Banded} matrix, in its shape: D on the main diagonal, L's two lower ones beside it. */
export interface Factors extends Banded {
  readonly logDeterminant: number;
}

/** @pre the matrix is positive definite  @cite Golub, Van Loan 2013, §4.3.5 */
export function factorise({ main, first, second }: Banded): Factors {
  const n = main.length;
  const [d, one, two] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let logDeterminant = 0;
  for (let i = 0; i < n; i += 1) {
    const [before, further] = [i > 0 ? one[i - 1] * d[i - 1] : 0, i > 1 ? two[i - 2] * d[i - 2] : 0];
    d[i] = main[i] - (i > 0 ? one[i - 1] * before : 0) - (i > 1 ? two[i - 2] * further : 0);
    logDeterminant += Math.log(d[i]);
    one[i] = (first[i] - (i > 0 ? two[i - 1] * before : 0)) / d[i];
    two[i] = second[i] / d[i];
  }
  return { main: d, first: one, second: two, logDeterminant };
}

/** x of A·x = b. */
export function solveBanded({ main, first, second }: Factors, b: Float64Array): Float64Array {
  const n = main.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i += 1) {
    if (i > 0) x[i] -= first[i - 1] * x[i - 1];
    if (i > 1) x[i] -= second[i - 2] * x[i - 2];
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    x[i] /= main[i];
    if (i + 1 < n) x[i] -= first[i] * x[i + 1];
    if (i + 2 < n) x[i] -= second[i] * x[i + 2];
  }
  return x;
}

/** A·x. */
export function timesBanded({ main, first, second }: Banded, x: Float64Array): Float64Array {
  return x.map((v, i) => main[i] * v + (i > 0 ? first[i - 1] * x[i - 1] : 0) + first[i] * (x[i + 1] ?? 0) + (i > 1 ? second[i - 2] * x[i - 2] : 0) + second[i] * (x[i + 2] ?? 0));
}
