import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { cells, subsets } from "../../src/domain/clique.js";
import type { ModelFile } from "../../src/formats/model.js";
import { compile } from "../../src/synth/infer/belief-propagation.js";
import { type Fitted, modelOf } from "../../src/synth/model.js";
import { type Polished, pairTargets } from "../../src/synth/sample/pair-targets.js";
import { bruteForce, cellOf, jointCells } from "../support/brute-force.js";
import { categoricalDomain } from "../support/tables.js";

/** Codes of the columns, and how they merge into the model's codes. */
const SIZES = [4, 3, 5, 2];
const GROUPS = [
  [0, 1, 1, 2],
  [0, 0, 1],
  [0, 1, 2, 2, 1],
  [0, 1],
];
const MODEL_SIZES = GROUPS.map((g) => Math.max(...g) + 1);
const CLIQUES = [[0, 1], [1, 2], [3]];

const bits = seededBits("pair targets");
const theta = CLIQUES.map((clique) => Float64Array.from({ length: cells(clique, MODEL_SIZES) }, () => 4 * (bits.uniform() - 0.5)));
const truth = bruteForce(MODEL_SIZES, CLIQUES, theta);
const codeWeights = SIZES.map((n) => Array.from({ length: n }, () => 1 + bits.below(1000)));

const inference = compile(
  MODEL_SIZES,
  CLIQUES.map((clique) => ({ clique })),
);
const flat = new Float64Array(inference.layout.length);
CLIQUES.forEach((_, i) => flat.set(theta[i], inference.layout.offset[i]));
inference.sweep(flat, new Float64Array(flat.length));

function modelWith(targets: NonNullable<Fitted["targets"]>): ModelFile {
  const expansions = GROUPS.map((of, c) =>
    Array.from({ length: MODEL_SIZES[c] }, (_, g) => {
      const codes = [...of.keys()].filter((code) => of[code] === g);
      return { codes, weights: codes.map((code) => codeWeights[c][code]) };
    }),
  );
  return modelOf(categoricalDomain(SIZES), { noisy: [], total: 1000, calibrated: inference, expansions, targets }, "mosaic", undefined) as ModelFile;
}

const columns = (full: readonly boolean[]): Polished[] => categoricalDomain(SIZES).columns.map(({ name }, c) => ({ name, full: full[c], size: full[c] ? SIZES[c] : MODEL_SIZES[c] }));

/** Share of a code among those for which `same` holds. */
const within = (c: number, code: number, same: (other: number) => boolean): number => codeWeights[c][code] / codeWeights[c].reduce((s, w, other) => s + (same(other) ? w : 0), 0);

/** Every pair by listing all original codes: P(model codes) times the shares within each model code. */
function byListing(pair: readonly number[], full: readonly boolean[]): Float64Array {
  const sizes = SIZES.map((n, c) => (full[c] ? n : MODEL_SIZES[c]));
  const out = new Float64Array(cells(pair, sizes));
  const coarse = truth.marginal(pair);
  for (const codes of jointCells(pair.map((c) => SIZES[c]))) {
    const groups = pair.map((c, i) => GROUPS[c][codes[i]]);
    const seen = pair.map((c, i) => (full[c] ? codes[i] : groups[i]));
    const p = coarse[groups[0] * MODEL_SIZES[pair[1]] + groups[1]];
    out[seen[0] * sizes[pair[1]] + seen[1]] += p * pair.reduce((w, c, i) => w * within(c, codes[i], (other) => GROUPS[c][other] === groups[i]), 1);
  }
  return out;
}

describe("targets of the swaps", () => {
  test.each([
    ["every column by its own codes", [true, true, true, true]],
    ["every column by the model's", [false, false, false, false]],
    ["some long, some not", [true, false, false, true]],
  ])("the stored tree says of every pair what the full joint says, in a clique or not: %s", (_, full) => {
    const targets = pairTargets(modelWith([]), columns(full));
    expect(targets.map((t) => t.pair)).toEqual(subsets(4, 2));
    for (const { pair, shares } of targets) byListing(pair, full).forEach((p, cell) => expect(shares[cell]).toBeCloseTo(p, 8));
  });

  test("a pair's own target replaces the tree's, at the target's resolution, spread by the shares within its codes", () => {
    // finer than the model: columns 0 and 2 by their own codes but for two that stay together
    const of = [Uint32Array.of(0, 1, 2, 3), Uint32Array.of(0, 1, 2, 2, 3)];
    const counts = Float64Array.from({ length: 16 }, (_, i) => 1 + ((7 * i) % 11));
    const sum = counts.reduce((s, v) => s + v, 0);
    const model = modelWith([
      {
        pair: [0, 2],
        groups: [
          { size: 4, of: of[0] },
          { size: 4, of: of[1] },
        ],
        counts,
      },
    ]);
    for (const full of [
      [true, true, true, true],
      [false, true, true, true],
      [false, true, false, true],
    ]) {
      const sizes = SIZES.map((n, c) => (full[c] ? n : MODEL_SIZES[c]));
      const expected = new Float64Array(sizes[0] * sizes[2]);
      for (const [x, y] of jointCells([4, 5])) {
        const share = counts[of[0][x] * 4 + of[1][y]] / sum;
        const seen = [full[0] ? x : GROUPS[0][x], full[2] ? y : GROUPS[2][y]];
        expected[seen[0] * sizes[2] + seen[1]] += share * within(0, x, (o) => of[0][o] === of[0][x]) * within(2, y, (o) => of[1][o] === of[1][y]);
      }
      const targets = pairTargets(model, columns(full));
      targets[1].shares.forEach((p, cell) => expect(p).toBeCloseTo(expected[cell], 6));
      for (const { pair, shares } of targets.filter((_, i) => i !== 1)) byListing(pair, full).forEach((p, cell) => expect(shares[cell]).toBeCloseTo(p, 8));
    }
  });

  test("every target is a distribution", () => {
    for (const { shares } of pairTargets(modelWith([]), columns([true, false, true, false]))) {
      expect(shares.every((p) => p >= 0)).toBe(true);
      expect(shares.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 12);
    }
  });

  test("the judge's own cells are those of the joint", () => {
    const [a, b] = truth.marginal([0, 1]).subarray(0, 2);
    let sum = 0;
    for (const codes of jointCells(MODEL_SIZES)) if (cellOf(codes, [0, 1], MODEL_SIZES) < 2) sum += truth.marginal([0, 1, 2, 3])[cellOf(codes, [0, 1, 2, 3], MODEL_SIZES)];
    expect(a + b).toBeCloseTo(sum, 12);
  });
});
