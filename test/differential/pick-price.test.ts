import { describe, expect, it } from "vitest";
import { fromDouble, toDouble } from "../../src/base/rational.js";
import { selectionValue } from "../../src/curator/accounting/pld-selection.js";
import { pickPrice } from "../../src/domain/pick-price.js";
import { gaussianDominates } from "../support/gaussian-dominates.js";

/**
 * The computation that docs/proofs/gaussian-dp.md refers to. A range of η is covered by intervals: what an adversary gains of picks at an interval's upper end is
 * the most for all η in it, and the price at its lower end the least.
 */
function intervals(from: number, to: number, perOctave: number): { low: number; high: number }[] {
  const octaves = Math.log2(to / from);
  return Array.from({ length: Math.ceil(octaves * perOctave) }, (_, i) => ({ low: to * 2 ** (-(i + 1) / perOctave), high: to * 2 ** (-i / perOctave) }));
}

/** The curve of so many picks at η, from above, at `places` places for each η; 0 at the last, which no loss exceeds. */
function curve(eta: number, times: number, places: number): { s: Float64Array; v: Float64Array } {
  const value = times === 1 ? (s: number) => Math.expm1((s - eta) / 2) ** 2 / -Math.expm1(-eta) : selectionValue(new Array<number>(times).fill(eta), times * eta);
  const s = Float64Array.from({ length: times * places + 1 }, (_, i) => (i * eta) / places);
  return { s, v: s.map((x, i) => (i === times * places ? 0 : value(x))) };
}

function holds({ low, high }: { low: number; high: number }, times: number, places = 64): boolean {
  const price = pickPrice(fromDouble(low), times);
  if (price === undefined) return false;
  const { s, v } = curve(high, times, places);
  return gaussianDominates(Math.sqrt(2 * toDouble(price)), s, v);
}

describe("the price of picks in a row covers them at every η", () => {
  it.each([
    [1, 1024],
    [2, 128],
    [3, 128],
    [4, 128],
    [6, 64],
    [8, 64],
    [12, 32],
    [16, 32],
  ])("%d of them, from 2⁻²⁰ to 2", (times, perOctave) => {
    expect(intervals(2 ** -20, 2, perOctave).filter((interval) => !holds(interval, times))).toEqual([]);
  });

  it("one by one from 2 to 16", () => {
    expect(intervals(2, 16, 64).filter((interval) => !holds(interval, 1, 512))).toEqual([]);
  });

  it("and would not at a twentieth less", () => {
    for (const times of [1, 2, 4, 12, 16]) {
      const { s, v } = curve(0.1, times, 64);
      const price = toDouble(pickPrice(fromDouble(0.1), times) as NonNullable<ReturnType<typeof pickPrice>>);
      expect(gaussianDominates(Math.sqrt(2 * price), s, v)).toBe(true);
      expect(gaussianDominates(Math.sqrt(2 * 0.95 * price), s, v)).toBe(false);
    }
  });
});
