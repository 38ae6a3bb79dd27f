import { describe, expect, test } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import { seededBits } from "../../src/base/random.js";
import { cells, subsets } from "../../src/domain/clique.js";
import type { Domain } from "../../src/domain/column.js";
import { CANDIDATE_CELLS, MODEL_CELLS, offerable, requireRoom, roomIn } from "../../src/synth/aim/room.js";
import { chooseMethod } from "../../src/synth/choose-method.js";
import { junctionTree, modelCells, treeCells } from "../../src/synth/infer/junction-tree.js";

const faultOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof DpsynthError) return error.fault.code;
  }
  return "none";
};

describe("the size of a model before it is made", () => {
  test("is that of the tree that would be made, for any pairs and triples added to any graph", () => {
    const bits = seededBits("graphs");
    for (let graph = 0; graph < 60; graph += 1) {
      const d = 2 + bits.below(9);
      const sizes = Array.from({ length: d }, () => 1 + bits.below(7));
      const all = [...subsets(d, 1), ...subsets(d, 2), ...(d > 2 ? subsets(d, 3) : [])];
      const measured = all.filter(() => bits.below(all.length) < 6);
      const size = modelCells(sizes, measured);
      for (const added of all) expect(size(added)).toBe(treeCells(junctionTree(sizes, [...measured, added]), sizes));
    }
  });

  test("does not choke on sizes whose product is beyond all numbers", () => {
    const sizes = new Array<number>(8).fill(1e100);
    expect(modelCells(sizes, subsets(8, 2))([0, 1])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what may join the model", () => {
  const sizes = [10, 10, 10, 10];
  const path = [[0], [1], [2], [3], [0, 1], [1, 2]];

  test("cliques up to the limit, counted with the tree that they make", () => {
    const cellsWith = (clique: number[]): number => treeCells(junctionTree(sizes, [...path, clique]), sizes);
    expect(cellsWith([0, 2])).toBe(1010); // closes a triangle
    expect(cellsWith([2, 3])).toBe(300);
    const hasRoom = roomIn(sizes, path, 999);
    expect(subsets(4, 2).filter(hasRoom)).toEqual([[0, 1], [0, 3], [1, 2], [1, 3], [2, 3]]); // biome-ignore format: one list
    expect(subsets(4, 2).every(roomIn(sizes, path, 1010))).toBe(true);
  });

  test("what is measured may be measured again, however small the limit", () => {
    expect([...subsets(4, 1), ...subsets(4, 2)].filter(roomIn(sizes, path, 0))).toEqual(path);
  });

  test("candidates are kept small ones first, as far as they can be held and ever join", () => {
    const wide = [3000, 3000, 3000, 2, 2_000_000];
    const candidates = subsets(5, 2).map((clique) => ({ clique }));
    const kept = offerable(candidates, wide, 1e9);
    const sum = kept.reduce((s, { clique }) => s + cells(clique, wide), 0);
    expect(kept.map((k) => k.clique)).toEqual([[0, 1], [0, 3], [1, 3], [2, 3], [3, 4]]); // biome-ignore format: one list
    expect(sum).toBeLessThanOrEqual(CANDIDATE_CELLS);
    expect(sum + 9e6).toBeGreaterThan(CANDIDATE_CELLS);
    expect(offerable(candidates, wide, 10_000).map((k) => k.clique)).toEqual([[0, 3], [1, 3], [2, 3]]); // biome-ignore format: one list
  });
});

describe("a table with no room even for its columns", () => {
  test("is refused by name before anything is spent, and one that just fits is not", () => {
    expect(faultOf(() => requireRoom([60, 40], 99))).toBe("DPS-E126");
    expect(faultOf(() => requireRoom([60, 40], 100))).toBe("none");
    const domain = { columns: [{ size: MODEL_CELLS }, { size: 1 }] } as unknown as Domain;
    expect(faultOf(() => chooseMethod("aim", domain, "zcdp"))).toBe("DPS-E126");
    expect(faultOf(() => chooseMethod("mosaic", domain, "zcdp"))).toBe("none");
  });

  test("a pure account has no price for AIM's noise", () => {
    expect(faultOf(() => chooseMethod("aim", { columns: [{ size: 2 }, { size: 2 }] } as unknown as Domain, "pure"))).toBe("DPS-E124");
  });
});
