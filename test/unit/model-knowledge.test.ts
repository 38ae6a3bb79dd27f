import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { noisyTables } from "../../src/app/model-knowledge.js";
import type { NoisyTable } from "../../src/audit/context.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { type ModelFile, modelFile } from "../../src/formats/model.js";
import { checkModel } from "../../src/synth/sample/check-model.js";
import { codeOf } from "../support/fault-code.js";

const golden = modelFile.parse(JSON.parse(readFileSync(new URL("../../fixtures/golden/people.model.json", import.meta.url), "utf8")));
const domain = domainFromSchema(golden.schema, "people.schema.json");
const [first, second] = domain.columns;

/** The golden model with one measurement more: two columns in two groups each, three counts. */
function withParts(over: object = {}): ModelFile {
  const halves = [first, second].map(({ size }) => Array.from({ length: size }, (_, code) => (code % 2 === 0 ? 0 : 1)));
  const measurement = { columns: [first.name, second.name], shape: [2, 2], groups: halves, parts: [0, 1, 1, 2], noise: "discrete-gaussian", variance: "9", counts: [5, 6, 7], ...over };
  return modelFile.parse({ ...golden, measurements: [...golden.measurements, measurement] });
}

const at = `measurements[${golden.measurements.length}]`;

describe("what a model says of its measurements", () => {
  test("a measurement in groups and parts is read cell by cell", () => {
    checkModel(withParts(), "m.json");
    const table = noisyTables(withParts(), domain).at(-1) as NoisyTable;
    expect(table).toMatchObject({ columns: [0, 1], shape: [2, 2], parts: [0, 1, 1, 2], counts: [5, 6, 7], variance: 9 });
    expect([...Array.from(table.groups[0])].slice(0, 4)).toEqual([0, 1, 0, 1].slice(0, first.size));
  });

  test("without groups a column is read by its codes or by those of its expansion; what fits neither is left out, as the number of rows is", () => {
    const tables = noisyTables(golden, domain);
    const measured = golden.measurements.filter(({ columns }) => columns.length > 0);
    expect(tables).toHaveLength(measured.length);
    const unknown = withParts({ groups: undefined, parts: undefined, counts: [1, 2, 3, 4] });
    const fits = [first, second].every(({ name, size }) => size === 2 || golden.expansions[name].length === 2);
    expect(fits).toBe(false);
    expect(noisyTables(unknown, domain)).toHaveLength(tables.length);
  });

  test.each<[string, object, string]>([
    ["parts of another number of cells", { parts: [0, 1, 2] }, `${at}.parts`],
    ["a part without a count", { parts: [0, 1, 1, 3] }, `${at}.parts`],
    ["groups of one column only", { groups: [[0, 1]] }, `${at}.groups`],
    ["groups of other codes", { groups: [[0, 1], [0]] }, `${at}.groups[0]`],
    ["a group beyond the shape", { shape: [1, 2], parts: [0, 1], counts: [5, 6] }, `${at}.groups[0]`],
    ["a group that is empty", { shape: [3, 2], parts: [0, 1, 1, 2, 0, 1] }, `${at}.groups[0]`],
    ["a column longer than it is", { groups: undefined, parts: undefined, shape: [first.size + 1, 1], counts: new Array(first.size + 1).fill(0) }, `${at}.shape[0]`],
  ])("refuses %s", async (_, over, where) => {
    const check = async (): Promise<void> => checkModel(withParts(over), "m.json");
    expect(await codeOf(check())).toBe("DPS-E502 2");
    await expect(check()).rejects.toThrow(`m.json: ${where}:`);
  });
});
