import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { sumParts } from "../../src/domain/coarsening.js";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import { axisMap, cellsAt, levelAt, type Pyramid, resample, sizesAt, viewsOf } from "../../src/synth/mosaic/resolution.js";

const SIZES = [1, 2, 9, 30, 5];

function pyramidOf(sizes: readonly number[], seed: string, zeros = false): Pyramid {
  const bits = seededBits(seed);
  const shares = sizes.map((n) => {
    const raw = Float64Array.from({ length: n }, () => (zeros && bits.below(3) > 0 ? 0 : 0.01 + bits.uniform()));
    const sum = raw.reduce((s, v) => s + v, 0);
    return sum > 0 ? raw.map((v) => v / sum) : raw;
  });
  return { shares, levels: shares.map((p, c) => levelsOf(p, c % 2 === 0)) };
}

const random = (length: number, seed: string): Float64Array => {
  const bits = seededBits(seed);
  return Float64Array.from({ length }, () => bits.uniform());
};
const sum = (x: Float64Array): number => x.reduce((s, v) => s + v, 0);

describe("resampling between levels", () => {
  for (const zeros of [false, true]) {
    const pyramid = pyramidOf(SIZES, "p", zeros);
    const columns = SIZES.map((_, c) => c);
    const pairs = columns.flatMap((a) => columns.filter((b) => b > a).map((b) => [a, b]));

    test(`keeps the mass, from any level to any other${zeros ? ", with shares of zero" : ""}`, () => {
      for (const pair of pairs)
        for (let i = 0; i < pyramid.levels[pair[0]].length; i += 1)
          for (let j = 0; j < pyramid.levels[pair[1]].length; j += 1)
            for (let to = 0; to < 6; to += 1) {
              const table = random(cellsAt(pyramid, pair, [i, j]), `${pair} ${i} ${j}`);
              const target = levelAt(pyramid, pair, to);
              const other = resample(pyramid, pair, table, [i, j], target);
              expect(other).toHaveLength(cellsAt(pyramid, pair, target));
              expect(sum(other)).toBeCloseTo(sum(table), 9);
            }
    });

    test(`splitting, then merging, changes nothing${zeros ? ", with shares of zero" : ""}`, () => {
      for (const pair of pairs) {
        const coarse = levelAt(pyramid, pair, 1);
        const table = random(cellsAt(pyramid, pair, coarse), `${pair}`);
        for (let to = 2; to < 8; to += 1) {
          const fine = levelAt(pyramid, pair, to);
          resample(pyramid, pair, resample(pyramid, pair, table, coarse, fine), fine, coarse).forEach((v, cell) => expect(v).toBeCloseTo(table[cell], 12));
        }
      }
    });
  }

  test("merging is counting at the coarser level; splitting follows the shares", () => {
    const pyramid = pyramidOf([9, 30], "q");
    const [a, b] = [pyramid.levels[0], pyramid.levels[1]];
    const full = [a.length - 1, b.length - 1];
    const table = random(270, "t");
    const merged = resample(pyramid, [0, 1], table, full, [2, 3]);
    const counted = new Float64Array(merged.length);
    for (let x = 0; x < 9; x += 1) for (let y = 0; y < 30; y += 1) counted[a[2].of[x] * b[3].size + b[3].of[y]] += table[x * 30 + y];
    merged.forEach((v, cell) => expect(v).toBeCloseTo(counted[cell], 12));
    const split = resample(pyramid, [0, 1], merged, [2, 3], full);
    const [ma, mb] = [sumParts(pyramid.shares[0], a[2]), sumParts(pyramid.shares[1], b[3])];
    for (let x = 0; x < 9; x += 1) {
      for (let y = 0; y < 30; y += 1) {
        const share = (pyramid.shares[0][x] / ma[a[2].of[x]]) * (pyramid.shares[1][y] / mb[b[3].of[y]]);
        expect(split[x * 30 + y]).toBeCloseTo(merged[a[2].of[x] * b[3].size + b[3].of[y]] * share, 12);
      }
    }
  });

  test("an axis map of a level onto itself, and one through an intermediate level, are what they should be", () => {
    const pyramid = pyramidOf([30], "r");
    const own = axisMap(pyramid, 0, 3, 3);
    expect([...own.to]).toEqual([...own.from]);
    const [direct, first, second] = [axisMap(pyramid, 0, 5, 1), axisMap(pyramid, 0, 5, 3), axisMap(pyramid, 0, 3, 1)];
    expect([...direct.to]).toEqual([...first.to].map((g) => second.to[g]));
  });

  test("views are the levels by index, each column as far as it goes, full resolution last and as undefined", () => {
    const pyramid = pyramidOf(SIZES, "v");
    const views = viewsOf(pyramid);
    expect(views).toHaveLength(Math.max(...pyramid.levels.map((l) => l.length)));
    expect(views[views.length - 1]).toEqual(SIZES.map(() => undefined));
    views.forEach((view, index) => {
      const level = levelAt(pyramid, [0, 1, 2, 3, 4], index);
      expect(view.map((c, i) => c?.size ?? SIZES[i])).toEqual(sizesAt(pyramid, [0, 1, 2, 3, 4], level));
      for (const coarsening of view) if (coarsening !== undefined) expect(coarsening.of.every((code) => code < coarsening.size)).toBe(true);
    });
  });
});
