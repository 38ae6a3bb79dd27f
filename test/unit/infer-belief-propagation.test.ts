import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { cells } from "../../src/domain/clique.js";
import { compile, type Inference } from "../../src/synth/infer/belief-propagation.js";
import { blocksOf } from "../../src/synth/infer/blocks.js";
import { coalesce } from "../../src/synth/infer/contraction.js";
import { junctionTree, treeCells } from "../../src/synth/infer/junction-tree.js";
import { bruteForce, CLIQUE_SETS } from "../support/brute-force.js";

const SIZES = [3, 2, 4, 2, 3];

function potentials(cliques: number[][], scale: number, seed: string): Float64Array[] {
  const bits = seededBits(seed);
  return cliques.map((clique) => Float64Array.from({ length: cells(clique, SIZES) }, () => scale * (bits.uniform() - 0.5)));
}

/** log Z, the marginals of the observations and those of the tree's cliques are the full joint's. */
function expectExact(engine: Inference, theta: readonly Float64Array[], truth: ReturnType<typeof bruteForce>): void {
  const flat = new Float64Array(engine.layout.length);
  theta.forEach((potential, f) => flat.set(potential, engine.layout.offset[f]));
  const mu = new Float64Array(flat.length);
  expect(engine.sweep(flat, mu)).toBeCloseTo(truth.logZ, 9);
  theta.forEach((_, f) => truth.marginals[f].forEach((p, i) => expect(mu[engine.layout.offset[f] + i]).toBeCloseTo(p, 10)));
  const beliefs = engine.within(engine.tree.map((node) => node.clique));
  engine.tree.forEach((node, i) => truth.marginal(node.clique).forEach((p, cell) => expect(beliefs[i][cell]).toBeCloseTo(p, 10)));
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
        expectExact(engine, theta, truth);
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

describe("small columns in blocks", () => {
  const draw = (seed: string): { sizes: number[]; cliques: number[][]; theta: Float64Array[] } => {
    const bits = seededBits(seed);
    const sizes = Array.from({ length: 9 }, () => 2 + bits.below(2));
    const cliques = Array.from({ length: 8 + bits.below(8) }, () => [...new Set(Array.from({ length: 1 + bits.below(3) }, () => bits.below(9)))].sort((a, b) => a - b));
    return { sizes, cliques, theta: cliques.map((clique) => Float64Array.from({ length: cells(clique, sizes) }, () => 4 * bits.uniform())) };
  };

  test("forty random models: as by the full joint, whatever the order of a separator's columns on its two sides", () => {
    let turned = 0;
    let joined = 0;
    for (let model = 0; model < 40; model += 1) {
      const { sizes, cliques, theta } = draw(`blocks ${model}`);
      const truth = bruteForce(sizes, cliques, theta);
      for (const plain of [false, true]) {
        const engine = compile(
          sizes,
          cliques.map((clique) => ({ clique })),
          plain,
        );
        expectExact(engine, theta, truth);
        const blocks = engine.tree.map(({ clique, separator }, i) => blocksOf(clique, [separator, ...engine.tree.filter((n) => n.parent === i).map((n) => n.separator)], sizes));
        joined += blocks.flat().filter((block) => block.length > 1).length;
        engine.tree.forEach(({ parent, separator }, i) => {
          const order = (node: number): number[] => blocks[node].flat().filter((c) => separator.includes(c));
          if (parent >= 0 && order(i).join() !== order(parent).join()) turned += 1;
        });
      }
    }
    expect(turned).toBeGreaterThan(10);
    expect(joined).toBeGreaterThan(100);
  });

  test("blocks hold each column once, only columns of the same separators, and at most 32 cells; a long column leaves each by itself", () => {
    const sizes = [2, 2, 2, 2, 2, 2, 3, 3, 5, 7];
    const clique = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const separators = [
      [0, 1, 2, 6],
      [1, 2, 3, 6, 7],
    ];
    const blocks = blocksOf(clique, separators, sizes);
    expect(blocks.flat().sort((a, b) => a - b)).toEqual(clique);
    const cellsIn = (block: number[]): number => block.reduce((n, c) => n * sizes[c], 1);
    for (const block of blocks) {
      expect(cellsIn(block)).toBeLessThanOrEqual(32);
      for (const separator of separators) expect(new Set(block.map((c) => separator.includes(c))).size).toBe(1);
    }
    expect(blocks.map(cellsIn)).toEqual(blocks.map(cellsIn).sort((a, b) => a - b));
    const sixteen = Array.from({ length: 16 }, (_, c) => c);
    expect(blocksOf(sixteen, [], new Array(16).fill(2)).map((b) => b.length)).toEqual([4, 4, 4, 4]);
    expect(blocksOf([0, 1, 2], [], [2, 16, 2])).toEqual([[0], [2], [1]]);
  });

  test("only axes that all terms share or lack together become one, in rows of no more than 1024 cells", () => {
    const term = (columns: number[]): { columns: number[]; address: number } => ({ columns, address: 8 });
    const found = coalesce({ axes: [0, 1, 2, 3], sizes: [3, 4, 5, 6], inputs: [term([0, 1]), term([0, 1, 2, 3])], outputs: [term([2, 3]), term([])] });
    expect(found).toEqual({ axes: [0, 2], sizes: [12, 4, 30, 6], inputs: [term([0]), term([0, 2])], outputs: [term([2]), term([])] });
    expect(coalesce({ axes: [0, 1], sizes: [32, 33], inputs: [term([0, 1])], outputs: [] }).axes).toEqual([0, 1]);
    expect(coalesce({ axes: [0, 1], sizes: [32, 32], inputs: [term([0, 1])], outputs: [] }).axes).toEqual([0]);
  });
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
