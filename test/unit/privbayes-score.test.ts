import { describe, expect, it } from "vitest";
import { SCORES } from "../../src/curator/mechanism/score.js";

const { evaluate, sensitivity } = SCORES["product-l1-error"];

interface Shape {
  readonly cells: number;
  readonly axis: { readonly size: number; readonly stride: number };
}

/** The child last, first, and between two parents. */
const SHAPES: Shape[] = [
  { cells: 4, axis: { size: 2, stride: 1 } },
  { cells: 6, axis: { size: 2, stride: 3 } },
  { cells: 6, axis: { size: 3, stride: 1 } },
  { cells: 8, axis: { size: 2, stride: 2 } },
];

/** 64·n·Σ |P(x,π) − P(x)·P(π)| by its definition, over shares; an ordinary double. */
function byDefinition(table: Float64Array, { axis }: Shape): number {
  const n = table.reduce((s, v) => s + v, 0);
  if (n === 0) return 0;
  const child = (cell: number): number => Math.floor(cell / axis.stride) % axis.size;
  const parent = (cell: number): string => `${Math.floor(cell / (axis.stride * axis.size))},${cell % axis.stride}`;
  const share = (holds: (cell: number) => boolean): number => table.reduce((s, v, cell) => s + (holds(cell) ? v : 0), 0) / n;
  return 64 * n * table.reduce((s, v, cell) => s + Math.abs(v / n - share((c) => child(c) === child(cell)) * share((c) => parent(c) === parent(cell))), 0);
}

describe("product-l1-error", () => {
  it.each(SHAPES)("is the definition, rounded down: all tables of up to 4 rows, %o", (shape) => {
    for (const table of rowSets(shape.cells, 4)) {
      const ideal = byDefinition(table, shape);
      const score = Number(evaluate(table, undefined, shape.axis));
      expect(score).toBeLessThanOrEqual(ideal + 1e-9);
      expect(score).toBeGreaterThan(ideal - 1 - 1e-9);
    }
  });

  it.each(SHAPES)("no unit of k rows moves it by more than its sensitivity: all tables of up to 4 rows, %o", (shape) => {
    for (const k of [1, 2, 3]) {
      let worst = 0n;
      for (const table of rowSets(shape.cells, 4)) for (const unit of rowSets(shape.cells, k)) worst = larger(worst, moved(table, unit, shape));
      expect(worst).toBeLessThanOrEqual(sensitivity(k));
      expect(worst).toBeGreaterThan(sensitivity(k) / 2n); // small tables come within n/(n + k) of it
    }
  });

  it.each([1, 3])("a unit of %i rows in a cell of their own moves it by all but one part of its sensitivity", (k) => {
    const table = Float64Array.of(2 ** 21, 0, 0, 0);
    expect(sensitivity(k) - moved(table, Float64Array.of(0, 0, 0, k), SHAPES[0])).toBe(1n);
  });

  it("is exact on both ways of computing it, at their border and far beyond", () => {
    for (const n of [2 ** 26 - 1, 2 ** 26, 2 ** 40]) {
      const [a, b, c] = [Math.floor(n / 3), Math.floor(n / 7), 1];
      const d = n - a - b - c;
      const gap = BigInt(a) * BigInt(d) - BigInt(b) * BigInt(c); // each cell of a 2 × 2 table is off by |ad − bc|/n
      const exact = (64n * 4n * (gap < 0n ? -gap : gap)) / BigInt(n);
      expect(evaluate(Float64Array.of(a, b, c, d), undefined, SHAPES[0].axis)).toBe(exact);
    }
  });

  it("is 0 without rows, without parents and under independence", () => {
    expect(evaluate(new Float64Array(4), undefined, SHAPES[0].axis)).toBe(0n);
    expect(evaluate(Float64Array.of(5, 7), undefined, { size: 2, stride: 1 })).toBe(0n);
    expect(evaluate(Float64Array.of(2, 4, 3, 6), undefined, SHAPES[0].axis)).toBe(0n);
  });
});

function moved(table: Float64Array, unit: Float64Array, { axis }: Shape): bigint {
  const before = evaluate(table, undefined, axis);
  const after = evaluate(
    table.map((c, i) => c + unit[i]),
    undefined,
    axis,
  );
  return after > before ? after - before : before - after;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** All tables of at most `rows` rows over `cells` cells. */
function rowSets(cells: number, rows: number): Float64Array[] {
  let sets: number[][] = [[]];
  for (let c = 0; c < cells; c += 1) sets = sets.flatMap((s) => Array.from({ length: rows + 1 - s.reduce((a, b) => a + b, 0) }, (_, n) => [...s, n]));
  return sets.map((s) => Float64Array.from(s));
}
