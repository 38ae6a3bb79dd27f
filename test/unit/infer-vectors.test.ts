import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { openVectors } from "../../src/synth/infer/vectors.js";

// every remainder of the kernel's steps of two and four
describe.each([1, 2, 3, 4, 5, 7, 33])("vector kernel and its plain twin, %i cells", (n) => {
  const bits = seededBits(`vectors ${n}`);
  const random = (low: number, high: number): Float64Array => Float64Array.from({ length: n }, () => low + (high - low) * bits.uniform());
  const input = { a: random(-5, 5), b: random(-5, 5), mu: random(0, 1), variance: random(0.5, 9), y: random(0, 100), theta: random(-3, 0), centre: random(-3, 0) };
  const [kernel, plain] = [false, true].map((twin) => {
    const vectors = openVectors(n, 9, twin);
    const put = (values: Float64Array): Float64Array => {
      const vector = vectors.take();
      vector.set(values);
      return vector;
    };
    const [a, b, mu, variance, y, theta, centre, out, gradient] = [input.a, input.b, input.mu, input.variance, input.y, input.theta, input.centre, input.a, input.a].map(put);
    const at = { mu, variance, rows: 48_842, tau: 0.03 };
    const scalars = [vectors.dot(a, b), vectors.largest(a), vectors.square(a, variance), vectors.inverseSquare(a, at), vectors.dual(gradient, theta, centre, y, at)];
    vectors.combine(out, out, -1.5, b);
    vectors.precondition(b, 2, at);
    return [scalars, [...gradient], [...out], [...b]];
  });

  test("scalars, gradient, combination and preconditioning agree", () => {
    for (const [k, values] of kernel.entries()) values.forEach((v, i) => expect(Math.abs(v - plain[k][i])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(plain[k][i]))));
  });

  test("the plain twin is the formula", () => {
    const { a, b, mu, variance, y, theta, centre } = input;
    const each = <T>(f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
    const total = (f: (i: number) => number): number => each(f).reduce((s, v) => s + v, 0);
    const curvature = (i: number): number => 48_842 * mu[i] + 0.03 * variance[i];
    const [scalars, gradient, out, scaled] = plain;
    const pull = (i: number): number => 0.03 * variance[i] * (theta[i] - centre[i]);
    const truth = [
      total((i) => a[i] * b[i]),
      Math.max(...a.map(Math.abs)),
      total((i) => a[i] ** 2 / variance[i]),
      total((i) => a[i] ** 2 / curvature(i)),
      total((i) => -(theta[i] - centre[i]) * y[i] + (0.03 / 2) * variance[i] * (theta[i] - centre[i]) ** 2),
    ];
    truth.forEach((v, k) => expect(scalars[k]).toBeCloseTo(v, 8));
    each((i) => expect(gradient[i]).toBeCloseTo(48_842 * mu[i] - y[i] + pull(i), 8));
    each((i) => expect(out[i]).toBeCloseTo(a[i] - 1.5 * b[i], 12));
    each((i) => expect(scaled[i]).toBeCloseTo((2 * b[i]) / curvature(i), 12));
  });
});

test("differences too small to be normal are nothing, and what is not finite stays so", () => {
  for (const plain of [false, true]) {
    const vectors = openVectors(3, 2, plain);
    const [a, b] = [vectors.take(), vectors.take()];
    a.set([1e-160, Number.NaN, 1]);
    b.set([0, 0, Number.POSITIVE_INFINITY]);
    vectors.combine(a, a, 1, b);
    expect([...a]).toEqual([0, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(vectors.largest(a)).toBeNaN();
  }
});
