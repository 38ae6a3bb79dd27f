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
      pairMarginals(engine, pairs).forEach((table, i) => truth.marginal(pairs[i]).forEach((p, cell) => expect(table[cell]).toBeCloseTo(p, 10)));
    });
  }
});
