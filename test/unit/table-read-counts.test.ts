import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeCell } from "../../src/domain/codec.js";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { checkTable } from "../../src/table/read/check-table.js";
import { textCounts } from "../../src/table/read/text-counts.js";

const binned = { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" };
const domainOf = (unit: object): Domain =>
  domainFromSchema(
    tableSchema.parse({
      missingValues: ["", "?"],
      fields: [
        { name: "id", type: "identifier", dpsynth: { release: "drop" } },
        { name: "n", type: "integer", constraints: { minimum: 0, maximum: 9 }, dpsynth: binned },
        { name: "x", type: "number", dpsynth: { ...binned, source: "discover" } },
        { name: "s", type: "string", dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all", source: "discover" } },
        { name: "t", type: "string", categories: ["a", "b"], dpsynth: { nullable: false, catchAll: "other", onNull: "first", onUnseen: "catch-all" } },
        { name: "b", type: "boolean", dpsynth: { nullable: true, onNull: "null", onUnparsable: "null" } },
      ],
      dpsynth: { version: 1, privacyUnit: unit },
    }),
    "t",
  );
const byRow = domainOf({ kind: "row" });

const rows = [
  ["p", "1", "0.75", "u", "a", "true"],
  ["p", "3.5", "1", "u", "c", "maybe"],
  ["p", "12", "-1", "v", "", "0"],
  ["q", "x", "1e300", "?", "?", ""],
  ["", "?", "0", "w", "b", "1"],
  ["", "-1", "inf", "w", "b", "1"],
  ["", " 4 ", "1e-300", "w", "A", "1"],
];
let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "counts-"));
  path = join(folder, "t.csv");
  writeFileSync(path, `id,n,x,s,t,b\n${rows.map((r) => r.join(",")).join("\n")}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("check", () => {
  it("counts what the plain codec coerces", async () => {
    const found = await checkTable(path, byRow);
    expect(found.rows).toBe(rows.length);
    byRow.columns.forEach((column, j) => {
      const placed = rows.map((r) => encodeCell(column, ["", "?"], r[j + 1]).placement);
      const count = (what: string): number => placed.filter((p) => p === what).length;
      expect(found.columns[j]).toEqual({
        name: column.name,
        nullable: column.field.dpsynth.nullable,
        nulls: count("null"),
        unseen: count("unseen"),
        unparsable: count("unparsable"),
        outOfBounds: count("out-of-bounds"),
      });
    });
    expect(found.columns[0]).toMatchObject({ nulls: 1, unparsable: 2, outOfBounds: 2 });
  });
});

describe("discovery", () => {
  it("counts each text that is no null", async () => {
    expect(new Map(await textCounts(path, byRow, "s", new Uint8Array(rows.length).fill(1)))).toEqual(
      new Map([
        ["u", 2],
        ["v", 1],
        ["w", 3],
      ]),
    );
  });

  it("counts only the rows it is told to", async () => {
    expect(new Map(await textCounts(path, byRow, "s", Uint8Array.of(1, 0, 0, 1, 0, 1, 1)))).toEqual(
      new Map([
        ["u", 1],
        ["w", 2],
      ]),
    );
  });
});
