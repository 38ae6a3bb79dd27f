import { describe, expect, test } from "vitest";
import { compare, mul, rational, toDouble } from "../../src/base/rational.js";
import { allocate, COUNT_SHARE, picksByRound, portion, ROUND_SHARES, scheduleOf, visibleCells } from "../../src/synth/mosaic/schedule.js";

const TABLES: Record<string, number[]> = {
  mixed: [74, 9, 100, 16, 16, 7, 15, 6, 5, 2, 50, 50, 99, 42],
  binary: new Array(16).fill(2),
  wide: new Array(120).fill(8),
  "two columns": [4, 30],
  "one column": [12],
  "one code": [1, 6, 4],
  long: [100_000, 3, 3],
};
const GRID = Array.from({ length: 49 }, (_, i) => 10 ** (-12 + i / 2));

describe("the schedule", () => {
  test.each(Object.entries(TABLES))("%s: more budget, or more rows, never raises the share of the one-ways nor lowers the number of pairs", (_, sizes) => {
    for (const along of [(x: number) => scheduleOf(sizes, x, 10_000, 1), (x: number) => scheduleOf(sizes, 0.01, Math.max(1, x * 1e6), 1)]) {
      const steps = GRID.map(along);
      for (let i = 1; i < steps.length; i += 1) {
        expect(steps[i].oneWayShare).toBeLessThanOrEqual(steps[i - 1].oneWayShare);
        expect(steps[i].picks).toBeGreaterThanOrEqual(steps[i - 1].picks);
        expect(steps[i].oneWayError).toBeLessThanOrEqual(steps[i - 1].oneWayError);
      }
    }
  });

  test.each(Object.entries(TABLES))("%s: shares and pairs stay within their bounds at any budget and any number of rows, also none", (_, sizes) => {
    const d = sizes.length;
    for (const rho of [1e-30, ...GRID, 1e30]) {
      for (const rows of [-5, 0, 1, 10, 1e4, 1e9]) {
        const { oneWayShare, picks } = scheduleOf(sizes, rho, rows, 1);
        expect(oneWayShare).toBeGreaterThan(0);
        expect(oneWayShare + COUNT_SHARE).toBeLessThanOrEqual(1);
        expect(Number.isInteger(picks)).toBe(true);
        expect(picks).toBeGreaterThanOrEqual(Math.min(d - 1, (d * (d - 1)) / 2));
        expect(picks).toBeLessThanOrEqual(Math.min(Math.round(0.75 * d * (d - 1)), 13 * d));
      }
    }
  });

  test("reads nothing but sizes, budget, rows and the unit: k rows of one unit weigh like k² times less budget", () => {
    const { mixed } = TABLES;
    const one = scheduleOf(mixed, 0.09, 5000, 1);
    expect(scheduleOf([...mixed], 0.09, 5000, 1)).toEqual(one);
    expect(scheduleOf(mixed, 0.09, 5000, 3).oneWayShare).toBeCloseTo(scheduleOf(mixed, 0.01, 5000, 1).oneWayShare, 12);
    expect(scheduleOf(mixed, 0.09, 5000, 1).oneWayError).toBeCloseTo(scheduleOf(mixed, 0.01, 15_000, 1).oneWayError, 12);
  });

  test("a column of very many codes takes no other's budget: its share is what can stand out of the noise", () => {
    const { mixed } = TABLES;
    for (const [rho, rows] of [
      [2e-4, 5e4],
      [0.0166, 5e4],
      [0.0166, 1000],
    ]) {
      const plain = scheduleOf(mixed, rho, rows, 1);
      for (const codes of [20_000, 1_000_000]) {
        const long = scheduleOf([...mixed, codes], rho, rows, 1);
        const share = allocate(visibleCells([...mixed, codes], rho, rows, 1)).at(-1) as number;
        expect(share).toBeLessThan(0.25);
        expect(long.oneWayError).toBeLessThan(1.4 * plain.oneWayError);
        expect(long.picks).toBeGreaterThan(0.8 * plain.picks);
      }
    }
  });

  test("short columns, and all columns where noise is small, count all of their cells", () => {
    expect(visibleCells([1, 2, 16], 1e-9, 10, 1)).toEqual([1, 2, 16]);
    expect(visibleCells([3, 900, 20_000], 1e6, 1e6, 1)).toEqual([3, 900, 20_000]);
    expect(visibleCells([3, 900], 1e-9, 10, 1)).toEqual([3, 16]);
    expect(visibleCells([1, 6, 900], 0.02, 0, 1)).toEqual([1, 6, 16]);
  });

  test("picks of the rounds are whole, add up to all pairs, and stand in about the proportions of the rounds", () => {
    for (const pairs of [0, 1, 2, 3, 4, 5, 24, 60, 90, 4000]) {
      const picks = picksByRound(pairs);
      expect(picks.reduce((s, v) => s + v, 0)).toBe(pairs);
      picks.forEach((n, r) => {
        expect(Number.isInteger(n)).toBe(true);
        expect(Math.abs(n - ROUND_SHARES[r] * pairs)).toBeLessThanOrEqual(1);
      });
    }
  });

  test("one column gets all that the number of rows leaves", () => {
    expect(scheduleOf([12], 0.01, 1000, 1)).toMatchObject({ oneWayShare: 1 - COUNT_SHARE, picks: 0 });
  });
});

describe("allocation", () => {
  /** Σ cells·σ with σ = 1/√(2ρ): the expected sum of L1 errors, but for a constant. */
  const error = (cells: readonly number[], shares: readonly number[]): number => cells.reduce((s, n, i) => s + n / Math.sqrt(2 * shares[i]), 0);

  test("no shift of budget between two tables lowers the sum of expected L1 errors, which is convex", () => {
    const cells = [2, 7, 30, 30, 400, 5000];
    const shares = allocate(cells);
    const best = error(cells, shares);
    expect(shares.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
    for (let i = 0; i < cells.length; i += 1)
      for (let j = 0; j < cells.length; j += 1) {
        if (i === j) continue;
        for (const part of [1e-3, 1e-2, 0.3]) {
          const moved = [...shares];
          moved[i] += part * shares[j];
          moved[j] -= part * shares[j];
          expect(error(cells, moved)).toBeGreaterThan(best);
        }
      }
  });

  test("two tables: the minimum of a line search", () => {
    const cells = [3, 1000];
    let [at, least] = [0, Number.POSITIVE_INFINITY];
    for (let i = 1; i < 1e5; i += 1) {
      const e = error(cells, [i / 1e5, 1 - i / 1e5]);
      if (e < least) [at, least] = [i / 1e5, e];
    }
    expect(allocate(cells)[0]).toBeCloseTo(at, 4);
  });
});

describe("portions", () => {
  test("never exceed their part of the budget, fall short by less than a part in 10⁹, and are positive", () => {
    for (const budget of [rational(1n, 10n ** 15n), rational(177138n, 10n ** 9n), rational(1n), rational(123_456_789n, 1000n)]) {
      for (const fraction of [1e-6, 0.005, 0.3, 0.4, 0.95, 1]) {
        const part = portion(budget, fraction);
        const exact = mul(budget, rational(BigInt(Math.round(fraction * 1e6)), 10n ** 6n));
        expect(compare(part, exact)).toBeLessThanOrEqual(0);
        expect(part.num > 0n).toBe(true);
        if (toDouble(exact) > 1e-14) expect(toDouble(part)).toBeGreaterThan(toDouble(exact) * (1 - 1e-9));
      }
    }
  });
});
