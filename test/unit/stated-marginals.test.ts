import { describe, expect, it } from "vitest";
import { cells } from "../../src/domain/clique.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { type MarginalsFile, marginalsFile } from "../../src/formats/marginals.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { type StatedTable, statedTables } from "../../src/synth/stated/cells.js";
import { estimateStated } from "../../src/synth/stated/estimate-stated.js";
import { tinySchema } from "../support/cli/workspace.js";

const SIZES = [2, 3];
const table = (clique: number[], listed: Record<number, number>, sigma = 0.1): StatedTable => ({
  clique,
  cells: Uint32Array.from(Object.keys(listed), Number),
  counts: Float64Array.from(Object.values(listed)),
  sigma,
});
const counts = (tables: StatedTable[], clique: number[], sizes = SIZES, rows?: number): number[] => {
  const { inference, total } = estimateStated(tables, sizes, rows, "m.json");
  return [...inference.within([clique])[0]].map((p) => p * total);
};
const near = (got: number[], wanted: number[], within = 1): void => {
  expect(got.length).toBe(wanted.length);
  got.forEach((v, i) => expect(Math.abs(v - wanted[i])).toBeLessThan(within));
};

describe("tables of which some cells were measured", () => {
  it("cells never listed are unmeasured: they share what is left of the rows", () => {
    near(counts([table([0], { 1: 400, 3: 300 })], [0], [5], 1000), [100, 400, 100, 300, 100]);
  });

  it("one cell of a pair beside both one-ways gives quasi-independence in the rest, by its closed form", () => {
    const [a, b, both] = [[600, 400], [500, 200, 300], 450];
    const got = counts([table([0], { 0: a[0], 1: a[1] }), table([1], { 0: b[0], 1: b[1], 2: b[2] }), table([0, 1], { 0: both })], [0, 1]);
    const rest = (column: number, row: number): number => (row * b[column]) / (b[1] + b[2]);
    near(got, [both, rest(1, a[0] - both), rest(2, a[0] - both), b[0] - both, rest(1, a[1] - b[0] + both), rest(2, a[1] - b[0] + both)]);
  });

  it("the more exact of two tables of the same cells has its way, and their mean by inverse variance is met", () => {
    const got = counts([table([0], { 0: 700 }, 10), table([0], { 0: 600 }, 5)], [0], [2], 1000);
    near(got, [620, 380], 4); // (700/100 + 600/25) / (1/100 + 1/25)
  });

  it("few measured cells among many unmeasured ones are met within their noise", () => {
    const listed = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i * 397, 50 + 10 * i]));
    const got = counts([table([0, 1], listed, 2)], [0, 1], [40, 100], 5000);
    for (const [cell, count] of Object.entries(listed)) expect(Math.abs(got[Number(cell)] - count)).toBeLessThan(1);
  });

  it("complete tables say how many rows there are; without one somebody must", () => {
    expect(estimateStated([table([0], { 0: 40, 1: 60 })], SIZES, undefined, "m.json").total).toBeCloseTo(100, 6);
    expect(() => estimateStated([table([0], { 0: 40 })], SIZES, undefined, "m.json")).toThrow("DPS-E532 m.json: rows");
  });

  it("a tree that no machine holds is refused before anything is allocated", () => {
    const sizes = [1000, 1000, 1000];
    const pairs = [
      [0, 1],
      [1, 2],
      [0, 2],
    ].map((pair) => table(pair, { 0: 1 }));
    expect(cells([0, 1, 2], sizes)).toBe(1e9);
    expect(() => estimateStated(pairs, sizes, 100, "m.json")).toThrow("DPS-E533");
  });
});

describe("values of cells", () => {
  const domain = domainFromSchema(tableSchema.parse(tinySchema), "people.schema.json");
  const file = (columns: string[], ...values: (string | number | boolean | null)[][]): MarginalsFile =>
    marginalsFile.parse({ format: "dpsynth-marginals", version: 1, schema: "s", source: "x", tables: [{ columns, cells: values.map((v, i) => ({ values: v, count: i })), sigma: 1 }] });
  const cellsOf = (columns: string[], ...values: (string | number | boolean | null)[][]): number[] => [...statedTables(file(columns, ...values), domain, "m.json")[0].cells];

  it("a number names its bin, a text its category, null the null code, in whatever order the columns stand", () => {
    expect(cellsOf(["age"], [0], [19], [99])).toEqual([0, 1, 9]);
    expect(cellsOf(["town"], ["north"], ["elsewhere"], [null])).toEqual([0, 3, 4]);
    expect(cellsOf(["sex", "age"], ["m", 10], ["f", 10])).toEqual([2, 3]);
  });

  it.each([
    [["height"], [[1]], "tables[0].columns[0]"],
    [["age", "age"], [[1, 1]], "tables[0].columns[1]"],
    [["age", "sex"], [[1]], "tables[0].cells[0].values"],
    [["age"], [[100]], "tables[0].cells[0].values[0]"],
    [["age"], [["old"]], "tables[0].cells[0].values[0]"],
    [["age"], [[null]], "tables[0].cells[0].values[0]"],
    [["town"], [["east"]], "tables[0].cells[0].values[0]"],
    [["age"], [[11], [12]], "tables[0].cells[1]"],
  ])("%j with %j is refused", (columns, values, place) => {
    expect(() => cellsOf(columns, ...values)).toThrow(`DPS-E531 m.json: ${place}: must be`);
  });
});
