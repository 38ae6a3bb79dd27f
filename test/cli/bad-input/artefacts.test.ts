import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, it } from "vitest";
import { refused } from "../../support/cli/refused.js";
import { done } from "../../support/cli/run.js";
import { removeAll, tinyWorkspace, upTo, type Workspace } from "../../support/cli/workspace.js";

let template: Workspace;
beforeAll(async () => {
  template = await upTo(tinyWorkspace(), "audit");
});
afterAll(removeAll);

type Model = {
  version: number;
  total: unknown;
  cliques: { weights: unknown[]; shape: number[]; columns: string[] }[];
  expansions: Record<string, unknown>;
  schema: { fields: object[] };
  measurements: Table[];
  targets?: { columns: string[]; shape: number[]; groups: number[][]; weights: number[] }[];
  receipt: object;
};
type Table = { columns: string[]; shape: number[]; counts: number[] };

describe("a model", () => {
  const spoilt: [string, (m: Model) => void, string][] = [
    ["of a newer version", (m) => Object.assign(m, { version: 2 }), "DPS-E501 people.model.json: version"],
    ["of another tool", (m) => Object.assign(m, { format: "their-model" }), "DPS-E501 people.model.json: format"],
    ["with a weight that is null, as NaN is written in JSON", (m) => m.cliques[0].weights.splice(0, 1, null), "DPS-E501 people.model.json: cliques[0].weights[0]"],
    ["with a weight below 0", (m) => m.cliques[0].weights.splice(0, 1, -1), "DPS-E501 people.model.json: cliques[0].weights[0]"],
    ["with a weight that is a fraction", (m) => m.cliques[0].weights.splice(0, 1, 0.5), "DPS-E501 people.model.json: cliques[0].weights[0]"],
    ["with a weight too few", (m) => m.cliques[0].weights.pop(), "DPS-E502 people.model.json: cliques[0].weights"],
    ["with weights of nothing", (m) => m.cliques[0].weights.fill(0), "DPS-E502 people.model.json: cliques[0].weights"],
    ["with a total that is null", (m) => Object.assign(m, { total: null }), "DPS-E501 people.model.json: total"],
    ["with a total beyond counting", (m) => Object.assign(m, { total: 1e300 }), "DPS-E501 people.model.json: total"],
    ["with more rows than can be counted, by a total and a share that may be", (m) => (Object.assign(m, { total: 1e15 }), Object.assign(m.receipt, { shareLearned: 1e-6 })), "DPS-E510 --rows"],
    ["with next to no share learnt from", (m) => Object.assign(m.receipt, { shareLearned: 1e-7 }), "DPS-E501 people.model.json: receipt.shareLearned"],
    ["with a shape beyond 2^27 cells", (m) => m.cliques[0].shape.fill(2 ** 52), "DPS-E502 people.model.json: cliques[0].shape"],
    ["with a measured shape beyond 2^27 cells", (m) => m.measurements[0].shape.fill(2 ** 28), "DPS-E502 people.model.json: measurements[0].shape"],
    ["with fewer counts than were measured", (m) => m.measurements[0].counts.pop(), "DPS-E502 people.model.json: measurements[0].counts"],
    ["with a measurement of an unknown column", (m) => m.measurements[0].columns.fill("pay"), "DPS-E502 people.model.json: measurements[0].shape[0]"],
    ["with a column that is named like a prototype", (m) => Object.assign(m.schema.fields[1], { name: "__proto__" }), "DPS-E201 people.model.json: fields[1].name"],
    ["with a clique of an unknown column", (m) => m.cliques[0].columns.splice(0, 1, "pay"), "DPS-E502 people.model.json: cliques[0]"],
    ["with a column that no clique adds", (m) => m.cliques.pop(), "DPS-E502 people.model.json: cliques"],
    ["without expansions of a column", (m) => delete m.expansions.age, "DPS-E502 people.model.json: expansions.age"],
    ["with an unknown key", (m) => Object.assign(m, { code: "process.exit()" }), 'unknown key "code"'],
    ["with a prototype for an expansion", (m) => Object.assign(m, { expansions: JSON.parse('{"__proto__": []}') }), "people.model.json: expansions"],
  ];
  const spoiltTargets: [string, (t: NonNullable<Model["targets"]>[number]) => void, string][] = [
    ["of an unknown column", (t) => t.columns.fill("pay"), "DPS-E502 people.model.json: targets[0]"],
    ["with a weight too few", (t) => t.weights.pop(), "DPS-E502 people.model.json: targets[0].weights"],
    ["with weights of nothing", (t) => t.weights.fill(0), "DPS-E502 people.model.json: targets[0].weights"],
    ["with a code too few", (t) => t.groups[0].pop(), "DPS-E502 people.model.json: targets[0].groups[0]"],
    ["with a code beyond its table", (t) => t.groups[1].fill(t.shape[1]), "DPS-E502 people.model.json: targets[0].groups[1]"],
    ["with a shape beyond 2^27 cells", (t) => t.shape.fill(2 ** 28), "DPS-E502 people.model.json: targets[0].shape"],
  ];
  it.each(spoiltTargets)("with a target %s is not sampled from", async (_, spoil, says) => {
    const w = template.copy();
    w.edit<Model>("people.model.json", (m) => {
      const columns = Object.keys(m.expansions).slice(0, 2);
      const groups = columns.map((name) => (m.expansions[name] as { codes: number[] }[]).flatMap((g) => g.codes).sort((a, b) => a - b));
      const target = { columns, shape: groups.map((g) => g.length), groups, weights: new Array<number>(groups[0].length * groups[1].length).fill(1) };
      spoil(target);
      m.targets = [target];
    });
    await refused(w, ["sample"], { says });
  });

  it.each(spoilt)("%s is not sampled from", async (_, spoil, says) => {
    const w = template.copy();
    w.edit<Model>("people.model.json", spoil);
    await refused(w, ["sample"], { says });
  });

  it("truncated, not JSON, with NaN as a number, empty, missing, or a folder", async () => {
    const w = template.copy();
    const text = template.read("people.model.json");
    const bad = [text.slice(0, text.length >> 1), "\u0000\u0001", text.replace(/"weights":\[\d+/, '"weights":[NaN'), ""];
    for (const content of bad) {
      w.write("people.model.json", content);
      for (const args of [["sample"], ["verify", "release.manifest.json"]]) await refused(w, args, { says: "DPS-E501 people.model.json: must be JSON" });
    }
    mkdirSync(w.file("folder.json"));
    await refused(w, ["sample", "--model", "folder.json"], { says: "DPS-E501 folder.json" });
    await refused(w, ["sample", "--model", "nowhere.json"], { says: "DPS-E501 nowhere.json: must be a dpsynth model of version 1, but is missing." });
  });
});

describe("a release that is audited", () => {
  const header = "age,sex,town";
  const bad: [string, string, string][] = [
    ["with a column too many", `${header},pay\n1,f,north,5\n`, "DPS-E305 other.csv"],
    ["with a column too few", "age,sex\n1,f\n", "DPS-E305 other.csv"],
    ["with another delimiter", "age;sex;town\n1;f;north\n", "DPS-E305 other.csv"],
    ["with a column twice", `${header},sex\n1,f,north,f\n`, "DPS-E305 other.csv"],
    ["that is empty", "", "DPS-E303 other.csv"],
  ];
  it.each(bad)("%s is refused before the look is on record", async (_, content, says) => {
    const w = template.copy();
    w.write("other.csv", content);
    await refused(w, ["audit", "--release", "other.csv"], { says });
  });

  it("that is missing, or whose manifest is broken or newer", async () => {
    const w = template.copy();
    await refused(w, ["audit", "--release", "nowhere.csv"], { says: "DPS-E521 nowhere.csv: must be a readable file, but is missing." });
    await refused(w, ["gate", "--release", "nowhere.csv"], { says: "DPS-E521 nowhere.csv" });
    w.edit("release.manifest.json", (m) => Object.assign(m, { version: 2 }));
    for (const args of [
      ["audit", "--release", "release.csv"],
      ["verify", "release.manifest.json"],
    ])
      await refused(w, args, { says: "DPS-E520 release.manifest.json: version" });
    w.write("release.manifest.json", template.read("release.manifest.json").slice(0, 300));
    await refused(w, ["verify", "release.manifest.json"], { says: "DPS-E520 release.manifest.json: must be JSON" });
    await refused(w, ["verify", "nowhere.manifest.json"], { says: "DPS-E520 nowhere.manifest.json" });
  });

  it("in a folder without any", async () => {
    await refused(tinyWorkspace(5), ["audit"], { says: "DPS-E521 people: must be sampled before it is looked at" });
  });
});

describe("report and policy", () => {
  it("a report that is missing, truncated or newer stops report and gate", async () => {
    const w = template.copy();
    const name = "reports/people/report.json";
    const text = template.read(name);
    const bad: [string, string][] = [
      [text.slice(0, text.length >> 1), "must be JSON"],
      [text.replace('"version": 1', '"version": 2'), "version"],
      [text.replace(/"estimate": [^,]+,/, '"estimate": "high",'), "estimate"],
    ];
    for (const [content, says] of bad) {
      w.write(name, content);
      for (const verb of ["report", "gate"]) await refused(w, [verb], { says: `DPS-E801 ${name}` }).then((words) => refusedFor(words, says));
    }
    for (const verb of ["report", "gate"]) await refused(tinyWorkspace(5), [verb], { says: `DPS-E801 ${name}: must be an audit report, but is missing.` });
  });

  it("a policy that is unknown or broken stops audit and gate", async () => {
    const w = template.copy();
    w.write("policy.json", JSON.stringify({ version: 1, name: "mine", title: "Mine", rules: [] }));
    for (const verb of ["audit", "gate"]) {
      await refused(w, [verb, "--policy", "lenient"], { says: "DPS-E701 lenient: must be a policy" });
      await refused(w, [verb, "--policy", "policy.json"], { says: "DPS-E701 policy.json: rules" });
    }
  });

  it("a witness that is none stops budget verify", async () => {
    await refused(template.copy(), ["budget", "verify", "people", "--witness", "people.csv"], { says: /DPS-E420 people\.csv/ });
    await done(template.root, ["budget", "verify", "people", "--witness", "people.model.json"]);
  });
});

function refusedFor(words: string, says: string): void {
  if (!words.includes(says)) throw new Error(`expected ${says} in: ${words}`);
}
