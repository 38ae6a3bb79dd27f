/** Pairs (s, y) of the last steps; the two-loop recursion turns a gradient into a quasi-Newton direction. */
export interface QuasiNewton {
  remember(step: Float64Array, change: Float64Array): void;
  /** direction = −H·gradient, with `diagonal` as the initial inverse Hessian, rescaled to the last pair. */
  direction(gradient: Float64Array, diagonal: Float64Array): Float64Array;
  forget(): void;
}

/** L-BFGS memory of `capacity` pairs. @cite Nocedal, Wright 2006, Alg. 7.4 */
export function quasiNewton(length: number, capacity: number): QuasiNewton {
  let pairs: { s: Float64Array; y: Float64Array; sy: number }[] = [];
  return {
    forget: () => {
      pairs = [];
    },
    remember(step, change) {
      const sy = dot(step, change);
      if (!(sy > 1e-12 * dot(change, change) ** 0.5 * dot(step, step) ** 0.5)) return; // no curvature to learn
      const reuse = pairs.length === capacity ? pairs.shift() : undefined;
      const s = reuse?.s ?? new Float64Array(length);
      const y = reuse?.y ?? new Float64Array(length);
      s.set(step);
      y.set(change);
      pairs.push({ s, y, sy });
    },
    direction(gradient, diagonal) {
      const q = new Float64Array(length);
      for (let i = 0; i < length; i += 1) q[i] = -gradient[i];
      const alpha = new Float64Array(pairs.length);
      for (let k = pairs.length - 1; k >= 0; k -= 1) {
        const { s, y, sy } = pairs[k];
        alpha[k] = dot(s, q) / sy;
        for (let i = 0; i < length; i += 1) q[i] -= alpha[k] * y[i];
      }
      const scale = scaleOf(pairs.at(-1), diagonal);
      for (let i = 0; i < length; i += 1) q[i] *= diagonal[i] * scale;
      for (let k = 0; k < pairs.length; k += 1) {
        const { s, y, sy } = pairs[k];
        const beta = alpha[k] - dot(y, q) / sy;
        for (let i = 0; i < length; i += 1) q[i] += beta * s[i];
      }
      return q;
    },
  };
}

function scaleOf(last: { y: Float64Array; sy: number } | undefined, diagonal: Float64Array): number {
  if (last === undefined) return 1;
  let yHy = 0;
  for (let i = 0; i < diagonal.length; i += 1) yHy += last.y[i] * last.y[i] * diagonal[i];
  return last.sy / yHy;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}
