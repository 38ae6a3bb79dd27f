import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { ModelFile } from "../../src/formats/model.js";
import { CHUNK_ROWS } from "../../src/synth/release/chunk.js";
import { apportion } from "../../src/synth/sample/rounding.js";
import { sampler } from "../../src/synth/sample/sampler.js";
import { chiSquareTail } from "../support/chi-square.js";

/** The parts of a model that the sampler reads. */
function modelOf(sizes: Record<string, number>, cliques: { columns: string[]; weights: number[] }[], expansions: ModelFile["expansions"] = {}): ModelFile {
  return {
    expansions: { ...Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, Array.from({ length: size }, (_, code) => ({ codes: [code], weights: [1] }))])), ...expansions },
    cliques: cliques.map((c) => ({ ...c, shape: c.columns.map((name) => sizes[name]) })),
  } as unknown as ModelFile;
}

describe("apportionment", () => {
  test("totals are within one row of the model after a chunk, running totals within two over any chunks, and every row is placed", () => {
    let beyondOne = 0;
    let totals = 0;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (raw, chunks, seed) => {
          const weights = Float64Array.from(raw);
          weights[0] += 1;
          const sum = weights.reduce((s, v) => s + v, 0);
          const given = new Float64Array(weights.length);
          const take = new Float64Array(weights.length);
          const bits = seededBits(`apportion ${seed}`);
          let seen = 0;
          for (const rows of chunks) {
            apportion(weights, sum, given, 0, weights.length, seen, rows, take, bits);
            seen += rows;
            expect(take.reduce((s, v) => s + v, 0)).toBe(rows);
            expect(take.every((t) => t >= 0)).toBe(true);
            const first = seen === rows;
            weights.forEach((w, i) => {
              const off = Math.abs(given[i] - (seen * w) / sum);
              expect(off).toBeLessThan(first ? 1 : 2);
              totals += 1;
              if (off >= 1) beyondOne += 1;
            });
            weights.forEach((w, i) => w === 0 && expect(given[i]).toBe(0));
          }
        },
      ),
      { seed: 11, numRuns: 2000 },
    );
    expect(beyondOne / totals).toBeLessThan(0.001);
  });
});

describe("sampler", () => {
  const sizes = { a: 3, b: 2, c: 4 };
  const cliques = [
    { columns: ["a", "b"], weights: [500, 100, 0, 300, 50, 50] },
    { columns: ["b", "c"], weights: [200, 300, 50, 0, 10, 40, 150, 250] },
  ];

  test("over several chunks each clique's counts follow the conditionals it was given", () => {
    const rows = 3 * CHUNK_ROWS + 777;
    const draw = sampler(modelOf(sizes, cliques), ["a", "b", "c"], [3, 2, 4], "1");
    const pair = { ab: new Float64Array(6), bc: new Float64Array(8), b: new Float64Array(2) };
    for (let at = 0; at < rows; at += CHUNK_ROWS) {
      const n = Math.min(CHUNK_ROWS, rows - at);
      const [a, b, c] = draw.next(n);
      for (let i = 0; i < n; i += 1) {
        pair.ab[a[i] * 2 + b[i]] += 1;
        pair.bc[b[i] * 4 + c[i]] += 1;
        pair.b[b[i]] += 1;
      }
    }
    cliques[0].weights.forEach((w, cell) => expect(Math.abs(pair.ab[cell] - (rows * w) / 1000)).toBeLessThan(1));
    cliques[1].weights.forEach((w, cell) => {
      const row = Math.floor(cell / 4);
      const sum = cliques[1].weights.slice(row * 4, row * 4 + 4).reduce((s, v) => s + v, 0);
      expect(Math.abs(pair.bc[cell] - (pair.b[row] * w) / sum)).toBeLessThan(1);
    });
  });

  test("columns without an edge between them are independent given their parent (chi-square, false alarm 1e-6, fixed seed)", () => {
    const wide = { p: 2, x: 4, y: 4 };
    const model = modelOf(wide, [
      { columns: ["p", "x"], weights: [1, 2, 3, 4, 4, 3, 2, 1] },
      { columns: ["p", "y"], weights: [1, 2, 3, 4, 4, 3, 2, 1] },
    ]);
    const [p, x, y] = sampler(model, ["p", "x", "y"], [2, 4, 4], "siblings").next(40_000);
    let statistic = 0;
    for (const parent of [0, 1]) {
      const table = new Float64Array(16);
      for (let i = 0; i < p.length; i += 1) if (p[i] === parent) table[x[i] * 4 + y[i]] += 1;
      const n = table.reduce((s, v) => s + v, 0);
      for (let i = 0; i < 4; i += 1) {
        for (let j = 0; j < 4; j += 1) {
          const row = [0, 1, 2, 3].reduce((s, k) => s + table[i * 4 + k], 0);
          const column = [0, 1, 2, 3].reduce((s, k) => s + table[k * 4 + j], 0);
          const expected = (row * column) / n;
          statistic += (table[i * 4 + j] - expected) ** 2 / expected;
        }
      }
    }
    expect(chiSquareTail(statistic, 18)).toBeGreaterThan(1e-6);
  });

  test("a compressed code spreads over the codes it stands for by their weights", () => {
    const model = modelOf({ a: 2 }, [{ columns: ["a"], weights: [1, 3] }], {
      a: [
        { codes: [2], weights: [1] },
        { codes: [0, 1, 3], weights: [1, 0, 2] },
      ],
    });
    const [a] = sampler(model, ["a"], [4], "1").next(40_000);
    const counts = [0, 0, 0, 0];
    for (const code of a) counts[code] += 1;
    expect(counts).toEqual([10_000, 0, 10_000, 20_000]);
  });

  test("a parent value that the child's table calls impossible still gets children", () => {
    const model = modelOf({ p: 2, x: 2 }, [
      { columns: ["p"], weights: [1, 1] },
      { columns: ["p", "x"], weights: [1, 3, 0, 0] },
    ]);
    const [p, x] = sampler(model, ["p", "x"], [2, 2], "1").next(8000);
    const under = [...p.keys()].filter((i) => p[i] === 1);
    expect(under).toHaveLength(4000);
    expect(under.filter((i) => x[i] === 1)).toHaveLength(3000);
  });

  test("the same seed gives the same rows, another seed others", () => {
    const rows = (seed: string): number[] =>
      sampler(modelOf(sizes, cliques), ["a", "b", "c"], [3, 2, 4], seed)
        .next(500)
        .flatMap((c) => [...c]);
    expect(rows("7")).toEqual(rows("7"));
    expect(rows("7")).not.toEqual(rows("8"));
  });
});
