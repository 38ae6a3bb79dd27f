import { beforeAll, describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { ModelFile } from "../../src/formats/model.js";
import { compile } from "../../src/synth/infer/belief-propagation.js";
import { modelOf } from "../../src/synth/model.js";
import type { Codes } from "../../src/synth/sample/groups.js";
import { pairTargets } from "../../src/synth/sample/pair-targets.js";
import { polishedColumns, polisher } from "../../src/synth/sample/polish.js";
import { sampler } from "../../src/synth/sample/sampler.js";
import { categoricalDomain } from "../support/tables.js";

const SIZES = [4, 6, 3, 1500];
const NAMES = ["a", "b", "c", "d"];
/** The long column has eight model codes. */
const LONG = Array.from({ length: 8 }, (_, g) => ({
  codes: Array.from({ length: 1500 }, (_, i) => i).filter((i) => i % 8 === g),
  weights: Array.from({ length: 1500 }, (_, i) => i)
    .filter((i) => i % 8 === g)
    .map((i) => 1 + (i % 5)),
}));

/** One-ways that are even; a and b, and b and d, depend on each other by targets alone: the tree holds none of it. */
function model(targets: boolean): ModelFile {
  const sizes = [4, 6, 3, 8];
  const inference = compile(
    sizes,
    sizes.map((_, c) => ({ clique: [c] })),
  );
  inference.sweep(new Float64Array(inference.layout.length), new Float64Array(inference.layout.length));
  const own = (n: number): { size: number; of: Uint32Array } => ({ size: n, of: Uint32Array.from({ length: n }, (_, i) => i) });
  const long = { size: 8, of: Uint32Array.from({ length: 1500 }, (_, i) => i % 8) };
  const pairs = [
    { pair: [0, 1], groups: [own(4), own(6)], counts: Float64Array.from({ length: 24 }, (_, cell) => (Math.floor(cell / 6) % 2 === cell % 2 ? 3 : 1)) },
    { pair: [1, 3], groups: [own(6), long], counts: Float64Array.from({ length: 48 }, (_, cell) => (Math.floor(cell / 8) % 2 === cell % 2 ? 2 : 1)) },
  ];
  const fitted = {
    noisy: [],
    total: 5000,
    calibrated: inference,
    expansions: [...sizes.slice(0, 3).map((n) => Array.from({ length: n }, (_, code) => ({ codes: [code], weights: [1] }))), LONG],
    ...(targets ? { targets: pairs } : {}),
  };
  return modelOf(categoricalDomain(SIZES), fitted, "mosaic", undefined) as ModelFile;
}

const copy = (codes: readonly Codes[]): number[][] => codes.map((column) => [...column]);

/** Σ over pairs of squared (rows − target), of rows in polished codes. */
function squares(held: ModelFile, rows: readonly (readonly number[])[]): number {
  const columns = polishedColumns(held, NAMES, SIZES);
  const seen = (c: number, code: number): number => (columns[c].full ? code : code % 8);
  let sum = 0;
  for (const { pair, shares } of pairTargets(held, columns)) {
    const counts = shares.map((p) => -p * rows[0].length);
    rows[0].forEach((_, i) => {
      counts[seen(pair[0], rows[pair[0]][i]) * columns[pair[1]].size + seen(pair[1], rows[pair[1]][i])] += 1;
    });
    sum += counts.reduce((s, v) => s + v * v, 0);
  }
  return sum;
}

describe("polishing of rows", () => {
  let held: ModelFile;
  beforeAll(() => {
    held = model(true);
  });
  const rowsOf = (m: ModelFile, chunks: readonly number[], seed = "rows"): number[][] => {
    const next = sampler(m, NAMES, SIZES, seed);
    const out: number[][] = NAMES.map(() => []);
    for (const n of chunks) copy(next.next(n)).forEach((codes, c) => out[c].push(...codes));
    return out;
  };

  test("the long column is polished by the model's codes, the others by their own", () => {
    expect(polishedColumns(held, NAMES, SIZES).map(({ full, size }) => [full, size])).toEqual([
      [true, 4],
      [true, 6],
      [true, 3],
      [false, 8],
    ]);
  });

  test("rows come near to every pair's target, also of pairs that no clique holds: less than a row and a half off a cell", () => {
    const [plain, polished] = [rowsOf(model(false), [4000]), rowsOf(held, [4000])];
    expect(squares(held, polished)).toBeLessThan(squares(held, plain) / 500);
    const cells = 4 * 6 + 4 * 3 + 4 * 8 + 6 * 3 + 6 * 8 + 3 * 8;
    expect(Math.sqrt(squares(held, polished) / cells)).toBeLessThan(1.5);
  });

  test("one-way counts stay within three rows of those before", () => {
    const [plain, polished] = [rowsOf(model(false), [3000]), rowsOf(held, [3000])];
    for (const c of [0, 1, 2, 3]) {
      for (let code = 0; code < 8; code += 1) {
        const count = (rows: number[][]): number => rows[c].filter((x) => (c === 3 ? x % 8 : x) === code).length;
        expect(Math.abs(count(polished) - count(plain))).toBeLessThanOrEqual(3);
      }
    }
  });

  test("the long column's own codes stay within a row of their shares", () => {
    const rows = rowsOf(held, [3000]);
    for (const { codes, weights } of LONG) {
      const all = rows[3].filter((code) => code % 8 === codes[0] % 8).length;
      const sum = weights.reduce((s, w) => s + w, 0);
      codes.forEach((code, i) => expect(Math.abs(rows[3].filter((x) => x === code).length - (all * weights[i]) / sum)).toBeLessThan(1));
    }
  });

  test("later chunks mend what earlier ones left: small chunks together are about as near as one large one", () => {
    const [whole, parts] = [rowsOf(held, [6000]), rowsOf(held, new Array(30).fill(200))];
    expect(squares(held, parts)).toBeLessThan(9 * squares(held, whole));
    // each chunk alone could not do better than rounding its own targets
    const alone = rowsOf(held, [200]);
    expect(squares(held, parts)).toBeLessThan(30 * squares(held, alone));
  });

  test("a release of more rows begins with the same full chunks, and the same calls give the same rows", () => {
    const [short, long] = [rowsOf(held, [2048]), rowsOf(held, [2048, 500])];
    short.forEach((codes, c) => expect(long[c].slice(0, 2048)).toEqual(codes));
    expect(rowsOf(held, [2048, 500])).toEqual(long);
    expect(rowsOf(held, [2048], "another")).not.toEqual(short);
  });

  test("the kernel and its plain twin make the same rows", () => {
    const columns = polishedColumns(held, NAMES, SIZES);
    const bits = seededBits("before");
    const start = columns.map(({ size }) => Uint16Array.from({ length: 1200 }, () => bits.below(size)));
    const [fast, plain] = [false, true].map((judge) => {
      const codes = start.map((column) => Uint16Array.from(column));
      const polish = polisher(held, columns, "twins", judge);
      polish(codes, 700);
      polish(codes, 1200);
      return copy(codes);
    });
    expect(fast).toEqual(plain);
    expect(fast).not.toEqual(copy(start));
  });

  test("no rows, and one row, are left alone", () => {
    expect(rowsOf(held, [0])).toEqual([[], [], [], []]);
    expect(rowsOf(held, [1]).map((codes) => codes.length)).toEqual([1, 1, 1, 1]);
  });
});
