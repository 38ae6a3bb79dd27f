import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { sumParts } from "../../src/domain/coarsening.js";
import { levelsOf } from "../../src/synth/mosaic/levels.js";
import { cellsAt, type MeasuredPair, type Pyramid } from "../../src/synth/mosaic/resolution.js";
import { fitTree, type TreeModel } from "../../src/synth/mosaic/tree-model.js";
import { bruteForce, jointCells } from "../support/brute-force.js";

const SIZES = [5, 7, 2, 4];
const TOTAL = 3000;
const TIGHT = { gapMax: 1e-14, sweepsMax: 3000 };

const bits = seededBits("tree model");
const joint = new Map([...jointCells(SIZES)].map((codes) => [codes.join(), bits.uniform() ** 3 * (codes[0] === codes[1] ? 8 : 1)]));
const mass = [...joint.values()].reduce((s, v) => s + v, 0);
const marginal = (columns: readonly number[], of: readonly Uint32Array[], cells: number, widths: readonly number[]): Float64Array => {
  const out = new Float64Array(cells);
  for (const codes of jointCells(SIZES)) out[columns.reduce((at, c, i) => at * widths[i] + of[i][codes[c]], 0)] += ((joint.get(codes.join()) as number) / mass) * TOTAL;
  return out;
};

const shares = SIZES.map((n, c) => marginal([c], [Uint32Array.from({ length: n }, (_, i) => i)], n, [n]).map((v) => v / TOTAL));
const pyramid: Pyramid = { shares, levels: shares.map((p, c) => levelsOf(p, c !== 3)) };
const oneWays = shares.map((p, c) => ({ counts: p.map((v, i) => v * TOTAL + 6 * Math.sin(5 * i + c)), variance: 30 + c }));

function measured(pair: number[], level: number[], variance: number): MeasuredPair {
  const levels = pair.map((c, i) => pyramid.levels[c][level[i]]);
  const truth = marginal(
    pair,
    levels.map((l) => l.of),
    cellsAt(pyramid, pair, level),
    levels.map((l) => l.size),
  );
  return { pair, level, counts: truth.map((v, i) => v + Math.sqrt(variance) * Math.sin(7 * i + pair[1])), variance };
}

/** The same counted in parts: cells whose places leave the same remainder. */
function inParts(m: MeasuredPair, size: number): MeasuredPair {
  const partition = { size, of: Uint32Array.from(m.counts, (_, cell) => cell % size) };
  return { ...m, partition, counts: sumParts(m.counts, partition) };
}

/** Levels: 5 codes → 2, 3, 4, 5; 7 → 2, 3, 4, 6, 7; 2 → 2; 4 → 2, 3, 4. */
const INSIDE = [measured([0, 1], [2, 2], 40), measured([1, 2], [1, 0], 55), measured([0, 2], [1, 0], 70), measured([0, 1], [0, 0], 25), measured([1, 3], [4, 2], 90)];
const GRANULARITY = [2, 4, 0, 2];

/** The same model over the full joint of the model codes: every observation spread to an ordinary potential. */
function onTheJoint(granularity: readonly number[], inside: readonly MeasuredPair[], { potentials }: TreeModel): ReturnType<typeof bruteForce> {
  const sizes = granularity.map((level, c) => pyramid.levels[c][level].size);
  const spread = inside.map((m) => {
    const theta = potentials.pairs.get(m) as Float64Array;
    const [a, b] = m.pair;
    const up = m.pair.map((c, i) => mapUp(c, granularity[c], m.level[i]));
    const width = pyramid.levels[b][m.level[1]].size;
    const partOf = (cell: number): number => m.partition?.of[cell] ?? cell;
    return Float64Array.from({ length: sizes[a] * sizes[b] }, (_, cell) => theta[partOf(up[0][Math.floor(cell / sizes[b])] * width + up[1][cell % sizes[b]])]);
  });
  return bruteForce(sizes, [...sizes.keys()].map((c) => [c]).concat(inside.map((m) => [...m.pair])), [...potentials.oneWays, ...spread]);
}

/** Coarse code of each model code, by looking at any original code of it. */
function mapUp(column: number, from: number, to: number): number[] {
  const [fine, coarse] = [pyramid.levels[column][from], pyramid.levels[column][to]];
  return Array.from({ length: fine.size }, (_, code) => coarse.of[fine.of.indexOf(code)]);
}

