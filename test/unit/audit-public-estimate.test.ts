import { describe, expect, it } from "vitest";
import { shownByCounts } from "../../src/audit/public/estimate.js";
import { seededBits } from "../../src/base/random.js";

describe("what noisy counts show", () => {
  it("says nothing where the noise is as large as the number of people", () => {
    const { train, holdout, excess } = shownByCounts([3, 40, 2, 1000], 40, 0.95);
    expect(train).toEqual({ hits: 3, misses: 40, rate: null, interval: null });
    expect(holdout.rate).toBeCloseTo(2 / 1002);
    expect(excess).toBeNull();
  });

  it("keeps a rate and its interval within 0 and 1 though a count lies below 0", () => {
    const { train } = shownByCounts([-65, 4945, 49, 2544], 40, 0.95);
    expect(train.rate).toBe(0);
    expect(train.interval?.[0]).toBe(0);
    expect(train.interval?.[1]).toBeGreaterThan(0);
  });

  it("covers the true rate as often as it says", () => {
    const bits = seededBits("coverage");
    const uniform = (): number => (bits.uint32() + 0.5) / 2 ** 32;
    const laplace = (b: number): number => {
      const q = Math.exp(-1 / b);
      const geometric = (): number => Math.floor(Math.log(uniform()) / Math.log(q));
      return geometric() - geometric();
    };
    const [runs, n, b] = [600, 1500, 40];
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const p = 0.1 + 0.6 * uniform();
      let hits = 0;
      for (let i = 0; i < n; i += 1) if (uniform() < p) hits += 1;
      const [low, high] = shownByCounts([hits + laplace(b), n - hits + laplace(b), 0, 0], b, 0.95).train.interval as [number, number];
      if (low <= p && p <= high) covered += 1;
    }
    // at a coverage of .95, 600 runs fall below .915 with a chance below 1e-3
    expect(covered / runs).toBeGreaterThan(0.915);
  });
});
