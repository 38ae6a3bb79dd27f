import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { subsets } from "../../src/domain/clique.js";
import { junctionTree, treeCells } from "../../src/synth/infer/junction-tree.js";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import type { Pyramid } from "../../src/synth/mosaic/resolution.js";
import { treeRoom } from "../../src/synth/mosaic/tree-room.js";

const SIZES = [3, 20, 2, 7, 40, 9, 5, 12];
const shares = SIZES.map((n) => new Float64Array(n).fill(1 / n));
const pyramid: Pyramid = { shares, levels: shares.map((p) => levelsOf(p, true)) };

describe("room in the tree", () => {
  test("takes a pair exactly where the whole tree, made anew, would stay within the limit", () => {
    const bits = seededBits("room");
    let [taken, refused] = [0, 0];
    for (let run = 0; run < 20; run += 1) {
      const room = treeRoom(pyramid);
      const pairs: number[][] = [];
      let granularity = SIZES.map(() => 0);
      for (let step = 0; step < 30; step += 1) {
        const all = subsets(SIZES.length, 2);
        const pair = all[bits.below(all.length)];
        const level = pair.map((c) => bits.below(pyramid.levels[c].length));
        const finer = granularity.map((l, c) => (pair.includes(c) ? Math.max(l, level[pair.indexOf(c)]) : l));
        const sizes = finer.map((l, c) => pyramid.levels[c][l].size);
        const fits = treeCells(junctionTree(sizes, [...pairs, pair]), sizes) <= 2000;
        expect(room.take({ pair, level }, 2000)).toBe(fits);
        if (fits) {
          pairs.push(pair);
          granularity = finer;
          taken += 1;
        } else refused += 1;
        expect(room.granularity()).toEqual(granularity);
      }
    }
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});
