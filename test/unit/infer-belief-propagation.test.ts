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

test("an observation in groups and parts is the potential that it spells out, and its probabilities are theirs added up", () => {
  const groups = { size: 2, of: Uint32Array.of(0, 1, 1, 0) };
  const partition = { size: 3, of: Uint32Array.of(2, 0, 0, 1, 0, 2) }; // of 3 × 2 cells
  const cliques = [
    [0, 1],
    [0, 2],
    [1, 4],
  ];
  const coarse = Float64Array.of(0.7, -1.1, 0.4);
  const partOf = (cell: number): number => partition.of[Math.floor(cell / 4) * 2 + groups.of[cell % 4]];
  const theta = potentials(cliques, 3, "parts");
  theta[1] = Float64Array.from({ length: 12 }, (_, cell) => coarse[partOf(cell)]);
  const truth = bruteForce(SIZES, cliques, theta);
  for (const plain of [false, true]) {
    const engine = compile(SIZES, [{ clique: cliques[0] }, { clique: cliques[1], merged: [undefined, groups], partition }, { clique: cliques[2] }], plain);
    const { offset, length } = engine.layout;
    expect([offset[2] - offset[1], length]).toEqual([3, 6 + 3 + 6]);
    const flat = new Float64Array(length);
    [theta[0], coarse, theta[2]].forEach((own, i) => flat.set(own, offset[i]));
    const mu = new Float64Array(length);
    expect(engine.sweep(flat, mu)).toBeCloseTo(truth.logZ, 9);
    const expected = new Float64Array(3);
    truth.marginals[1].forEach((p, cell) => {
      expected[partOf(cell)] += p;
    });
    expected.forEach((p, part) => expect(mu[offset[1] + part]).toBeCloseTo(p, 10));
    truth.marginals[2].forEach((p, cell) => expect(mu[offset[2] + cell]).toBeCloseTo(p, 10));
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
