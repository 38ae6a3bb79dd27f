import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { requireDecided } from "../../src/domain/declarations.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { type TableSchema, tableSchema } from "../../src/formats/table-schema.js";
import { readTable } from "../../src/table/read/read-table.js";
import { contentOf } from "../../src/table/split/content.js";
import { multisetDigest } from "../../src/table/split/digest.js";
import { splitKeyed } from "../../src/table/split/split.js";

const string = { type: "string", dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all", source: "discover" } };
const integer = { type: "integer", dpsynth: { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp", source: "discover" } };
const schemaOf = (fields: object[], dpsynth: object = {}): TableSchema => tableSchema.parse({ fields, dpsynth: { version: 1, privacyUnit: { kind: "row" }, ...dpsynth } });
const clean = [
  { name: "s", ...string },
  { name: "n", ...integer },
  { name: "d", type: "string", categories: ["x", "y"], dpsynth: { nullable: false, onNull: "first", onUnseen: "first" } },
];

describe("facts to be discovered must not stand in the schema unpaid", () => {
  test("an empty discovery is decided", () => expect(() => requireDecided(schemaOf(clean), "t.json")).not.toThrow());

  const guilty: [string, TableSchema, RegExp][] = [
    ["categories", schemaOf([{ name: "s", ...string, categories: ["a"] }]), /fields\[0\]\.categories: must be absent/],
    ["bounds", schemaOf([{ name: "n", ...integer, constraints: { minimum: 0, maximum: 117 } }]), /fields\[0\]\.constraints: must be absent/],
    ["bin edges", schemaOf([{ name: "n", ...integer, dpsynth: { ...integer.dpsynth, bins: [0, 50, 117] } }]), /fields\[0\]\.dpsynth\.bins/],
    ["not nullable", schemaOf([{ name: "s", ...string, dpsynth: { ...string.dpsynth, nullable: false, onNull: "catch-all" } }]), /nullable: must be true/],
    ["a first bin", schemaOf([{ name: "n", ...integer, dpsynth: { ...integer.dpsynth, onNull: "first" } }]), /onNull/],
    ["a boolean", schemaOf([{ name: "b", type: "boolean", dpsynth: { nullable: true, onNull: "null", onUnparsable: "null", source: "discover" } }]), /boolean/],
    ["the row count", schemaOf(clean, { rows: { count: 20_000, source: "discover" } }), /dpsynth\.rows\.source/],
    [
      "k",
      schemaOf([...clean, { name: "id", type: "identifier", dpsynth: { release: "drop" } }], { privacyUnit: { kind: "person", column: "id", maxRows: 3, source: "discover" } }),
      /privacyUnit\.source/,
    ],
  ];
  for (const [what, schema, words] of guilty) test(`${what}`, () => expect(() => requireDecided(schema, "t.json")).toThrow(words));
});

describe("the split of a table with undeclared columns", () => {
  const folder = mkdtempSync(join(tmpdir(), "discover-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const bits = seededBits("discover");
  const lines = Array.from({ length: 3000 }, (_, i) => `${["a", "b", "rare", ""][bits.below(4)]},${bits.below(90)},${i % 2 === 0 ? "x" : "y"}`);
  const key = new Uint8Array(32).fill(7);
  const shares = { holdout: 0.2, reference: 0.1 };
  const unknown = domainFromSchema(schemaOf(clean), "t.json");
  const known = domainFromSchema(schemaOf([{ ...clean[0], categories: ["a", "b"] }, { ...clean[1], constraints: { minimum: 0, maximum: 127 } }, clean[2]]), "t.json");
  const partsByLine = async (rows: readonly string[], domain: typeof unknown): Promise<string[]> => {
    const path = join(folder, "t.csv");
    writeFileSync(path, `s,n,d\n${rows.join("\n")}\n`);
    const table = contentOf(await readTable(path, domain));
    return [...splitKeyed(table, key, shares)].map((part, i) => `${rows[i]} ${part}`).sort();
  };

  test("one row more anywhere moves no other row", async () => {
    const before = await partsByLine(lines, unknown);
    for (const at of [0, 1500, 3000]) {
      const after = await partsByLine([...lines.slice(0, at), "new,5,x", ...lines.slice(at)], unknown);
      const left = new Map<string, number>();
      for (const line of after) left.set(line, (left.get(line) ?? 0) + 1);
      for (const line of before) left.set(line, (left.get(line) ?? 0) - 1);
      expect([...left.entries()].filter(([, n]) => n !== 0).map(([line, n]) => [line.slice(0, 7), n])).toEqual([["new,5,x", 1]]);
    }
  });

  test("fit and audit, before and after discovery, see the same parts and the same fingerprint", async () => {
    expect(await partsByLine(lines, known)).toEqual(await partsByLine(lines, unknown));
    const path = join(folder, "t.csv");
    const digest = async (domain: typeof unknown): Promise<string> => Buffer.from(multisetDigest(contentOf(await readTable(path, domain)))).toString("hex");
    expect(await digest(known)).toBe(await digest(unknown));
    writeFileSync(path, `s,n,d\n${["changed,1,x", ...lines.slice(1)].join("\n")}\n`);
    const changed = await digest(unknown);
    writeFileSync(path, `s,n,d\n${lines.join("\n")}\n`);
    expect(changed).not.toBe(await digest(unknown));
  });
});
