import { afterAll, describe, expect, it } from "vitest";
import { oneObject } from "../support/cli/json.js";
import { refused } from "../support/cli/refused.js";
import { done } from "../support/cli/run.js";
import { removeAll, tinyWorkspace, upTo, type Workspace } from "../support/cli/workspace.js";

afterAll(removeAll);

const FIT = ["fit", "--yes", "--epsilon", "0.5", "--method", "auto"];

interface Model {
  readonly method: string;
  readonly measurements: { readonly columns: readonly string[] }[];
}

async function ready(workload: unknown): Promise<Workspace> {
  const w = await upTo(tinyWorkspace(2000), "split");
  w.write("asked.json", typeof workload === "string" ? workload : JSON.stringify(workload));
  return w;
}

describe("a workload", () => {
  it("is what auto's aim measures: only its marginals and their parts", async () => {
    const w = await ready([["town", "sex"], ["age"]]);
    const plan = oneObject((await done(w.root, ["plan", "--epsilon", "0.5", "--method", "auto", "--workload", "asked.json", "--json"])).stdout) as { fit: { method: string; pairs: unknown[] } };
    expect(plan.fit).toMatchObject({ method: "aim", pairs: [{ columns: ["sex", "town"] }] });
    await done(w.root, [...FIT, "--workload", "asked.json"]);
    const model = w.json<Model>("people.model.json");
    expect(model.method).toBe("aim");
    const measured = model.measurements.map((m) => [...m.columns].sort().join("+"));
    expect(measured).toContain("sex+town");
    for (const columns of measured.filter((name) => name.includes("+"))) expect(columns).toBe("sex+town");
  });

  it("of three columns is served by its columns and pairs", async () => {
    const w = await ready([["town", "sex", "age"]]);
    await done(w.root, [...FIT, "--method", "aim", "--workload", "asked.json"]);
    for (const { columns } of w.json<Model>("people.model.json").measurements) expect(columns.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["an unknown column", [["town", "height"]], 'DPS-E129 asked.json[0]: must be columns of the schema, but is "height"'],
    ["no marginal", [], "DPS-E129 asked.json: must be a list of at least one marginal"],
    ["an empty marginal", [["town"], []], "DPS-E129 asked.json[1]: must be 1 to 5 columns"],
    ["a column twice", [["town", "town"]], "DPS-E129 asked.json[0]: must be each column once"],
    ["no list", { a: 1 }, "DPS-E134 asked.json"],
    ["no JSON", "[[", "DPS-E134 asked.json"],
  ])("with %s is refused, and nothing is spent", async (_, workload, says) => {
    await refused(await ready(workload), [...FIT, "--workload", "asked.json"], { says });
  });

  it("needs a method that follows it, a readable file, and room for one-ways", async () => {
    const w = await ready([["town", "sex"]]);
    await refused(w, [...FIT, "--workload", "nowhere.json"], { says: "DPS-E134 nowhere.json" });
    await refused(w, [...FIT, "--method", "mst", "--workload", "asked.json"], { says: "DPS-E128 --method" });
    await refused(w, [...FIT, "--max-model-size", "0.00001"], { says: "DPS-E126" });
    await refused(w, [...FIT, "--max-model-size", "0"], { says: "DPS-E110 --max-model-size" });
  });
});
