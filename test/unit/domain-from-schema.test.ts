import { describe, expect, it } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import { codeText } from "../../src/domain/codec.js";
import { declarations, requireDecided, undecided } from "../../src/domain/declarations.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { parseDay } from "../../src/domain/time.js";
import { type TableSchema, tableSchema } from "../../src/formats/table-schema.js";

const FILE = "people.schema.json";
const rules = { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" };
const whole = (minimum: unknown, maximum: unknown, more: object = {}) => ({ name: "n", type: "integer", constraints: { minimum, maximum }, dpsynth: { ...rules, ...more } });
const words = (categories: string[] | undefined, more: object = {}) => ({ name: "s", type: "string", categories, dpsynth: { nullable: true, onNull: "null", onUnseen: "null", ...more } });
const schemaOf = (fields: object[], more: object = { privacyUnit: { kind: "row" } }, top: object = {}): TableSchema => tableSchema.parse({ ...top, fields, dpsynth: { version: 1, ...more } });
const column = (field: object) => domainFromSchema(schemaOf([field]), FILE).columns[0];

function refused(schema: TableSchema): { code: string; path: string; message: string } {
  try {
    domainFromSchema(schema, FILE);
  } catch (error) {
    if (error instanceof DpsynthError) return { code: error.fault.code, path: error.fault.path, message: error.message };
    throw error;
  }
  throw new Error("accepted");
}

describe("codes", () => {
  it("are values, then the catch-all, then null", () => {
    expect(column(words(["a", "b"], { catchAll: "other", onUnseen: "catch-all" }))).toMatchObject({
      size: 4,
      valueCount: 2,
      catchAllCode: 2,
      nullCode: 3,
      labels: ["a", "b", "other"],
      ordered: false,
    });
    expect(column(words(["a", "b"], { nullable: false, onNull: "first", onUnseen: "first" }))).toMatchObject({ size: 2, valueCount: 2 });
    expect(column({ name: "b", type: "boolean", dpsynth: { nullable: true, onNull: "null", onUnparsable: "null" } })).toMatchObject({ size: 3, labels: ["false", "true"], nullCode: 2 });
  });

  it("give a short integer range a bin a value and a long one 32 bins on whole steps", () => {
    expect([...(column(whole(3, 6)).bins?.edges ?? [])]).toEqual([3, 4, 5, 6, 7]);
    const long = column(whole(0, 999)).bins?.edges as Float64Array;
    expect(long.length).toBe(33);
    expect([long[0], long[32]]).toEqual([0, 1000]);
    for (let i = 0; i < 32; i += 1) expect([31, 32]).toContain(long[i + 1] - long[i]);
  });

  it("keep whole edges at the ends of the safe integers", () => {
    const edges = column(whole(-(2 ** 53) + 1, 2 ** 53 - 1)).bins?.edges as Float64Array;
    for (let i = 0; i < edges.length; i += 1) expect(Number.isInteger(edges[i]) && (i === 0 || edges[i] > edges[i - 1])).toBe(true);
  });

  it("never make more bins than steps, and close the last edge of a written list", () => {
    expect(column(whole(1, 4, { bins: 50 })).valueCount).toBe(4);
    expect([...(column(whole(17, 90, { bins: [17, 25, 90] })).bins?.edges ?? [])]).toEqual([17, 25, 91]);
    const n = column({ name: "x", type: "number", dpsynth: { ...rules, bins: [0, 0.5, 2] } });
    expect([...(n.bins?.edges ?? [])]).toEqual([0, 0.5, 2]);
    expect([codeText(n, 0), codeText(n, 1), codeText(n, 2)]).toEqual(["[0, 0.5)", "[0.5, 2]", "null"]);
  });

  it("align dates with their granularity", () => {
    const date = (granularity: string, minimum: string, maximum: string) => column({ name: "d", type: "date", constraints: { minimum, maximum }, dpsynth: { ...rules, granularity } });
    const months = date("month", "2020-01-15", "2020-03-02").bins?.edges as Float64Array;
    expect([...months]).toEqual(["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"].map((t) => parseDay(t)));
    const years = date("year", "1899-05-05", "2023-12-31");
    expect(years.valueCount).toBe(32);
    expect([codeText(years, 0), codeText(years, 31)]).toEqual(["[1899-01-01, 1901-12-31]", "[2020-01-01, 2023-12-31]"]);
    expect(codeText(date("day", "2020-02-28", "2020-03-01"), 1)).toBe("2020-02-29");
    const hours = column({ name: "t", type: "datetime", constraints: { minimum: "2020-01-01T00:10", maximum: "2020-01-01T02:59:59" }, dpsynth: { ...rules, granularity: "hour" } });
    expect([0, 1, 2, 3].map((c) => codeText(hours, c))).toEqual(["2020-01-01T00:00:00", "2020-01-01T01:00:00", "2020-01-01T02:00:00", "null"]);
  });

  it("leave a column to discover with its catch-all, or one bin", () => {
    expect(column(words(undefined, { source: "discover", catchAll: "other", onUnseen: "catch-all" }))).toMatchObject({ size: 2, valueCount: 0, catchAllCode: 0, nullCode: 1 });
    expect(column({ name: "n", type: "integer", dpsynth: { ...rules, bins: 1, source: "discover" } }).valueCount).toBe(1);
  });
});

describe("faults point at the key", () => {
  const cases: [string, TableSchema, string, string][] = [
    ["a name twice", schemaOf([whole(0, 1), whole(0, 1)]), "DPS-E201", "fields[1].name"],
    ["nothing to learn", schemaOf([{ name: "id", type: "identifier", dpsynth: { release: "drop" } }]), "DPS-E202", "fields"],
    ["reversed bounds", schemaOf([whole(5, 4)]), "DPS-E212", "fields[0].constraints"],
    ["a number of one point", schemaOf([{ ...whole(5, 5), type: "number" }]), "DPS-E212", "fields[0].constraints"],
    ["no minimum", schemaOf([whole(undefined, 4)]), "DPS-E211", "fields[0].constraints.minimum"],
    ["no maximum", schemaOf([whole(1, undefined)]), "DPS-E211", "fields[0].constraints.maximum"],
    ["no such day", schemaOf([{ name: "d", type: "date", constraints: { minimum: "2021-02-29", maximum: "2022-01-01" }, dpsynth: rules }]), "DPS-E210", "fields[0].constraints.minimum"],
    ["no categories", schemaOf([words(undefined)]), "DPS-E214", "fields[0].categories"],
    ["a category twice", schemaOf([words(["a", "b", "a"])]), "DPS-E214", "fields[0].categories[2]"],
    ["a category that means null", schemaOf([words(["a", "?"])], undefined, { missingValues: ["?"] }), "DPS-E214", "fields[0].categories[1]"],
    ["a catch-all that is a category", schemaOf([words(["a"], { catchAll: "a" })]), "DPS-E216", "fields[0].dpsynth.catchAll"],
    ["a rule without null", schemaOf([whole(0, 1, { nullable: false, onNull: "first", onUnparsable: "first", onOutOfBounds: "null" })]), "DPS-E217", "fields[0].dpsynth.onOutOfBounds"],
    ["a rule without catch-all", schemaOf([words(["a"], { onUnseen: "catch-all" })]), "DPS-E217", "fields[0].dpsynth.onUnseen"],
    ["edges that fall", schemaOf([whole(0, 9, { bins: [0, 5, 5, 9] })]), "DPS-E213", "fields[0].dpsynth.bins[2]"],
    ["edges beyond the bounds", schemaOf([whole(0, 9, { bins: [0, 5, 10] })]), "DPS-E213", "fields[0].dpsynth.bins"],
    ["a fraction among whole edges", schemaOf([whole(0, 9, { bins: [0, 5.5, 9] })]), "DPS-E213", "fields[0].dpsynth.bins"],
    ["a text among numbers", schemaOf([whole(0, 9, { bins: [0, "5", 9] })]), "DPS-E213", "fields[0].dpsynth.bins[1]"],
    ["a strange date pattern", schemaOf([{ name: "d", type: "date", format: "%Q", constraints: { minimum: "2021-02-28", maximum: "2022-01-01" }, dpsynth: rules }]), "DPS-E218", "fields[0].format"],
    ["discovery without catch-all", schemaOf([words(undefined, { source: "discover" })]), "DPS-E215", "fields[0].dpsynth.catchAll"],
    ["no unit", schemaOf([whole(0, 1)], {}), "DPS-E220", "dpsynth.privacyUnit"],
    ["a unit of no column", schemaOf([whole(0, 1)], { privacyUnit: { kind: "person", column: "id", maxRows: 3 } }), "DPS-E221", "dpsynth.privacyUnit.column"],
    ["a unit that would be learned", schemaOf([whole(0, 1)], { privacyUnit: { kind: "person", column: "n", maxRows: 3 } }), "DPS-E222", "dpsynth.privacyUnit.column"],
  ];
  it.each(cases)("%s", (_, schema, code, key) => {
    expect(refused(schema)).toMatchObject({ code, path: `${FILE}: ${key}` });
  });

  it("and repeat no category, which may be a cell", () => {
    expect(refused(schemaOf([words(["CANARY-7f3a9", "b", "CANARY-7f3a9"])])).message).not.toContain("CANARY");
    expect(refused(schemaOf([words(["CANARY-7f3a9"], { catchAll: "CANARY-7f3a9" })])).message).not.toContain("CANARY");
  });

  it("but a verb that spends nothing may go without a unit", () => {
    expect(domainFromSchema(schemaOf([whole(0, 1)], {}), FILE, { requireUnit: false })).toMatchObject({ unit: { kind: "row" }, maxRows: 1 });
  });
});

describe("facts drafted from the data", () => {
  const drafted = schemaOf([whole(0, 1, { source: "data" }), words(["a"], { source: "data", by: "A. Officer" }), { ...whole(0, 1, { source: "data", by: "A. Officer", reason: "law" }), name: "m" }], {
    privacyUnit: { kind: "row" },
    rows: { count: 5, source: "data" },
  });

  it("are undecided without both a reason and a name", () => {
    expect(undecided(drafted).map((u) => u.key)).toEqual(["fields[0].dpsynth", "fields[1].dpsynth", "dpsynth.rows"]);
    expect(() => requireDecided(drafted, FILE)).toThrow(/DPS-E230 people\.schema\.json: fields\[0\]\.dpsynth: .*so are 2 more/);
    expect(() => requireDecided(schemaOf([whole(0, 1)]), FILE)).not.toThrow();
  });

  it("are declared with who and why", () => {
    expect(declarations(drafted)[2]).toEqual({ key: "fields[2].dpsynth", what: "m: bounds, nullable", source: "data", by: "A. Officer", reason: "law" });
    expect(declarations(drafted)).toHaveLength(4);
  });
});
