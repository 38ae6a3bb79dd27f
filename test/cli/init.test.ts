import { existsSync, readFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { done } from "../support/cli/run.js";
import { emptyWorkspace, removeAll } from "../support/cli/workspace.js";

afterAll(removeAll);

it("drafts files that name the published JSON Schema of this version, so that editors complete them, and every verb reads them", async () => {
  const w = emptyWorkspace();
  w.write("people.csv", `age,sex\n${Array.from({ length: 60 }, (_, i) => `${20 + (i % 40)},${i % 2 === 0 ? "f" : "m"}\n`).join("")}`);
  await done(w.root, ["init", "people.csv", "--unit", "row", "-q"]);
  const pack = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; version: string; files: string[] };
  const published = `https://unpkg.com/${pack.name}@${pack.version}/`;
  for (const file of ["people.schema.json", "dpsynth.config.json"]) {
    const { $schema } = w.json<{ $schema: string }>(file);
    expect($schema.startsWith(published)).toBe(true);
    const path = $schema.slice(published.length);
    expect({ path, packed: pack.files.includes(path.split("/")[0]), there: existsSync(path) }).toMatchObject({ packed: true, there: true });
    const properties = (JSON.parse(readFileSync(path, "utf8")) as { properties: object }).properties;
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(w.json(file))));
  }
  const plan = await done(w.root, ["plan", "--epsilon", "1", "--rows", "60", "--json"]);
  expect(JSON.parse(plan.stdout)).toBeTypeOf("object");
});

it("what init drafts takes the method that public facts choose, as a fit without a draft does", async () => {
  const w = emptyWorkspace();
  w.write("people.csv", `age,sex\n${Array.from({ length: 60 }, (_, i) => `${20 + (i % 40)},${i % 2 === 0 ? "f" : "m"}\n`).join("")}`);
  await done(w.root, ["init", "people.csv", "--unit", "row", "-q"]);
  const drafted = JSON.parse((await done(w.root, ["plan", "--epsilon", "1", "--rows", "60", "--json"])).stdout);
  expect(drafted).toMatchObject({ fit: { method: "mosaic" }, methodReason: expect.stringContaining("the most accurate") });
  const none = await done(w.root, ["plan", "--epsilon", "1", "--rows", "0"]);
  expect(none.stdout).toContain("of no rows there is none to be wrong about");
});
