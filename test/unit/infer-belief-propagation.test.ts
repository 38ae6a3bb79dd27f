import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { cells } from "../../src/domain/clique.js";
import { compile } from "../../src/synth/infer/belief-propagation.js";
import { junctionTree, treeCells } from "../../src/synth/infer/junction-tree.js";
import { bruteForce, CLIQUE_SETS } from "../support/brute-force.js";

const SIZES = [3, 2, 4, 2, 3];

function potentials(cliques: number[][], scale: number, seed: string): Float64Array[] {
  const bits = seededBits(seed);
  return cliques.map((clique) => Float64Array.from({ length: cells(clique, SIZES) }, () => scale * (bits.uniform() - 0.5)));
}

describe("belief propagation against the full joint", () => {
  for (const [name, cliques] of Object.entries(CLIQUE_SETS)) {
    for (const [scale, plain, halvedFrom] of [
      [1, false, undefined],
      [20, false, undefined],
      [20, false, 1],
      [20, true, undefined],
    ] as const) {
      test(`${name}, potentials of ±${scale / 2}, ${plain ? "plain twin" : halvedFrom === undefined ? "kernel" : "kernel, every clique in halves"}`, () => {
        const theta = potentials(cliques, scale, name);
        const truth = bruteForce(SIZES, cliques, theta);
        const engine = compile(
          SIZES,
          cliques.map((clique) => ({ clique })),
          plain,
          halvedFrom,
        );
        const flat = new Float64Array(engine.layout.length);
        cliques.forEach((_, f) => flat.set(theta[f], engine.layout.offset[f]));
        const mu = new Float64Array(flat.length);
        expect(engine.sweep(flat, mu)).toBeCloseTo(truth.logZ, 9);
        cliques.forEach((_, f) => truth.marginals[f].forEach((p, i) => expect(mu[engine.layout.offset[f] + i]).toBeCloseTo(p, 10)));
        const beliefs = engine.within(engine.tree.map((node) => node.clique));
        engine.tree.forEach((node, i) => truth.marginal(node.clique).forEach((p, cell) => expect(beliefs[i][cell]).toBeCloseTo(p, 10)));
      });
    }
  }
});

describe("junction tree", () => {
  for (const [name, cliques] of Object.entries(CLIQUE_SETS)) {
    test(`${name}: holds every clique, covers every column, and columns run in connected parts`, () => {
      const tree = junctionTree(SIZES, cliques);
      for (const clique of cliques) expect(tree.some((n) => clique.every((c) => n.clique.includes(c)))).toBe(true);
      expect(new Set(tree.flatMap((n) => n.clique)).size).toBe(SIZES.length);
      tree.forEach((node, i) => {
        expect(node.parent).toBeLessThan(i);
        // running intersection: what a clique shares with anything before it, it shares with its parent
        const before = new Set(tree.slice(0, i).flatMap((n) => n.clique));
        expect(node.clique.filter((c) => before.has(c))).toEqual([...node.separator]);
        if (node.parent >= 0) for (const c of node.separator) expect(tree[node.parent].clique).toContain(c);
      });
      expect(treeCells(tree, SIZES)).toBe(tree.reduce((s, n) => s + cells(n.clique, SIZES), 0));
    });
  }
});
