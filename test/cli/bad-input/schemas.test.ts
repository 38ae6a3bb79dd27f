import { afterAll, beforeAll, describe, it } from "vitest";
import { refused } from "../../support/cli/refused.js";
import { removeAll, tinySchema, tinyWorkspace, upTo, type Workspace } from "../../support/cli/workspace.js";

type Draft = { fields: Record<string, unknown>[] & { dpsynth: Record<string, unknown> }[]; dpsynth: Record<string, unknown> } & Record<string, unknown>;

let template: Workspace;
beforeAll(async () => {
  template = await upTo(tinyWorkspace(20), "split");
});
afterAll(removeAll);

/** What is wrong, how it is made wrong, and the place that the fault must name. */
const BAD: [string, (s: Draft) => void, string][] = [
  ["reversed bounds", (s) => Object.assign(s.fields[0], { constraints: { minimum: 99, maximum: 0 } }), "fields[0]"],
  ["bounds that are missing", (s) => delete s.fields[0].constraints, "fields[0]"],
  ["a bound that is no number", (s) => Object.assign(s.fields[0], { constraints: { minimum: "low", maximum: 9 } }), "fields[0].constraints.minimum"],
  ["bin edges out of order", (s) => Object.assign(s.fields[0].dpsynth, { bins: [0, 50, 20, 99] }), "fields[0]"],
  ["no bins at all", (s) => Object.assign(s.fields[0].dpsynth, { bins: 0 }), "fields[0].dpsynth.bins"],
  ["empty categories", (s) => Object.assign(s.fields[1], { categories: [] }), "fields[1].categories"],
  ["missing categories", (s) => delete s.fields[1].categories, "fields[1].categories"],
  ["a category twice", (s) => Object.assign(s.fields[1], { categories: ["f", "m", "f"] }), "fields[1].categories[2]"],
  ["an unknown key of the schema", (s) => Object.assign(s, { colour: 1 }), '"colour"'],
  ["an unknown key of a field", (s) => Object.assign(s.fields[1], { catgories: ["f"] }), 'unknown key "catgories"'],
  ["an unknown key of ours", (s) => Object.assign(s.fields[0].dpsynth, { onNul: "first" }), 'unknown key "onNul"'],
  ["an unknown type", (s) => Object.assign(s.fields[0], { type: "intger" }), "fields[0]"],
  ["a column without a rule for null", (s) => delete s.fields[0].dpsynth.onNull, "fields[0].dpsynth.onNull"],
  ["a column without a rule for values out of bounds", (s) => delete s.fields[0].dpsynth.onOutOfBounds, "fields[0].dpsynth.onOutOfBounds"],
  ["a column without a rule for unseen values", (s) => delete s.fields[1].dpsynth.onUnseen, "fields[1].dpsynth.onUnseen"],
  ["a rule that leads nowhere", (s) => Object.assign(s.fields[1].dpsynth, { onUnseen: "null" }), "fields[1].dpsynth.onUnseen"],
  ["a column named twice", (s) => Object.assign(s.fields[1], { name: "age" }), "fields[1].name"],
  ["no column", (s) => Object.assign(s, { fields: [] }), "fields"],
  ["no privacy unit", (s) => delete s.dpsynth.privacyUnit, "dpsynth.privacyUnit: must be declared (it has no default), but is missing."],
  ["a privacy unit of no kind", (s) => Object.assign(s.dpsynth, { privacyUnit: { kind: "household" } }), "dpsynth.privacyUnit"],
  ["a person column that is none", (s) => Object.assign(s.dpsynth, { privacyUnit: { kind: "person", column: "who", maxRows: 2 } }), "dpsynth.privacyUnit.column"],
  ["a person column that is learned", (s) => Object.assign(s.dpsynth, { privacyUnit: { kind: "person", column: "sex", maxRows: 2 } }), "dpsynth.privacyUnit.column"],
  ["a person who may have no row", (s) => Object.assign(s.dpsynth, { privacyUnit: { kind: "person", column: "sex", maxRows: 0 } }), "dpsynth.privacyUnit.maxRows"],
  ["a newer version", (s) => Object.assign(s.dpsynth, { version: 2 }), "dpsynth.version"],
];

