import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelAvailable } from "../../src/audit/distance/kernel.js";
import type { MixedTable } from "../../src/audit/distance/mixed.js";
import { nearest } from "../../src/audit/distance/nearest.js";
import { nearestPlain } from "../../src/audit/distance/plain.js";

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
