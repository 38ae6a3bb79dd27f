import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireDecided, undecided } from "../../src/domain/declarations.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { checkTable } from "../../src/table/read/check-table.js";
import { draftSchema } from "../../src/table/read/draft.js";
import { readTable } from "../../src/table/read/read-table.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "draft-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const header = "person_id,age,zip,height,sex,alive,born,seen,slashed,job,pay";
const line = (i: number): string =>
  [
    `P${1000 + i}`,
    i % 90,
    `0${2100 + (i % 5)}`,
    i % 9 === 0 ? "?" : (150 + (i % 40) / 4).toFixed(2),
    i % 2 === 0 ? "M" : "F",
    i % 3 === 0 ? "true" : "false",
    `19${50 + (i % 40)}-0${1 + (i % 9)}-1${i % 10}`,
    `2020-01-0${1 + (i % 9)} 1${i % 10}:30:00`,
    `${1 + (i % 28)}/0${1 + (i % 9)}/2001`,
    i % 7 === 0 ? "" : `job ${i % 6}`,
    i % 4 === 0 ? "N" : String(i * 100),
  ].join(",");
const body = Array.from({ length: 300 }, (_, i) => line(i)).join("\n");

describe("a drafted schema", () => {
  it("guesses types, and marks every fact that was read from the data", async () => {
    const path = file("people.csv", `${header}\n${body}\n`);
    const { schema, notes } = await draftSchema(path);
    const parsed = tableSchema.parse(JSON.parse(JSON.stringify(schema)));
    expect(parsed.fields.map((f) => f.type)).toEqual(["identifier", "integer", "string", "number", "string", "boolean", "date", "datetime", "date", "string", "integer"]);
    expect(parsed.fields[1]).toMatchObject({ constraints: { minimum: 0, maximum: 89 }, dpsynth: { nullable: false, source: "data" } });
    expect(parsed.fields[2]).toMatchObject({ categories: ["02100", "02101", "02102", "02103", "02104"] });
    expect(parsed.fields[3]).toMatchObject({ dpsynth: { nullable: true, decimals: 2 } });
    expect(parsed.fields[8]).toMatchObject({ format: "%d/%m/%Y", constraints: { minimum: "2001-01-01" } });
    expect(parsed.fields[9]).toMatchObject({ dpsynth: { nullable: true, onNull: "null" } });
    expect(parsed.fields[10]).toMatchObject({ dpsynth: { nullable: true }, constraints: { minimum: 100, maximum: 29_900 } });
    expect(undecided(parsed)).toHaveLength(10);
    expect(() => requireDecided(parsed, "s")).toThrow(/DPS-E230/);
    expect(parsed.dpsynth.privacyUnit).toBeUndefined();
    expect(() => domainFromSchema(parsed, "s")).toThrow(/DPS-E220/);
    expect(notes.join("\n")).not.toMatch(/P1000|job 1/);
  });

  it("encodes its own table without coercing a cell", async () => {
    const path = file("own.csv", `${header}\n${body}\n`);
    const domain = domainFromSchema(tableSchema.parse((await draftSchema(path)).schema), "s", { requireUnit: false });
    const { rows, columns } = await checkTable(path, domain);
    expect(rows).toBe(300);
    for (const c of columns) expect(c).toMatchObject({ unseen: 0, unparsable: 0, outOfBounds: 0 });
    for (const c of columns) if (c.nulls > 0) expect(c.nullable).toBe(true);
    expect((await readTable(path, domain)).rows).toBe(300);
  });

  it("finds the delimiter and writes it down", async () => {
    const path = file("semi.csv", `a;b;c\n1;x,y;2.5\n2;z;3.5\n`);
    const { schema } = await draftSchema(path);
    expect(schema.dpsynth.dialect).toEqual({ delimiter: ";" });
    expect(schema.fields.map((f) => f.type)).toEqual(["integer", "string", "number"]);
    expect((await readTable(path, domainFromSchema(tableSchema.parse(schema), "s", { requireUnit: false }))).rows).toBe(2);
  });

  it("asks to pay for what it cannot list, and drafts a table of no rows", async () => {
    const { schema } = await draftSchema(file("none.csv", "a,b\n"));
    expect(schema.fields.map((f) => (f.type === "string" ? f.dpsynth.source : f.type))).toEqual(["discover", "discover"]);
    expect(domainFromSchema(tableSchema.parse(schema), "s", { requireUnit: false }).columns).toHaveLength(2);
  });

  it("repeats no cell of a table without a header", async () => {
    await expect(draftSchema(file("headless.csv", "CANARY-7f3a9,CANARY-7f3a9\n1,2\n"))).rejects.toThrow(/^(?!.*CANARY).*DPS-E311/);
  });
});
