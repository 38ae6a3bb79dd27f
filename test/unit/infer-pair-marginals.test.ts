import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { cells, subsets } from "../../src/domain/clique.js";
import { compile } from "../../src/synth/infer/belief-propagation.js";
import { pairMarginals } from "../../src/synth/infer/pair-marginals.js";
import { bruteForce, CLIQUE_SETS } from "../support/brute-force.js";

const SIZES = [3, 2, 4, 2, 3];

describe("pair marginals against the full joint", () => {
  for (const [name, cliques] of Object.entries({
    ...CLIQUE_SETS,
    chain: [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
    comb: [
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ],
  })) {
    // biome-ignore format: one list
    test(`${name}: every pair, in a clique or not`, () => {
      const bits = seededBits(name);
      const theta = cliques.map((clique) => Float64Array.from({ length: cells(clique, SIZES) }, () => 4 * (bits.uniform() - 0.5)));
      const truth = bruteForce(SIZES, cliques, theta);
      const engine = compile(
        SIZES,
        cliques.map((clique) => ({ clique })),
      );
      const flat = new Float64Array(engine.layout.length);
      cliques.forEach((_, f) => flat.set(theta[f], engine.layout.offset[f]));
      engine.sweep(flat, new Float64Array(flat.length));
      const pairs = subsets(SIZES.length, 2);
      const carried = pairMarginals(engine, pairs);
      carried.forEach((table, i) => truth.marginal(pairs[i]).forEach((p, cell) => expect(table[cell]).toBeCloseTo(p, 10)));
      expect(pairMarginals(engine, pairs, true)).toEqual(carried); // the plain twin, to the bit
    });
  }

  test("cells too rare to matter are left out, and what is left still sums to one", () => {
    const cliques = [[0, 1], [1, 2], [2, 3], [3, 4]]; // biome-ignore format: one list
    const engine = compile(SIZES, cliques.map((clique) => ({ clique }))); // biome-ignore format: one call
    const bits = seededBits("rare");
    const theta = Float64Array.from({ length: engine.layout.length }, () => -60 * bits.below(2));
    engine.sweep(theta, new Float64Array(theta.length));
    const truth = bruteForce(SIZES, cliques, cliques.map((_, f) => theta.slice(engine.layout.offset[f], engine.layout.offset[f + 1]))); // biome-ignore format: one call
    const pairs = subsets(SIZES.length, 2);
    let rare = 0;
    pairMarginals(engine, pairs).forEach((table, i) => {
      truth.marginal(pairs[i]).forEach((p, cell) => expect(Math.abs(table[cell] - p)).toBeLessThan(1e-9));
      rare += table.filter((p) => p < 1e-20).length;
    });
    expect(rare).toBeGreaterThan(0);
  });

  test("asked for nothing, answers nothing", () => {
    const engine = compile(SIZES, [{ clique: [0, 1] }]);
    engine.sweep(new Float64Array(engine.layout.length), new Float64Array(engine.layout.length));
    expect(pairMarginals(engine, [])).toEqual([]);
  });
});
