import { existsSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { oneObject } from "../support/cli/json.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth } from "../support/cli/run.js";
import { emptyWorkspace, ledgerEntries, removeAll, tinySchema, tinyWorkspace, upTo, type Workspace } from "../support/cli/workspace.js";

afterAll(removeAll);

interface Marginals {
  tables: { columns: string[]; cells: { values: unknown[]; count: unknown }[]; sigma: unknown }[];
  [key: string]: unknown;
}

const marginals = (): Marginals => ({
  format: "dpsynth-marginals",
  version: 1,
  schema: "people.schema.json",
  source: "Office of Statistics, table 12",
  claim: { epsilon: 0.5, delta: 1e-6, unit: "one household" },
  rows: 1000,
  tables: [
    {
      columns: ["town", "sex"],
      cells: [
        { values: ["north", "f"], count: 310.5 },
        { values: ["north", "m"], count: 95 },
        { values: [null, "m"], count: -3 },
      ],
      sigma: 5,
    },
    { columns: ["age"], cells: [{ values: [25], count: 500 }], sigma: 4 },
  ],
});

/** A folder with schema and marginals, and nothing else: no table, no configuration, no budget. */
function office(change: (m: Marginals) => void = () => undefined): Workspace {
  const w = emptyWorkspace();
  const value = marginals();
  change(value);
  w.write("people.schema.json", JSON.stringify(tinySchema));
  w.write("people.json", JSON.stringify(value));
  return w;
}

const fit = ["fit", "--from-marginals", "people.json"];

describe("fit --from-marginals", () => {
  it("needs no table, configuration or budget, and says whose word noise and price are", async () => {
    const w = office();
    const { stdout, stderr } = await done(w.root, [...fit, "--json", "-o", "release.csv"]);
    expect(oneObject(stdout)).toMatchObject({
      receipt: { statement: "noise and price stated by others, unverified", source: "Office of Statistics, table 12", epsilon: 0.5, delta: 1e-6, tables: 2 },
      manifest: { ledger: null, release: { rows: 1000 } },
    });
    expect(stderr).toContain("Noise and price stated by others, unverified: ε = 0.5 at δ = 0.000001 for one household. Nothing was spent.");
    expect(w.files()).toEqual(["people.json", "people.model.json", "people.schema.json", "release.csv", "release.manifest.json"]);
    expect(w.json<{ measurements: unknown[]; stated: unknown[] }>("people.model.json")).toMatchObject({
      measurements: [],
      stated: [
        { columns: ["sex", "town"], shape: [2, 5], cells: [0, 5, 9], counts: [310.5, 95, -3], sigma: 5 },
        { columns: ["age"], shape: [10], cells: [2], counts: [500], sigma: 4 },
      ],
    });
  });

  it("rows follow the listed cells; cells that nobody listed are not empty", async () => {
    const w = office();
    await done(w.root, [...fit, "-q", "-o", "release.csv"]);
    const rows = w
      .read("release.csv")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const many = (holds: (age: number, sex: string, town: string) => boolean): number => rows.filter(([age, sex, town]) => holds(Number(age), sex, town)).length;
    expect(Math.abs(many((_, sex, town) => town === "north" && sex === "f") - 310.5)).toBeLessThan(10);
    expect(Math.abs(many((_, sex, town) => town === "north" && sex === "m") - 95)).toBeLessThan(10);
    expect(many((_, sex, town) => town === "" && sex === "m")).toBeLessThan(10);
    expect(Math.abs(many((age) => age >= 20 && age < 30) - 500)).toBeLessThan(10);
    for (let bin = 0; bin < 10; bin += 1) if (bin !== 2) expect(Math.abs(many((age) => Math.floor(age / 10) === bin) - 500 / 9)).toBeLessThan(10);
  });

  it("verify makes the rows again, and does not call a stated price sound", async () => {
    const w = office();
    await done(w.root, [...fit, "-q", "-o", "release.csv"]);
    const { code, stdout } = await dpsynth(w.root, ["verify", "release.manifest.json", "--json"]);
    const { sound, checks } = JSON.parse(stdout) as { sound: boolean; checks: { name: string; ok: boolean }[] };
    expect({ code, sound, failed: checks.filter((c) => !c.ok).map((c) => c.name) }).toEqual({ code: 1, sound: false, failed: ["price"] });
  });

  it("charges nothing to a dataset that has a budget, and is never passed by its gate", async () => {
    const w = await upTo(tinyWorkspace(), "split");
    w.write("office.json", JSON.stringify(marginals()));
    const before = ledgerEntries(w).length;
    await done(w.root, ["fit", "--from-marginals", "office.json", "-q", "-o", "release.csv"]);
    expect(ledgerEntries(w).length).toBe(before);
    await done(w.root, ["audit", "-q"]);
    const report = w.json<{ receipt: unknown; claim: object; limits: string[] }>("reports/people/report.json");
    expect([report.receipt, report.claim]).toEqual([null, expect.objectContaining({ epsilon: 0.5, source: "Office of Statistics, table 12" })]);
    expect(report.limits.join()).toContain("tables that others measured");
    const gate = await dpsynth(w.root, ["gate", "--json"]);
    const { verdict, rules } = JSON.parse(gate.stdout) as { verdict: string; rules: { id: string; outcome: string; reason: string; measured: number | null }[] };
    expect([gate.code, verdict]).not.toEqual([0, "pass"]);
    const rule = (id: string) => rules.find((r) => r.id === id);
    expect(rule("provenance")).toMatchObject({ outcome: "inconclusive", reason: expect.stringContaining("stated by others, unverified (Office of Statistics, table 12)") });
    for (const id of ["epsilon", "delta"]) expect(rule(id)).toMatchObject({ outcome: "inconclusive", measured: null, reason: expect.stringContaining("states ε = 0.5 at δ = 0.000001, unverified") });
    const page = w.read("reports/people/report.html");
    expect(page).toContain("A claim, not a promise");
    expect(page).not.toContain("What is promised");
    expect(existsSync(w.file("reports/people/certificate.json"))).toBe(false);
    expect(ledgerEntries(w).map((e) => e.body.kind)).not.toContain("reserve");
  });

  it("a claim is not taken for a receipt: one that names rows and noise of ours is refused as a model", async () => {
    const w = office();
    await done(w.root, [...fit, "-q"]);
    w.edit<{ receipt: Record<string, unknown> }>("people.model.json", (m) => {
      m.receipt.noise = "secure";
    });
    await refused(w, ["sample", "--model", "people.model.json", "-o", "r.csv"], { says: "DPS-E501 people.model.json: receipt" });
  });

  it.each<[string, (m: Marginals) => void, string]>([
    ["an unknown column", (m) => (m.tables[0].columns[1] = "height"), "DPS-E531 people.json: tables[0].columns[1]: must be"],
    ["a value more than columns", (m) => m.tables[1].cells[0].values.push(3), "DPS-E531 people.json: tables[1].cells[0].values: must be 1 values"],
    ["an unknown value", (m) => (m.tables[0].cells[1].values[0] = "east"), "DPS-E531 people.json: tables[0].cells[1].values[0]: must be"],
    ["a cell twice", (m) => (m.tables[0].cells[2].values = ["north", "f"]), "DPS-E531 people.json: tables[0].cells[2]: must be"],
    ["σ = 0", (m) => (m.tables[1].sigma = 0), "DPS-E530 people.json: tables[1].sigma: must be"],
    ["σ below 0", (m) => (m.tables[1].sigma = -2), "DPS-E530 people.json: tables[1].sigma: must be"],
    ["σ missing", (m) => (m.tables[1].sigma = undefined), "DPS-E530 people.json: tables[1].sigma: must be"],
    ["a count that is none", (m) => (m.tables[0].cells[0].count = null), "DPS-E530 people.json: tables[0].cells[0].count: must be"],
    ["a count as text", (m) => (m.tables[0].cells[0].count = "7"), "DPS-E530 people.json: tables[0].cells[0].count: must be"],
    ["no cell", (m) => (m.tables[0].cells = []), "DPS-E530 people.json: tables[0].cells: must be"],
    ["no table", (m) => (m.tables = []), "DPS-E530 people.json: tables: must be"],
    ["no number of rows anywhere", (m) => (m.rows = undefined), "DPS-E532 people.json: rows: must be"],
    ["a newer version", (m) => (m.version = 2), "DPS-E530 people.json: version: must be"],
    ["an unknown key", (m) => (m.weights = []), 'DPS-E530 people.json: must be made of known keys, but is carrying the unknown key "weights"'],
    ["another schema's hash", (m) => (m.schemaSha256 = "0".repeat(64)), "DPS-E534 people.json: schemaSha256: must be"],
    ["a schema that is not there", (m) => (m.schema = "else.json"), "DPS-E201 else.json: must be"],
  ])("%s: one fault with its place, and nothing written", async (_, change, says) => {
    await refused(office(change), fit, { says });
  });

  it.each([
    ["NaN", "NaN", "not JSON"],
    ["a number beyond all doubles", "1e999", "tables[1].sigma: must be"],
  ])("%s for σ is refused", async (_, text, says) => {
    const w = office();
    w.write("people.json", w.read("people.json").replace('"sigma":4', `"sigma":${text}`));
    await refused(w, fit, { says: text === "NaN" ? "DPS-E530 people.json: must be JSON" : says });
  });

  it("flags of a spend have no place beside it", async () => {
    for (const flag of [
      ["--epsilon", "1"],
      ["--method", "mst"],
      ["--part", "all"],
      ["--idempotency-key", "k"],
    ])
      await refused(office(), [...fit, ...flag], { says: `DPS-E115 ${flag[0]}: must be left out with --from-marginals` });
  });

  it("a file that is missing or cut off is refused", async () => {
    const w = office();
    await refused(w, ["fit", "--from-marginals", "none.json"], { says: "DPS-E530 none.json: must be a file of noisy marginals, but is missing" });
    w.write("people.json", w.read("people.json").slice(0, 200));
    await refused(w, fit, { says: "DPS-E530 people.json: must be JSON" });
  });
});
