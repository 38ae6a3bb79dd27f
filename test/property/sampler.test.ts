import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SeededBits, seededBits } from "../../src/base/random.js";
import type { ModelFile } from "../../src/formats/model.js";
import { CHUNK_ROWS } from "../../src/synth/release/chunk.js";
import { apportioner, MOST_WEIGHT, sharesOf } from "../../src/synth/sample/rounding.js";
import { sampler } from "../../src/synth/sample/sampler.js";
import { chiSquareTail } from "../support/chi-square.js";

/** The parts of a model that the sampler reads. */
function modelOf(sizes: Record<string, number>, cliques: { columns: string[]; weights: number[] }[], expansions: ModelFile["expansions"] = {}): ModelFile {
  return {
    expansions: { ...Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, Array.from({ length: size }, (_, code) => ({ codes: [code], weights: [1] }))])), ...expansions },
    cliques: cliques.map((c) => ({ ...c, shape: c.columns.map((name) => sizes[name]) })),
  } as unknown as ModelFile;
}

/** Calls of `rows` each on fresh cells; asserts after every call, in integers, that each total is less than one row from its target. Returns the totals. */
function assertWithinOneRow(weights: readonly number[], calls: readonly number[], bits: SeededBits): bigint[] {
  const apportion = apportioner(weights.length, bits);
  const shares = sharesOf(Float64Array.from(weights));
  const sum = weights.reduce((s, v) => s + v, 0);
  const take = new Uint32Array(weights.length);
  const given = weights.map(() => 0n);
  let seen = 0n;
  for (const rows of calls) {
    apportion(shares, 0, weights.length, sum, rows, take);
    seen += BigInt(rows);
    let placed = 0;
    weights.forEach((w, i) => {
      placed += take[i];
      given[i] += BigInt(take[i]);
      const off = given[i] * BigInt(sum) - seen * BigInt(w);
      if (off >= BigInt(sum) || -off >= BigInt(sum)) throw new Error(`cell ${i} is ${Number(off) / sum} rows from its target after ${seen} rows`);
    });
    if (placed !== rows) throw new Error(`${placed} rows placed of ${rows}`);
  }
  return given;
}

/** All ways to write n as an ordered sum of positive whole numbers. */
function compositions(n: number): number[][] {
  return n === 0 ? [[]] : Array.from({ length: n }, (_, k) => compositions(n - k - 1).map((rest) => [k + 1, ...rest])).flat();
}

