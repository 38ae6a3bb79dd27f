import { describe, expect, it } from "vitest";
import { type Rational, rational } from "../../src/base/rational.js";
import { addClamped } from "../../src/curator/mechanism/add-clamped.js";
import { floorSqrt } from "../../src/curator/mechanism/discrete-gaussian.js";
import { discreteGaussianSampler, magnitudeTable } from "../../src/curator/mechanism/discrete-gaussian-table.js";
import { expNegative } from "../../src/curator/mechanism/exp-interval.js";
import { gaussianMagnitudeCdf } from "../../src/curator/mechanism/gaussian-cdf.js";
import { SCORES } from "../../src/curator/mechanism/score.js";
import { chiSquareTail } from "../support/chi-square.js";
import { scriptedBits, seededNoise, zeroNoise } from "../support/test-noise.js";

describe("interval exponential", () => {
  // e⁻¹ and e^(−1/2) to 40 digits, from published tables of e
  it.each([
    [1n, 1n, "3678794411714423215955237701614608674458"],
    [1n, 2n, "6065306597126334236037995349911804534419"],
  ])("brackets exp(-%s/%s) tightly", (num, den, digits) => {
    const { low, high } = expNegative(num, den, 320n);
    const truth = (BigInt(digits) << 320n) / 10n ** 40n;
    const slack = (1n << 320n) / 10n ** 40n + 1n;
    expect(low).toBeLessThanOrEqual(truth + slack);
    expect(high).toBeGreaterThanOrEqual(truth);
    expect(high - low).toBeLessThan(1n << 20n);
  });

  it("agrees with the double exponential and with itself at twice the precision", () => {
    for (const [num, den] of [
      [0n, 1n],
      [1n, 1_000_000n],
      [3n, 7n],
      [50n, 3n],
      [200n, 1n],
      [5000n, 1n],
    ]) {
      const a = expNegative(num, den, 320n);
      const b = expNegative(num, den, 640n);
      expect(a.low <= b.high >> 320n && b.low >> 320n <= a.high).toBe(true);
      expect(Math.abs(Number(a.low >> 200n) / 2 ** 120 - Math.exp(-Number(num) / Number(den)))).toBeLessThan(1e-15);
    }
  });
});

describe("distribution function of the discrete Gaussian's magnitude", () => {
  it.each([rational(1, 100), rational(1), rational(37, 4), rational(2500)])("holds the directly summed value, sigma^2 = %o", (sigma2: Rational) => {
    const s = Number(sigma2.num) / Number(sigma2.den);
    let total = 1;
    for (let m = 1; m < 40 * Math.sqrt(s) + 10; m += 1) total += 2 * Math.exp((-m * m) / (2 * s));
    let sum = 1;
    const cdf = gaussianMagnitudeCdf(sigma2, 60, 320);
    for (let m = 0; m <= 60; m += 1) {
      if (m > 0) sum += 2 * Math.exp((-m * m) / (2 * s));
      expect(cdf[m].low).toBeLessThanOrEqual(cdf[m].high);
      expect(cdf[m].high - cdf[m].low).toBeLessThan(1n << 40n);
      expect(Math.abs(Number(cdf[m].low >> 220n) / 2 ** 100 - sum / total)).toBeLessThan(1e-13);
    }
  });

  it("a coarser precision never contradicts a finer one", () => {
    const coarse = gaussianMagnitudeCdf(rational(50), 70, 128);
    const fine = gaussianMagnitudeCdf(rational(50), 70, 640);
    for (let m = 0; m <= 70; m += 1) {
      expect(coarse[m].low << 512n).toBeLessThanOrEqual(fine[m].low);
      expect(coarse[m].high << 512n).toBeGreaterThanOrEqual(fine[m].high);
    }
  });
});

describe("table sampler on scripted bits", () => {
  const sigma2 = rational(9);
  const table = magnitudeTable(sigma2, 30);
  /** One draw from words: the draw, its sign word (fetched with it), then what a tie reads on. */
  const draw = (words: number[]): number => {
    const out = new Float64Array(1);
    discreteGaussianSampler(sigma2)(out, scriptedBits(words, "after"));
    return out[0];
  };

  it("thresholds increase and the guide starts at or before each draw's threshold", () => {
    for (let m = 1; m <= 30; m += 1) expect(table.high[m] * 2 ** 32 + table.low[m]).toBeGreaterThanOrEqual(table.high[m - 1] * 2 ** 32 + table.low[m - 1]);
    for (let top = 0; top < 65_536; top += 1) {
      const m = table.guide[top];
      expect(m === 0 || table.high[m - 1] < top * 65_536).toBe(true);
    }
  });

  it("one unit below a threshold's 64 bits is its value, one above the next", () => {
    for (let m = 0; m < 8; m += 1) {
      expect(draw([table.high[m], 0, table.low[m] - 1])).toBe(m);
      expect(draw([table.high[m], 0, table.low[m] + 1])).toBe(m + 1);
      if (m > 0) expect(draw([table.high[m], 1, table.low[m] - 1])).toBe(-m);
    }
  });

  it("a tie at 64 bits is decided by the following bits against the exact threshold", () => {
    const cdf = gaussianMagnitudeCdf(sigma2, 8, 640);
    for (let m = 0; m < 8; m += 1) {
      // bits 64 … 319 of the threshold, as eight words
      const following = Array.from({ length: 8 }, (_, i) => Number((cdf[m].low >> BigInt(640 - 96 - 32 * i)) & 0xffff_ffffn));
      const nudge = (by: number): number[] => following.map((w, i) => (i === 3 ? w + by : w));
      expect(draw([table.high[m], 0, table.low[m], ...nudge(-1)])).toBe(m);
      expect(draw([table.high[m], 0, table.low[m], ...nudge(1)])).toBe(m + 1);
    }
  });

  it("all ones for 320 bits is beyond the table: the tail sampler answers, with the sign", () => {
    const ones = Array.from({ length: 9 }, () => 0xffff_ffff);
    const value = draw([0xffff_ffff, 1, ...ones]);
    expect(value).toBeLessThanOrEqual(-30);
  });
});

