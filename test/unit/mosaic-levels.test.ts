import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { Coarsening } from "../../src/domain/coarsening.js";
import { between, levelsOf } from "../../src/synth/mosaic/levels.js";

const CELLS = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

function randomShares(n: number, seed: string): Float64Array {
  const bits = seededBits(seed);
  const raw = Float64Array.from({ length: n }, () => (bits.below(5) === 0 ? 0 : bits.uniform() ** 4));
  const sum = raw.reduce((s, v) => s + v, 0);
  return sum > 0 ? raw.map((v) => v / sum) : raw;
}

/** Codes that share a coarse code. */
const groups = ({ size, of }: Coarsening): number[][] => Array.from({ length: size }, (_, g) => [...of.keys()].filter((code) => of[code] === g));
const intervals = (level: Coarsening): boolean => groups(level).every((codes) => codes.every((code, i) => i === 0 || code === codes[i - 1] + 1));

describe("levels of a column", () => {
  for (const ordered of [true, false]) {
    test.each([1, 2, 3, 4, 5, 7, 13, 64, 65, 300])(`${ordered ? "ordered" : "unordered"}, %i codes: every code has a coarse one, none is empty, sizes are those of the list, the last is full`, (n) => {
      for (const seed of ["a", "b", "c"]) {
        const levels = levelsOf(randomShares(n, `${seed} ${n}`), ordered);
        expect(levels.map((l) => l.size)).toEqual([...CELLS.filter((k) => k < n), n]);
        for (const level of levels) {
          expect(level.of).toHaveLength(n);
          expect(groups(level).every((codes) => codes.length > 0)).toBe(true);
        }
        expect([...levels[levels.length - 1].of]).toEqual([...Array(n).keys()]);
      }
    });

    test(`${ordered ? "ordered" : "unordered"}: each level is a refinement of the one before`, () => {
      for (const seed of ["a", "b", "c", "d"]) {
        const levels = levelsOf(randomShares(90, seed), ordered);
        for (let i = 1; i < levels.length; i += 1) {
          for (const codes of groups(levels[i])) expect(new Set(codes.map((code) => levels[i - 1].of[code])).size).toBe(1);
          expect([...between(levels[i], levels[i - 1]).of]).toEqual(groups(levels[i]).map(([code]) => levels[i - 1].of[code]));
        }
      }
    });
  }

  test("ordered levels are intervals in order", () => {
    for (const level of levelsOf(randomShares(200, "x"), true)) {
      expect(intervals(level)).toBe(true);
      expect([...level.of]).toEqual([...level.of].sort((a, b) => a - b));
    }
  });

  test("ordered: a value that outweighs its neighbours stands alone once there is room", () => {
    const shares = new Float64Array(50).fill(0.4 / 49);
    shares[17] = 0.6;
    const levels = levelsOf(shares, true);
    const at = levels.findIndex((level) => groups(level).some((codes) => codes.length === 1 && codes[0] === 17));
    expect(levels[at].size).toBeLessThanOrEqual(4);
    for (const level of levels.slice(at)) expect(groups(level)[level.of[17]]).toEqual([17]);
  });

  test("ordered: even shares are halved evenly", () => {
    const levels = levelsOf(new Float64Array(64).fill(1 / 64), true);
    for (const level of levels.filter((l) => [2, 4, 8, 16, 32].includes(l.size))) expect(groups(level).map((codes) => codes.length)).toEqual(new Array(level.size).fill(64 / level.size));
  });

  test("unordered: the most frequent values stand alone, the rest together", () => {
    const shares = randomShares(40, "y");
    const sorted = [...shares].sort((a, b) => b - a);
    for (const level of levelsOf(shares, false).slice(0, -1)) {
      const [rest, ...others] = groups(level).sort((a, b) => b.length - a.length);
      expect(others.every((codes) => codes.length === 1)).toBe(true);
      expect(others.map(([code]) => shares[code]).sort((a, b) => b - a)).toEqual(sorted.slice(0, level.size - 1));
      expect(rest).toHaveLength(40 - level.size + 1);
    }
  });

  test("shares of zero throughout still give levels", () => {
    for (const ordered of [true, false]) for (const level of levelsOf(new Float64Array(20), ordered)) expect(groups(level).every((codes) => codes.length > 0)).toBe(true);
  });
});