describe("apportionment", () => {
  test("totals stay within one row of the model over any calls: random tables, small weights and weights of many magnitudes", () => {
    const small = fc.integer({ min: 0, max: 10 });
    const skewed = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3 })).map(([bits, plus]) => 2 ** bits * plus + plus);
    const calls = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 80 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: CHUNK_ROWS }), { minLength: 1, maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(small, { maxLength: 12 }), fc.array(small, { maxLength: 60 }), fc.array(skewed, { maxLength: 30 })), calls, fc.nat(), (raw, rows, seed) => {
        assertWithinOneRow([1, ...raw], rows, seededBits(`apportion ${seed}`));
      }),
      { seed: 11, numRuns: 4000 },
    );
  });

  test("and exhaustively: every table of sum at most 6, every way to cut 10 rows into calls", () => {
    const bits = seededBits("exhaustive");
    const cuts = compositions(10);
    for (let sum = 1; sum <= 6; sum += 1) for (const weights of compositions(sum)) for (const calls of cuts) assertWithinOneRow(weights, calls, bits);
  });

  test("the largest weights and a thousand full chunks are exact", () => {
    assertWithinOneRow([MOST_WEIGHT - 5, 1, 0, 4], Array(1000).fill(CHUNK_ROWS), seededBits("large"));
    assertWithinOneRow([MOST_WEIGHT / 2 - 1, MOST_WEIGHT / 3 - 1 / 3, 7], Array(1000).fill(CHUNK_ROWS - 1), seededBits("large"));
  });

  test("in a group's first call each cell gets ⌈target⌉ with the fractional part as its chance (20,000 draws a cell, z below 6: false alarm 1e-7)", () => {
    const bits = seededBits("first call");
    for (const [weights, rows] of [
      [[7, 2, 1], 1],
      [[1, 1, 1, 1, 1, 1, 1], 3],
      [Array.from({ length: 30 }, (_, i) => Math.floor(100_000 / (i + 1))), 4],
    ] as const) {
      const sum = weights.reduce((s: number, w) => s + w, 0);
      const totals = weights.map(() => 0);
      for (let draw = 0; draw < 20_000; draw += 1) for (const [i, n] of assertWithinOneRow(weights, [rows], bits).entries()) totals[i] += Number(n);
      weights.forEach((w, i) => {
        const chance = ((rows * w) / sum) % 1;
        expect(Math.abs(totals[i] - (20_000 * rows * w) / sum)).toBeLessThan(6 * Math.sqrt(20_000 * chance * (1 - chance)));
      });
    }
  });

  test("in later calls the mean over draws stays within .15 rows of the target (10,000 draws, whose own error is below .03 at six σ)", () => {
    const bits = seededBits("later calls");
    for (const [weights, calls] of [
      [[7, 2, 1], Array(7).fill(1)],
      [Array.from({ length: 20 }, (_, i) => Math.floor(100_000 / (i + 1))), Array(24).fill(1)],
      [[50, 30, 10, 7, 3], Array(9).fill(2)],
    ] as const) {
      const [sum, rows] = [weights.reduce((s: number, w) => s + w, 0), calls.reduce((s: number, n: number) => s + n, 0)];
      const totals = weights.map(() => 0);
      for (let draw = 0; draw < 10_000; draw += 1) for (const [i, n] of assertWithinOneRow(weights, calls, bits).entries()) totals[i] += Number(n);
      weights.forEach((w, i) => expect(Math.abs(totals[i] / 10_000 - (rows * w) / sum)).toBeLessThan(0.18));
    }
  });

  test("every order of labels of which the first are alike is equally likely (chi-square of 12 orders, false alarm 1e-6, fixed seed)", () => {
    const bits = seededBits("orders");
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 24_000; draw += 1) {
      const items = Uint16Array.of(9, 0, 0, 1, 2, 9);
      bits.shuffle(items, 1, 4, 2);
      seen.set(items.join(), (seen.get(items.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(12);
    expect([...seen.keys()].every((k) => k.startsWith("9,") && k.endsWith(",9"))).toBe(true);
    expect(
      chiSquareTail(
        [...seen.values()].reduce((s, n) => s + (n - 2000) ** 2 / 2000, 0),
        11,
      ),
    ).toBeGreaterThan(1e-6);
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

  test("after every chunk of random models each clique's count is within one row of its separator's count times the conditional, compressed codes too", () => {
    const weight = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 31 }));
    const tables = fc.tuple(...[4, 24, 30].map((cells) => fc.array(weight, { minLength: cells, maxLength: cells })));
    fc.assert(
      fc.property(tables, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 25 }), fc.nat(), ([p, pqr, qrs], chunks, seed) => {
        const shape = { p: 4, q: 2, r: 3, s: 5 };
        const drawn = [
          { columns: ["p"], weights: p.map((w) => w + 1) },
          { columns: ["p", "q", "r"], weights: pqr.map((w) => w + 1) },
          { columns: ["q", "r", "s"], weights: qrs.map((w) => w + 1) },
        ];
        const shares = [3, 0, 1, 5];
        const expansions = {
          s: [
            { codes: [5], weights: [1] },
            { codes: [0, 2, 4, 7], weights: shares },
            { codes: [1], weights: [0] },
            { codes: [6], weights: [1] },
            { codes: [3], weights: [1] },
          ],
        };
        const coarse = [1, 2, 1, 4, 1, 0, 3, 1];
        const names = ["p", "q", "r", "s"];
        const draw = sampler(modelOf(shape, drawn, expansions), names, [4, 2, 3, 8], String(seed));
        const rows: number[][] = [];
        for (const n of chunks) {
          const codes = draw.next(n);
          for (let i = 0; i < n; i += 1) rows.push(codes.map((c) => c[i]));
          const merged = rows.map(([a, b, c, d]) => [a, b, c, coarse[d]]);
          drawn.forEach(({ columns, weights }, k) => {
            const axes = columns.map((c) => names.indexOf(c));
            const known = k === 0 ? [] : axes.slice(0, k === 1 ? 1 : 2);
            const cellOf = (row: number[]): number => axes.reduce((cell, a) => cell * [4, 2, 3, 5][a] + row[a], 0);
            const groupOf = (row: number[]): number => known.reduce((g, a) => g * [4, 2, 3, 5][a] + row[a], 0);
            const width = k === 0 ? 4 : k === 1 ? 6 : 5;
            const [cells, groups] = [new Float64Array(weights.length), new Float64Array(weights.length / width)];
            for (const row of merged) {
              cells[cellOf(row)] += 1;
              groups[groupOf(row)] += 1;
            }
            weights.forEach((w, cell) => {
              const g = Math.floor(cell / width);
              const sum = weights.slice(g * width, (g + 1) * width).reduce((t, v) => t + v, 0);
              if (!(Math.abs(cells[cell] - (groups[g] * w) / sum) < 1 + 1e-9)) throw new Error(`clique ${k}, cell ${cell}: ${cells[cell]} of ${groups[g]}`);
            });
          });
          const spread = [0, 2, 4, 7].map((code) => rows.filter((row) => row[3] === code).length);
          const all = spread.reduce((t, v) => t + v, 0);
          spread.forEach((n, i) => {
            if (!(Math.abs(n - (all * shares[i]) / 9) < 1)) throw new Error(`spread ${i}: ${n} of ${all}`);
          });
        }
      }),
      { seed: 5, numRuns: 150 },
    );
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
