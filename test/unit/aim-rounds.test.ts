import { describe, expect, test } from "vitest";
import { rational } from "../../src/base/rational.js";
import { MEASURE_SHARE, nextRound, plannedRounds } from "../../src/synth/aim/rounds.js";

describe("AIM's rounds", () => {
  test("little noise plans the paper's sixteen rounds a column, much noise so few that one-ways get 72 % of the budget", () => {
    expect(plannedRounds(10, [4], 1, 1e9, 1)).toBe(160);
    const few = plannedRounds(10, [10_000], 1e-6, 100, 1);
    expect((MEASURE_SHARE * 10) / few).toBeCloseTo(0.72, 12);
  });

  test("more budget, more rows and smaller tables never plan fewer rounds; larger units never more", () => {
    const base = plannedRounds(14, [1600], 0.015, 50_000, 1);
    expect(plannedRounds(14, [1600], 0.03, 50_000, 1)).toBeGreaterThan(base);
    expect(plannedRounds(14, [1600], 0.015, 100_000, 1)).toBeGreaterThan(base);
    expect(plannedRounds(14, [800], 0.015, 50_000, 1)).toBeGreaterThan(base);
    expect(plannedRounds(14, [1600], 0.015, 50_000, 2)).toBeLessThan(base);
  });

  test.each([[-5], [0], [1]])("a noisy number of rows of %d is no division by nothing", (rows) => {
    expect(plannedRounds(3, [10], 0.01, rows, 1)).toBe(3.75);
    expect(Number.isFinite(plannedRounds(1, [], 0.01, rows, 1))).toBe(true);
  });

  test("a round that would leave less than another takes all that is left", () => {
    expect(nextRound(rational(20n, 100n), 0.1)).toEqual({ rho: 0.1, last: false });
    expect(nextRound(rational(19n, 100n), 0.1)).toEqual({ rho: 0.19, last: true });
    expect(nextRound(rational(5n, 100n), 0.1)).toEqual({ rho: 0.05, last: true });
  });
});
