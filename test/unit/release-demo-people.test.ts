import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PEOPLE_COLUMNS, peopleCsv } from "../../src/app/demo/people.js";
import { peopleSchema } from "../../src/app/demo/people-schema.js";
import { sha256Hex } from "../../src/base/hash.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";

const text = [...peopleCsv(50_000, "1")].join("");
const [header, ...rows] = text
  .trimEnd()
  .split("\n")
  .map((line) => line.split(","));
const at = (name: (typeof PEOPLE_COLUMNS)[number]): number => PEOPLE_COLUMNS.indexOf(name);
const column = (name: (typeof PEOPLE_COLUMNS)[number]): string[] => rows.map((r) => r[at(name)]);
const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;

describe("the demo table", () => {
  it("is the same text everywhere", () => expect(sha256Hex(text)).toBe("4812b914afc1e16f7ced3ec6c8c3737f982cf1d3515c69536a04c9c5142d44b0"));

  it("has 50,000 rows of 14 cells, unique identifiers, and fits its schema", () => {
    expect(header).toEqual([...PEOPLE_COLUMNS]);
    expect(rows.length).toBe(50_000);
    expect(rows.every((r) => r.length === 14)).toBe(true);
    for (const name of ["person_id", "email"] as const) expect(new Set(column(name)).size).toBe(50_000);
    for (const field of peopleSchema.fields) {
      const values = column(field.name).filter((v) => v !== "");
      if ("categories" in field) expect([...new Set(values)].sort()).toEqual([...field.categories].sort());
      if ("constraints" in field) {
        const inner = (v: string | number): number => (field.type === "date" ? Date.parse(String(v)) : Number(v));
        expect(values.every((v) => inner(v) >= inner(field.constraints.minimum) && inner(v) <= inner(field.constraints.maximum))).toBe(true);
      }
      const nullable = "nullable" in field.dpsynth && field.dpsynth.nullable;
      expect(values.length < 50_000).toBe(nullable);
    }
  });

  it("has the dependence that it promises", () => {
    const income = column("income").map(Number);
    const mean = (keep: (r: string[]) => boolean): number => {
      const some = rows.flatMap((r, i) => (keep(r) && r[at("income")] !== "" ? [income[i]] : []));
      return some.reduce((a, b) => a + b, 0) / some.length;
    };
    expect(mean((r) => r[at("education")] === "master")).toBeGreaterThan(1.5 * mean((r) => r[at("education")] === "primary"));
    const copd = (smoker: string): number => share(rows.filter((r) => r[at("smoker")] === smoker).map((r) => r[at("diagnosis")] === "copd"));
    expect(copd("true")).toBeGreaterThan(3 * copd("false"));
    expect(rows.every((r) => r[at("last_visit")] === "" || r[at("last_visit")] >= r[at("enrolled")])).toBe(true);
    const zero = share(column("income").map((v) => v === "0.00"));
    expect(zero).toBeGreaterThan(0.05);
    expect(zero).toBeLessThan(0.2);
    const childless = (marital: string): number => share(rows.filter((r) => r[at("marital")] === marital).map((r) => r[at("children")] === "0"));
    expect(childless("single")).toBeGreaterThan(childless("married") + 0.4);
  });
});

describe("its schema", () => {
  it("is valid, and the committed file is this one", () => {
    expect(domainFromSchema(tableSchema.parse(peopleSchema), "people").columns.length).toBe(12);
    expect(JSON.parse(readFileSync(new URL("../../fixtures/people.schema.json", import.meta.url), "utf8"))).toEqual(JSON.parse(JSON.stringify(peopleSchema)));
  });
});
