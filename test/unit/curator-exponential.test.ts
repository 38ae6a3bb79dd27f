import { describe, expect, it } from "vitest";
import { rational } from "../../src/base/rational.js";
import { EXP_BOUND_END, expBound } from "../../src/curator/mechanism/exp-bound.js";
import { expNegative } from "../../src/curator/mechanism/exp-interval.js";
import { exponentialPicker, isBelowWeight } from "../../src/curator/mechanism/exponential.js";
import { runningSums } from "../../src/curator/mechanism/running-sums.js";
import { scriptedBits, seededAsSecure } from "../support/test-noise.js";

/** ⌊2^bits·exp(−num/den)⌋ from three times the precision. */
const weightBits = (num: bigint, den: bigint, bits: number): bigint => expNegative(num, den, BigInt(3 * bits)).low >> BigInt(2 * bits);

/** An integer of `count` 32-bit words, the highest first. */
const wordsOf = (value: bigint, count: number): number[] => Array.from({ length: count }, (_, i) => Number((value >> BigInt(32 * (count - 1 - i))) & 0xffff_ffffn));

describe("whole bounds of weights", () => {
  it("never lie below 2^30 exp(-q/2^16), and are tight where the weight is", () => {
    for (let q = 0; q < EXP_BOUND_END; q += q < 70_000 ? 97 : 4099) {
      const bound = expBound(q);
      const { low, high } = expNegative(BigInt(q), 65_536n, 200n);
      expect(Number.isInteger(bound) && bound <= 2 ** 30).toBe(true);
      expect(BigInt(bound) << 170n).toBeGreaterThanOrEqual(high);
      expect(BigInt(bound) << 170n).toBeLessThan(low + (low >> 21n) + (3n << 170n));
    }
    expect(expNegative(BigInt(EXP_BOUND_END), 65_536n, 200n).high).toBeLessThan(1n << 170n);
  });
});

describe("running sums", () => {
  it("find each place as a plain scan does, also after changes", () => {
    for (const weights of [[1], [3, 0, 2], [0, 0, 5, 1, 0, 4, 2, 0], [2, 2, 2, 2, 2, 2, 2]]) {
      const sums = runningSums(weights);
      const now = [...weights];
      for (let gone = -1; gone < weights.length; gone += 1) {
        if (gone >= 0) {
          sums.add(gone, -now[gone]);
          now[gone] = 0;
        }
        const places = now.flatMap((w, i) => Array.from({ length: w }, () => i));
        expect(sums.total()).toBe(places.length);
        expect(places.map((_, place) => sums.at(place))).toEqual(places);
      }
    }
  });
});

describe("acceptance on scripted bits", () => {
  it.each([
    [1n, 1n],
    [1n, 7n],
    [83n, 4n],
    [50n, 1n],
  ])("is the comparison of a uniform number with 2^30 exp(-%s/%s)/bound", (num, den) => {
    const bound = num >= 21n * den ? 1 : expBound(Number((num * 65_536n) / den));
    // ⌊2⁹⁶·threshold⌋ and its next 96 bits, from far more precision than the code uses
    const threshold = (weightBits(num, den, 400) << 30n) / BigInt(bound);
    const head = threshold >> (400n - 96n);
    const next = (threshold >> (400n - 192n)) & ((1n << 96n) - 1n);
    const accepted = (words: number[]): boolean => isBelowWeight(num, den, bound, scriptedBits(words, "after"));
    expect(accepted(wordsOf(head - (1n << 40n), 3))).toBe(true);
    expect(accepted(wordsOf(head + (1n << 40n), 3))).toBe(false);
    // a tie in the first 96 bits: the next ones decide
    expect(accepted([...wordsOf(head, 3), ...wordsOf(next - (1n << 40n), 3)])).toBe(true);
    expect(accepted([...wordsOf(head, 3), ...wordsOf(next + (1n << 40n), 3)])).toBe(false);
  });
});

describe("picker on scripted bits", () => {
  const zero = [0, 0, 0]; // below any weight
  const ones = [0xffff_ffff, 0xffff_ffff, 0xffff_ffff];

  /** Which candidate a place proposes, seen by acceptance with the smallest uniform number. */
  const at = (scores: bigint[], place: number): number => exponentialPicker(scores, rational(2), 1n, scriptedBits([place, ...zero], "after")).draw();

  it("proposes each candidate on exactly as many places as its bound", () => {
    const scores = [-3n, 0n, -1n]; // η/(2Δ) = 1: weights e⁻³, 1, e⁻¹, best first
    const [b1, b3] = [expBound(65_536), expBound(3 * 65_536)];
    const edges: [number, number][] = [
      [0, 1],
      [2 ** 30 - 1, 1],
      [2 ** 30, 2],
      [2 ** 30 + b1 - 1, 2],
      [2 ** 30 + b1, 0],
      [2 ** 30 + b1 + b3 - 1, 0],
      [2 ** 30 + b1 + b3, 1],
    ];
    for (const [place, candidate] of edges) expect(at(scores, place)).toBe(candidate);
  });

  it("far candidates have one place each, and are accepted by their true weight", () => {
    const scores = [0n, -22n, -25n];
    expect([2 ** 30 - 1, 2 ** 30, 2 ** 30 + 1].map((place) => at(scores, place))).toEqual([0, 1, 2]);
    // 2³⁰·e⁻²² = .2995…: a uniform number of ¼ accepts, one of ½ does not, and the next place is asked
    const draw = (top: number): number => exponentialPicker(scores, rational(2), 1n, scriptedBits([2 ** 30, top, 0, 0, 5, ...ones], "after")).draw();
    expect(draw(2 ** 30)).toBe(1);
    expect(draw(2 ** 31)).toBe(0);
  });

  it("what was removed is never drawn, near or far, and an empty round is an error", () => {
    const scores = Array.from({ length: 60 }, (_, i) => BigInt(-((i * 7) % 60)));
    const picker = exponentialPicker(scores, rational(1), 1n, seededAsSecure("all of them"));
    const drawn = new Set<number>();
    for (let i = 0; i < 60; i += 1) {
      const pick = picker.draw();
      expect(drawn.has(pick)).toBe(false);
      drawn.add(pick);
      picker.remove(pick);
      picker.remove(pick);
    }
    expect(() => picker.draw()).toThrow();
    expect(() => exponentialPicker([], rational(1), 1n, seededAsSecure("none"))).toThrow();
  });
});

it("300 picks among 66 000 candidates take at most as long as ten sorts of their scores", () => {
  let x = 1;
  const scores = Array.from({ length: 66_000 }, () => BigInt((x = (x * 48_271) % 2_147_483_647)));
  const time = (act: () => void): number => {
    const start = performance.now();
    act();
    return performance.now() - start;
  };
  const sorts = time(() => {
    for (let i = 0; i < 10; i += 1) [...scores].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  });
  // the plain rejection would need tens of thousands of trials for one pick
  const picks = time(() => {
    const picker = exponentialPicker(scores, rational(1, 1000), 256n, seededAsSecure("speed"));
    for (let i = 0; i < 300; i += 1) picker.remove(picker.draw());
  });
  expect(picks).toBeLessThan(sorts);
});
