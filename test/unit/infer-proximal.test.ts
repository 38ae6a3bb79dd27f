import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { Inference } from "../../src/synth/infer/belief-propagation.js";
import { estimate } from "../../src/synth/infer/estimate.js";
import { solve } from "../../src/synth/infer/proximal.js";

/** One column of two codes whose marginals break, log Z staying finite, where its potentials are more than `reach` apart: as where messages underflow. */
function breaking(reach: number): { inference: Inference; broken: () => number } {
  let broken = 0;
  const sweep = (theta: Float64Array, mu: Float64Array): number => {
    const top = Math.max(...theta);
    const weights = theta.map((t) => Math.exp(t - top));
    const sum = weights[0] + weights[1];
    const apart = Math.abs(theta[0] - theta[1]) > reach;
    if (apart) broken += 1;
    mu.set(weights.map((w) => (apart ? Number.POSITIVE_INFINITY : w / sum)));
    return top + Math.log(sum);
  };
  const layout = { observations: [{ clique: [0] }], offset: Int32Array.of(0, 2), length: 2 };
  return { inference: { sizes: [2], tree: [{ clique: [0], parent: -1, separator: [] }], layout, sweep, within: () => [] } as unknown as Inference, broken: () => broken };
}

describe("the proximal solver", () => {
  test("never ends where marginals are not finite, though the dual falls there", () => {
    const { inference, broken } = breaking(4);
    const y = Float64Array.of(1000, -1000);
    const found = solve({ inference, y, variance: Float64Array.of(1, 1), n: 100 }, new Float64Array(2), { tau: 0.01, gapMax: 1e-6, sweepsMax: 200, recentres: 1 });
    expect(broken()).toBeGreaterThan(0);
    expect(found.mu.every(Number.isFinite)).toBe(true);
    expect(found.theta.every(Number.isFinite)).toBe(true);
    expect(found.theta[0]).toBeGreaterThan(found.theta[1]);
  });

  test("a tree over 110 columns converges in few sweeps where noise is a twentieth of all rows, with potentials that no message underflows at", () => {
    const [columns, rows, sigma] = [110, 20_000, 962];
    for (const seed of ["a", "b", "c"]) {
      const bits = seededBits(seed);
      const normal = (): number => Math.sqrt(-2 * Math.log(1 - bits.uniform())) * Math.cos(2 * Math.PI * bits.uniform());
      const sizes = Array.from({ length: columns }, () => 2 + bits.below(3));
      const shares = sizes.map((n) => Array.from({ length: n }, (_, i) => (i === 0 ? 0.8 : 0.2 / (n - 1))));
      const noisy = (clique: number[], p: number[]) => ({ clique, counts: Float64Array.from(p, (v) => rows * v + sigma * normal()), variance: sigma * sigma });
      const tables = [
        ...shares.map((p, c) => noisy([c], p)),
        ...sizes.slice(1).map((_, i) => {
          const parent = Math.max(0, i - bits.below(4));
          return noisy(
            [parent, i + 1],
            shares[parent].flatMap((a) => shares[i + 1].map((b) => a * b)),
          );
        }),
      ];
      const fit = estimate(tables, sizes);
      expect(fit.gapPerCell).toBeLessThanOrEqual(0.015);
      expect(fit.sweeps).toBeLessThan(100);
      expect(Math.min(...fit.theta)).toBeGreaterThan(-50);
    }
  });
});
