import type { Curvature, Vectors } from "./vectors.js";

/** Pairs (s, y) of the last steps; the two-loop recursion turns a gradient into a quasi-Newton direction. */
export interface QuasiNewton {
  /** A step from one point to another: its potentials and its gradients. */
  remember(theta: Ends, gradient: Ends): void;
  /** out = −H·gradient; the initial inverse Hessian is 1/(Nμ + τσ²), rescaled to the last pair. */
  direction(out: Float64Array, gradient: Float64Array, at: Curvature): void;
  forget(): void;
}

interface Ends {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  sy: number;
}

/** L-BFGS memory of `capacity` pairs; takes 2·(capacity + 1) vectors. @cite Nocedal, Wright 2006, Alg. 7.4 */
export function quasiNewton(vectors: Vectors, capacity: number): QuasiNewton {
  const pair = (): Pair => ({ s: vectors.take(), y: vectors.take(), sy: 0 });
  const free = Array.from({ length: capacity + 1 }, pair);
  const pairs: Pair[] = [];
  return {
    forget: () => {
      free.push(...pairs.splice(0));
    },
    remember(theta, gradient) {
      const next = free.pop() as Pair;
      const { s, y } = next;
      vectors.combine(s, theta.to, -1, theta.from);
      vectors.combine(y, gradient.to, -1, gradient.from);
      next.sy = vectors.dot(s, y);
      const curved = next.sy > 1e-12 * Math.sqrt(vectors.dot(y, y)) * Math.sqrt(vectors.dot(s, s));
      if (!curved) free.push(next);
      else if (pairs.push(next) > capacity) free.push(pairs.shift() as Pair);
    },
    direction(out, gradient, at) {
      vectors.combine(out, gradient, -2, gradient); // −gradient
      const alpha = new Float64Array(pairs.length);
      for (let k = pairs.length - 1; k >= 0; k -= 1) {
        const { s, y, sy } = pairs[k];
        alpha[k] = vectors.dot(s, out) / sy;
        vectors.combine(out, out, -alpha[k], y);
      }
      const last = pairs.at(-1);
      vectors.precondition(out, last === undefined ? 1 : last.sy / vectors.inverseSquare(last.y, at), at);
      for (const [k, { s, y, sy }] of pairs.entries()) vectors.combine(out, out, alpha[k] - vectors.dot(y, out) / sy, s);
    },
  };
}