describe("a schema that is none", () => {
  it.each(BAD)("%s stops a fit, and the fault points at the key", async (_, spoil, key) => {
    const w = template.copy();
    w.edit<Draft>("people.schema.json", spoil);
    await refused(w, ["fit", "--yes"], { says: key });
  });

  it("stops every verb that reads it", async () => {
    const w = template.copy();
    w.edit<Draft>("people.schema.json", BAD[0][1]);
    for (const args of [["plan"], ["split"], ["check"], ["run", "--yes"], ["budget", "attach"]]) await refused(w, args, { says: BAD[0][2] });
  });

  it.each([
    ["truncated", JSON.stringify(tinySchema).slice(0, 200)],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
  ])("%s JSON", async (_, text) => {
    const w = template.copy();
    w.write("people.schema.json", text);
    await refused(w, ["fit", "--yes"], { says: "DPS-E201 people.schema.json" });
  });

  it("a missing one", async () => {
    await refused(template.copy(), ["fit", "--yes", "--schema", "nowhere.json"], { says: "DPS-E201 nowhere.json: must be a table schema, but is missing." });
  });
});

describe("a fact read from the data that nobody has decided", () => {
  const drafted: [string, Record<string, string>][] = [
    ["with neither reason nor name", { source: "data" }],
    ["with a name and no reason", { source: "data", by: "data office" }],
    ["with a reason and no name", { source: "data", reason: "the code book says so" }],
  ];
  it.each(drafted)("%s stops a fit", async (_, facts) => {
    const w = template.copy();
    w.edit<Draft>("people.schema.json", (s) => Object.assign(s.fields[1].dpsynth, facts));
    await refused(w, ["fit", "--yes"], { says: "DPS-E230 people.schema.json: fields[1].dpsynth" });
  });

  it("stops a fit also where it is the row count or the rows of a person", async () => {
    const w = template.copy();
    w.edit<Draft>("people.schema.json", (s) => Object.assign(s.dpsynth, { rows: { count: 20, source: "data" } }));
    await refused(w, ["fit", "--yes"], { says: "DPS-E230 people.schema.json: dpsynth.rows" });
  });
});

describe("a configuration that is none", () => {
  const bad: [string, (c: Record<string, unknown>) => void, string][] = [
    ["an unknown key", (c) => Object.assign(c, { epsilon: 1 }), 'unknown key "epsilon"'],
    ["a newer version", (c) => Object.assign(c, { version: 2 }), "version"],
    ["no table", (c) => delete c.table, "table"],
    ["a share above 1", (c) => Object.assign(c, { split: { holdout: 1.2, reference: 0 } }), "split.holdout"],
    ["an unknown method", (c) => Object.assign(c, { fit: { method: "magic" } }), "fit.method"],
    ["ε of 0", (c) => Object.assign(c, { fit: { epsilon: 0 } }), "fit.epsilon"],
    ["ε below 0", (c) => Object.assign(c, { fit: { epsilon: -1 } }), "fit.epsilon"],
    ["ε as text", (c) => Object.assign(c, { fit: { epsilon: "1" } }), "fit.epsilon"],
    ["ε as null", (c) => Object.assign(c, { fit: { epsilon: null } }), "fit.epsilon"],
    ["δ of 1", (c) => Object.assign(c, { budget: { epsilon: 1, delta: 1 } }), "budget.delta"],
  ];
  it.each(bad)("%s stops a fit", async (_, spoil, key) => {
    const w = template.copy();
    w.edit("dpsynth.config.json", spoil);
    await refused(w, ["fit", "--yes"], { says: key });
  });

  it("truncated JSON, an ε beyond numbers and a missing file", async () => {
    const w = template.copy();
    w.write("dpsynth.config.json", template.read("dpsynth.config.json").replace('"epsilon": 1', '"epsilon": 1e400'));
    await refused(w, ["fit", "--yes"], { says: "DPS-E101 dpsynth.config.json: fit.epsilon" });
    w.write("dpsynth.config.json", template.read("dpsynth.config.json").slice(0, 40));
    await refused(w, ["fit", "--yes"], { says: "DPS-E101 dpsynth.config.json: must be JSON" });
    await refused(w, ["run", "--yes", "--config", "nowhere.json"], { says: "DPS-E101 nowhere.json: must be a dpsynth configuration, but is missing." });
  });
});
