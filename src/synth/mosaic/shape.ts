/** What one prior makes of a noisy histogram. */
export interface Shape {
  /** Log density of the counts under it, over that of true counts equal to them. */
  readonly evidence: number;
  /** Posterior means of the cells, in rows. */
  readonly values: Float64Array;
}

/** The average of equally likely priors, weighed by what the counts say of each. */
export function weighed(shapes: readonly Shape[]): Shape {
  const best = Math.max(...shapes.map((s) => s.evidence));
  const values = new Float64Array(shapes[0].values.length);
  let weights = 0;
  for (const shape of shapes) {
    const weight = Math.exp(shape.evidence - best);
    weights += weight;
    for (let i = 0; i < values.length; i += 1) values[i] += weight * shape.values[i];
  }
  return { evidence: best + Math.log(weights / shapes.length), values: values.map((v) => v / weights) };
}
