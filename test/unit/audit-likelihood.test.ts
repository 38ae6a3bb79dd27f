import { expect, test } from "vitest";
import { chowLiuCliques } from "../../src/audit/attacks/chow-liu.js";
import { logRatioScores, mamaScores } from "../../src/audit/attacks/log-ratio.js";
import { maximalCliques, separators } from "../../src/audit/attacks/separators.js";
import { countCells, totalVariation } from "../../src/audit/counts.js";
import { cramersV, pearson } from "../../src/audit/utility/associations.js";
import { seededBits } from "../../src/base/random.js";
import { domainOf, encode } from "../support/audit-tables.js";

const declared = ["a", "b", "c", "d"].map((name) => ({ name, kind: "category" as const }));
/** A chain a → b → c with d on its own: each copies its parent with probability ¾. */
function chain(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const next = (x: number) => (bits.uniform() < 0.75 ? x : bits.below(3));
    const a = bits.below(3);
    const b = next(a);
    const c = next(b);
    return [a, b, c, bits.below(2)].map(String);
  });
}

test("tree-normalised log-ratio equals the sum written out by hand", () => {
  const [real, release] = [chain(40, "real"), chain(30, "release")];
  const domain = domainOf(declared, [...real, ...release]);
  const reference = Uint32Array.from({ length: 20 }, (_, i) => 20 + i);
  const targets = Uint32Array.of(0, 1, 2, 3, 19);
  const got = logRatioScores([[0, 1], [1, 2], [3]], encode(domain, release), encode(domain, real), reference, targets);
  const logP = (rows: string[][], x: string[], columns: number[]): number => {
    const cells = columns.reduce((p, c) => p * domain.columns[c].size, 1);
    const n = rows.filter((row) => columns.every((c) => row[c] === x[c])).length;
    return Math.log((n + 0.5) / (rows.length + cells / 2));
  };
  const population = real.slice(20);
  targets.forEach((t, i) => {
    const ratio = (columns: number[]) => logP(release, real[t], columns) - logP(population, real[t], columns);
    expect(got[i]).toBeCloseTo(ratio([0, 1]) + ratio([1, 2]) - ratio([1]) + ratio([3]), 12);
  });
});

test("MAMA-MIA's score equals the mean of ratios written out by hand, and an empty cell stands for 1e-10", () => {
  const [real, release] = [chain(40, "real"), chain(30, "release")];
  const domain = domainOf(declared, [...real, ...release]);
  const reference = Uint32Array.from({ length: 20 }, (_, i) => 20 + i);
  const targets = Uint32Array.of(0, 1, 2, 3, 19);
  const cliques = [
    [0, 1],
    [1, 2, 3],
  ];
  const got = mamaScores(cliques, [2, 0.5], encode(domain, release), encode(domain, real), reference, targets);
  const share = (rows: string[][], x: string[], columns: number[]): number => rows.filter((row) => columns.every((c) => row[c] === x[c])).length / rows.length || 1e-10;
  targets.forEach((t, i) => {
    const ratio = (columns: number[]) => share(release, real[t], columns) / share(real.slice(20), real[t], columns);
    expect(got[i] / ((2 * ratio(cliques[0]) + 0.5 * ratio(cliques[1])) / 2)).toBeCloseTo(1, 9);
  });
});

test("Chow-Liu finds the chain", () => {
  const rows = chain(4000, "tree");
  const edges = chowLiuCliques(encode(domainOf(declared, rows), rows)).map(String);
  expect(edges).toContain("0,1");
  expect(edges).toContain("1,2");
  expect(edges).toHaveLength(3);
});

test("separators of a junction tree, and cliques inside others are dropped", () => {
  expect(
    separators([[0, 1, 2], [1, 2, 3], [3, 4], [5]])
      .map(String)
      .sort(),
  ).toEqual(["1,2", "3"]);
  expect(maximalCliques([[1], [0, 1], [1, 0], [2], []]).map(String)).toEqual(["0,1", "2"]);
});

test("total variation, Cramér's V and Pearson's r at values worked by hand", () => {
  const counts = (cells: number[]) => countCells(Float64Array.from(cells), 4);
  expect(totalVariation(counts([0, 0, 1, 2]), counts([0, 1, 1, 3]))).toBeCloseTo((0.25 + 0.25 + 0.25 + 0.25) / 2, 12);
  expect(totalVariation(countCells(Float64Array.of(7), 1e9), countCells(Float64Array.of(8), 1e9))).toBe(1);
  expect(cramersV([0, 0, 1, 1], 2, [0, 0, 1, 1], 2)).toBeCloseTo(1, 12);
  expect(cramersV([0, 0, 1, 1], 2, [0, 1, 0, 1], 2)).toBeCloseTo(0, 12);
  expect(cramersV([0, 0], 2, [0, 1], 2)).toBeNull();
  expect(pearson(Float64Array.of(1, 2, 3, Number.NaN), Float64Array.of(2, 4, 6, 1))).toBeCloseTo(1, 12);
});
