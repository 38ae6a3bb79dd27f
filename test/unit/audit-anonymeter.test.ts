import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ColumnSet, linkTargets } from "../../src/audit/attacks/linkability.js";
import { takeColumns } from "../../src/audit/distance/mixed.js";
import { nearest } from "../../src/audit/distance/nearest.js";
import { mixedSpace } from "../../src/audit/distance/space.js";
import { wilsonInterval } from "../../src/audit/stats/wilson.js";
import { adultColumns, dataFolder, domainOf, encode, readPlainCsv } from "../support/audit-tables.js";

const folder = dataFolder("anonymeter-fixtures");
const median = (x: Float64Array): number => {
  const s = Float64Array.from(x).sort();
  return (s[Math.floor((s.length - 1) / 2)] + s[Math.ceil((s.length - 1) / 2)]) / 2;
};
const mean = (x: Float64Array): number => x.reduce((a, b) => a + b, 0) / x.length;

describe.skipIf(folder === null)("goldens on Anonymeter's fixtures (privacy-audit §1.8)", () => {
  const load = (name: string) => readPlainCsv(join(folder as string, name));
  const make = () => {
    const ori = load("adults_ori.csv");
    const syn = load("adults_syn.csv");
    const domain = domainOf(adultColumns(ori.header), [...ori.rows, ...syn.rows]);
    const space = mixedSpace([encode(domain, ori.rows), encode(domain, syn.rows)]);
    const set = (names: readonly string[]): ColumnSet => {
      const at = (columns: readonly number[]) => columns.flatMap((c, i) => (names.includes(domain.columns[c].name) ? [i] : []));
      return { numeric: at(space.numericColumns), categorical: at(space.categoricalColumns) };
    };
    return { ori, syn, space, set, left: space.tables[0], right: space.tables[1] };
  };

  test("distance to closest record, to 1e-6 of the published figures", () => {
    const { left, right } = make();
    const there = nearest(left, right, 1).distances;
    expect(mean(there)).toBeCloseTo(1.838123, 6);
    expect(median(there)).toBeCloseTo(1.64405, 6);
    expect(Math.min(...there)).toBeCloseTo(0.052861, 6);
    expect(Math.max(...there)).toBeCloseTo(4.497502, 6);
    const back = nearest(right, left, 1).distances;
    expect(mean(back)).toBeCloseTo(1.666873, 6);
    expect(median(back)).toBeCloseTo(1.344203, 6);
    expect(Math.max(...back)).toBeCloseTo(4.85283, 5);
  });

  test("linkability with file order among ties", () => {
    const { left, right, set } = make();
    const a = set(["type_employer", "education", "hr_per_week", "capital_loss", "capital_gain"]);
    const b = set(["race", "sex", "age", "country"]);
    const ranks = Uint32Array.from({ length: 100 }, (_, i) => i);
    expect(linkTargets(left, right, a, b, 1, ranks).linked).toBe(3);
    expect(linkTargets(left, right, a, b, 5, ranks).linked).toBe(26);
    expect(linkTargets(left, right, a, b, 10, ranks).linked).toBe(72);
    expect(linkTargets(left, right, a, b, 1, ranks).withTies).toBe(8);
    expect(linkTargets(left, left, a, b, 1, ranks).linked).toBe(52);
  });

  test("inference of categories from all other columns", () => {
    const { ori, syn, left, right, space } = make();
    for (const [name, correct] of [
      ["education", 38],
      ["marital", 69],
      ["income", 77],
    ] as const) {
      const column = ori.header.indexOf(name);
      const keep = space.categoricalColumns.flatMap((c, i) => (c === column ? [] : [i]));
      const all = space.numericColumns.map((_, i) => i);
      const found = nearest(takeColumns(left, all, keep), takeColumns(right, all, keep), 1).rows;
      expect(ori.rows.filter((row, i) => row[column] === syn.rows[found[i]][column])).toHaveLength(correct);
    }
  });
});

describe("Anonymeter's toys", () => {
  test("four rows that differ everywhere are at distance 4, as numbers or as categories", () => {
    const zero = { rows: 1, numeric: [], categorical: [[1], [0], [1], [0]] };
    const one = { rows: 1, numeric: [], categorical: [[0], [1], [0], [1]] };
    expect(nearest(zero, one, 1).distances[0]).toBe(4);
    const number = (x: number) => Float64Array.of(x);
    expect(nearest({ rows: 1, numeric: [1, 0, 1, 0].map(number), categorical: [] }, { rows: 1, numeric: [0, 1, 0, 1].map(number), categorical: [] }, 1).distances[0]).toBe(4);
  });
  test("linkability toy: 1 of 4 for one neighbour, 4 of 4 for two", () => {
    const ori = { rows: 4, numeric: [Float64Array.of(0, 0, 4, 0), Float64Array.of(0, 1, 9, 4)], categorical: [] };
    const syn = { rows: 4, numeric: [Float64Array.of(0, 1, 4, 9), Float64Array.of(0, 1, 4, 9)], categorical: [] };
    const ranks = Uint32Array.of(0, 1, 2, 3);
    const [a, b] = [0, 1].map((c) => ({ numeric: [c], categorical: [] }));
    expect(linkTargets(ori, syn, a, b, 1, ranks).linked).toBe(1);
    expect(linkTargets(ori, syn, a, b, 2, ranks).linked).toBe(4);
    const [low, high] = wilsonInterval(1, 4, 0.95);
    expect(low).toBeCloseTo(0.045587, 6);
    expect(high).toBeCloseTo(0.699358, 6);
  });
});