describe("sums and roots", () => {
  it("clamps the exact sum at the largest safe integers", () => {
    expect(addClamped(5, -7n)).toBe(-2);
    expect(addClamped(2 ** 52, 2n ** 80n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(addClamped(0, -(2n ** 80n))).toBe(-Number.MAX_SAFE_INTEGER);
  });

  it("floors square roots", () => {
    for (let n = 0n; n < 2000n; n += 1n) {
      const r = floorSqrt(n);
      expect(r * r <= n && (r + 1n) * (r + 1n) > n).toBe(true);
    }
    const big = 10n ** 60n + 12345n;
    expect(floorSqrt(big) ** 2n <= big && (floorSqrt(big) + 1n) ** 2n > big).toBe(true);
  });

  it("the judge's chi-square tail agrees with tabulated quantiles", () => {
    expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 10);
    expect(chiSquareTail(23.20925115895436, 10)).toBeCloseTo(0.01, 10);
    expect(chiSquareTail(149.4492527884, 100)).toBeCloseTo(0.001, 6);
  });
});

describe("marginal-l1-error", () => {
  const { evaluate, sensitivity } = SCORES["marginal-l1-error"];

  it("is the L1 distance in 1/256 of a row, the estimate rounded first", () => {
    expect(evaluate(Float64Array.of(3, 0, 7), Float64Array.of(2.5, 0.25, 7))).toBe(128n + 64n);
    expect(evaluate(Float64Array.of(0), Float64Array.of(0.001))).toBe(0n); // 0.256 of a unit rounds to 0
  });

  it("adds exactly beyond 2^53", () => {
    const n = 5000;
    expect(evaluate(new Float64Array(n).fill(2 ** 32 - 1), new Float64Array(n).fill(-(2 ** 40)))).toBe(BigInt(n) * (256n * (2n ** 32n - 1n) + 2n ** 48n));
    expect(evaluate(Float64Array.of(0), Float64Array.of(1e300))).toBe(2n ** 48n);
  });

  it("no unit of k rows moves it by more than its sensitivity, and some unit does: all small tables", () => {
    const estimates = [Float64Array.of(0.3, 1.7, -2, 0), Float64Array.of(100, 100, 100, 100), Float64Array.of(1, 0.001, 2.9981, 1.5)];
    for (const k of [1, 2, 3]) {
      let worst = 0n;
      const units = rowSets(4, k);
      for (const estimate of estimates) {
        for (const table of rowSets(4, 3)) {
          const before = evaluate(table, estimate);
          for (const unit of units) {
            const after = evaluate(
              table.map((c, i) => c + unit[i]),
              estimate,
            );
            const moved = after > before ? after - before : before - after;
            if (moved > worst) worst = moved;
          }
        }
      }
      expect(worst).toBe(sensitivity(k));
    }
  });
});

describe("test wirings", () => {
  it("are marked and reproducible", () => {
    expect(zeroNoise().provenance).toBe("TEST ONLY");
    const draws = ["a", "a", "b"].map((seed) => {
      const out = new Float64Array(50);
      seededNoise(seed).fillGaussian(rational(100), out);
      return out.join();
    });
    expect(draws[0]).toBe(draws[1]);
    expect(draws[0]).not.toBe(draws[2]);
    const picker = zeroNoise().picker([1n, 5n, 5n], rational(1), 1n);
    expect(picker.draw()).toBe(1);
    picker.remove(1);
    expect(picker.draw()).toBe(2);
  });
});

/** All tables of at most `rows` rows over `cells` cells. */
function rowSets(cells: number, rows: number): Float64Array[] {
  let sets: number[][] = [[]];
  for (let c = 0; c < cells; c += 1) sets = sets.flatMap((s) => Array.from({ length: rows + 1 }, (_, n) => [...s, n]));
  return sets.filter((s) => s.reduce((a, b) => a + b, 0) <= rows).map((s) => Float64Array.from(s));
}
