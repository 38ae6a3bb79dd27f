import fc from "fast-check";
import { expect, test } from "vitest";
import { contentHashes, contentRanks } from "../../src/audit/distance/content-order.js";
import { kernelAvailable } from "../../src/audit/distance/kernel.js";
import type { MixedTable } from "../../src/audit/distance/mixed.js";
import { nearest } from "../../src/audit/distance/nearest.js";
import { nearestPlain } from "../../src/audit/distance/plain.js";
import { seededBits } from "../../src/base/random.js";

const cell = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 0.25, 0.5, 1) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const code = fc.oneof(fc.nat(2), fc.constantFrom(0, 255, 256, 70_000, 20_000_000));

const tables = fc.record({ numeric: fc.nat(3), categorical: fc.nat(4), left: fc.nat(12), right: fc.nat(60), k: fc.integer({ min: 1, max: 4 }) }).chain((shape) => {
  const side = (rows: number) =>
    fc.record({
      rows: fc.constant(rows),
      numeric: fc.array(fc.array(cell, { minLength: rows, maxLength: rows }).map(Float64Array.from.bind(Float64Array) as (x: number[]) => Float64Array), {
        minLength: shape.numeric,
        maxLength: shape.numeric,
      }),
      categorical: fc.array(
        fc.array(code, { minLength: rows, maxLength: rows }).map((x) => Uint32Array.from(x)),
        { minLength: shape.categorical, maxLength: shape.categorical },
      ),
    }) as fc.Arbitrary<MixedTable>;
  const ranks = fc
    .shuffledSubarray(
      Array.from({ length: shape.right }, (_, i) => i),
      { minLength: shape.right },
    )
    .map((x) => Uint32Array.from(x));
  return fc.tuple(side(shape.left), side(shape.right), ranks, fc.constant(shape.k));
});

test("the kernel is there, or this file would compare the twin with itself", () => {
  expect(kernelAvailable()).toBe(true);
});

test("kernel and plain twin agree bit for bit, ties and nulls included", () => {
  fc.assert(
    fc.property(tables, ([left, right, ranks, k]) => {
      const fast = nearest(left, right, k, { ranks });
      const plain = nearestPlain(left, right, ranks, k);
      expect(Array.from(fast.distances)).toEqual(Array.from(plain.distances));
      expect(Array.from(fast.rows)).toEqual(Array.from(plain.rows));
    }),
    { seed: 11, numRuns: 400 },
  );
});

/** Shapes that take the kernel through many blocks: what the small tables above do not reach. */
const SHAPES: Record<string, (bits: { below(n: number): number }) => readonly [number[], number[]]> = {
  "mixed, with nulls": (bits) => [Array.from({ length: 5 }, () => (bits.below(20) === 0 ? Number.NaN : bits.below(1000) / 999)), Array.from({ length: 5 }, () => bits.below(6))],
  "one outlier stretches every range": (bits) => [Array.from({ length: 4 }, () => (bits.below(500) === 0 ? 1 : bits.below(10_000) / 1e8)), [bits.below(2)]],
  "few values, many equal rows": (bits) => [[bits.below(2)], [bits.below(2), 300 * bits.below(3)]],
  "numbers only, one of them narrow": (bits) => [[bits.below(1e6) / 1e6, 0.5 + bits.below(100) / 1e7, bits.below(1e6) / 1e6], []],
  "an odd number of categories": (bits) => [[], Array.from({ length: 7 }, () => bits.below(3))],
  "300 columns of each kind": (bits) => [Array.from({ length: 300 }, () => bits.below(1000) / 999), Array.from({ length: 300 }, () => bits.below(4))],
};

function tableOf(rows: readonly (readonly [number[], number[]])[]): MixedTable {
  const [numeric, categorical] = rows[0];
  return {
    rows: rows.length,
    numeric: numeric.map((_, c) => Float64Array.from(rows, (row) => row[0][c])),
    categorical: categorical.map((_, c) => Uint32Array.from(rows, (row) => row[1][c])),
  };
}

test.each(Object.keys(SHAPES))("many blocks: %s", (name) => {
  const bits = seededBits(name);
  const draw = (n: number): MixedTable => tableOf(Array.from({ length: n }, () => SHAPES[name](bits)));
  const [left, right] = [draw(60), draw(name.startsWith("300") ? 500 : 3000)];
  const ranks = contentRanks(contentHashes(right, name));
  for (const k of [1, 5]) {
    const [fast, plain] = [nearest(left, right, k, { ranks }), nearestPlain(left, right, ranks, k)];
    expect(fast.distances).toEqual(plain.distances);
    expect(fast.rows).toEqual(plain.rows);
  }
});