/** Largest component of the gradient of N log Z − ⟨θ, y⟩ + Σ τσ²/2 (θ − c)², in units of the cell's noise; by the joint alone. */
function slope(granularity: readonly number[], inside: readonly MeasuredPair[], tree: TreeModel): number {
  const truth = onTheJoint(granularity, inside, tree);
  // τσ² is a third of the least noise there
  const pull = 1 / (3 * Math.sqrt(Math.min(...(inside.length > 0 ? inside : oneWays).map((m) => m.variance))));
  let worst = 0;
  granularity.forEach((level, c) => {
    const { of, size } = pyramid.levels[c][level];
    const centre = sumParts(shares[c], { of, size }).map((p) => Math.log(Math.max(1e-9, 0.01 / TOTAL, p)));
    truth.marginal([c]).forEach((p, code) => {
      const members = [...of.keys()].filter((i) => of[i] === code);
      const y = members.reduce((s, i) => s + oneWays[c].counts[i], 0);
      const variance = members.length * oneWays[c].variance;
      worst = Math.max(worst, Math.abs(TOTAL * p - y + pull * variance * (tree.potentials.oneWays[c][code] - centre[code])) / Math.sqrt(variance));
    });
  });
  for (const m of inside) {
    const [a, b] = m.pair;
    const up = m.pair.map((c, i) => mapUp(c, granularity[c], m.level[i]));
    const width = pyramid.levels[b][m.level[1]].size;
    const expected = new Float64Array(m.counts.length);
    truth.marginal([a, b]).forEach((p, cell) => {
      const at = up[0][Math.floor(cell / up[1].length)] * width + up[1][cell % up[1].length];
      expected[m.partition?.of[at] ?? at] += TOTAL * p;
    });
    const theta = tree.potentials.pairs.get(m) as Float64Array;
    expected.forEach((t, cell) => {
      worst = Math.max(worst, Math.abs(t - m.counts[cell] + pull * m.variance * theta[cell]) / Math.sqrt(m.variance));
    });
  }
  return worst;
}

describe("the fit of a mosaic's tree, judged on the full joint", () => {
  test("is the optimum of its strongly convex problem, with pairs at four resolutions, one of them measured twice", () => {
    const tree = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, undefined, TIGHT);
    expect(slope(GRANULARITY, INSIDE, tree)).toBeLessThan(1e-4);
  });

  test("the same with pairs counted in parts, inside a table that is counted by its cells and alone", () => {
    const inside = [INSIDE[0], inParts(INSIDE[1], 4), inParts(INSIDE[2], 3), inParts(measured([0, 1], [1, 2], 33), 5), INSIDE[4]];
    const tree = fitTree(pyramid, GRANULARITY, oneWays, inside, TOTAL, undefined, TIGHT);
    expect(slope(GRANULARITY, inside, tree)).toBeLessThan(1e-4);
  });

  test("one-ways alone", () => {
    const tree = fitTree(pyramid, [1, 0, 0, 0], oneWays, [], TOTAL, undefined, TIGHT);
    expect(slope([1, 0, 0, 0], [], tree)).toBeLessThan(1e-4);
  });

  test("holds the beliefs of those potentials", () => {
    const tree = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, undefined, { gapMax: 0.05, sweepsMax: 20 });
    const truth = onTheJoint(GRANULARITY, INSIDE, tree);
    const cliques = tree.inference.tree.map((node) => node.clique);
    tree.inference.within(cliques).forEach((beliefs, i) => truth.marginal(cliques[i]).forEach((p, cell) => expect(beliefs[cell]).toBeCloseTo(p, 10)));
  });

  test("a stop at a duality gap of g per cell is within √(2g) of the optimum, root mean square, in units of the noise", () => {
    const best = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, undefined, TIGHT);
    for (const gapMax of [0.05, 0.001]) {
      const early = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, undefined, { gapMax, sweepsMax: 3000 });
      expect(early.solution.gapPerCell).toBeLessThanOrEqual(gapMax);
      const [y, { offset }] = [best.solution.mu, best.inference.layout];
      const variance = (cell: number): number => {
        const i = offset.findLastIndex((at) => at <= cell);
        if (i >= SIZES.length) return INSIDE[i - SIZES.length].variance;
        const { of } = pyramid.levels[i][GRANULARITY[i]];
        return oneWays[i].variance * of.reduce((s, code) => s + Number(code === cell - offset[i]), 0);
      };
      const mean = y.reduce((s, p, cell) => s + (TOTAL * (p - early.solution.mu[cell])) ** 2 / variance(cell), 0) / y.length;
      expect(Math.sqrt(mean)).toBeLessThan(Math.sqrt(2 * gapMax));
    }
  });

  test("a warm start at a finer granularity finds the same optimum as a cold one, and starts nearer", () => {
    const coarse = [2, 2, 0, 0];
    const before = fitTree(pyramid, coarse, oneWays, INSIDE.slice(0, 4), TOTAL, undefined, TIGHT);
    const warm = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, before.potentials, TIGHT);
    const cold = fitTree(pyramid, GRANULARITY, oneWays, INSIDE, TOTAL, undefined, TIGHT);
    warm.solution.mu.forEach((p, cell) => expect(p).toBeCloseTo(cold.solution.mu[cell], 6));
    // refining without new evidence leaves the model as it is: the finer codes keep their shares
    const refined = fitTree(pyramid, [2, 4, 0, 2], oneWays, INSIDE.slice(0, 4), TOTAL, before.potentials, { gapMax: 1e9, sweepsMax: 1 });
    const was = before.inference.within([[0, 1]])[0];
    const up = mapUp(1, 4, 2);
    const merged = new Float64Array(was.length);
    refined.inference.within([[0, 1]])[0].forEach((p, cell) => {
      merged[Math.floor(cell / up.length) * pyramid.levels[1][2].size + up[cell % up.length]] += p;
    });
    merged.forEach((p, cell) => expect(p).toBeCloseTo(was[cell], 9));
  });
});
