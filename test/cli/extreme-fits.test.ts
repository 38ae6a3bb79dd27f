import { afterAll, expect, it } from "vitest";
import { METHODS } from "../../src/formats/method.js";
import { done } from "../support/cli/run.js";
import { emptyWorkspace, ledgerEntries, removeAll, type Workspace } from "../support/cli/workspace.js";

afterAll(removeAll);

const methods = METHODS.filter((method) => method !== "auto");
const label = { nullable: false, onNull: "first", onUnseen: "first" };
const words = (name: string, count: number): object => ({ name, type: "string", categories: Array.from({ length: count }, (_, i) => `${name}${i}`), dpsynth: label });
const whole = (name: string, count: number): object => ({
  name,
  type: "integer",
  constraints: { minimum: 0, maximum: count - 1 },
  dpsynth: { nullable: false, bins: count, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp" },
});

/** A table of `rows` rows under `fields`, each value the next of its column, with a budget that lasts. */
async function workspace(fields: readonly { name?: string; categories?: readonly string[]; constraints?: { maximum: number } }[], rows: number): Promise<Workspace> {
  const w = emptyWorkspace();
  const value = (f: (typeof fields)[number], i: number): string => (f.categories === undefined ? `${i % ((f.constraints?.maximum ?? 0) + 1)}` : f.categories[i % f.categories.length]);
  w.write("t.csv", `${[fields.map((f) => f.name).join(","), ...Array.from({ length: rows }, (_, i) => fields.map((f, c) => value(f, i * (c + 1))).join(","))].join("\n")}\n`);
  w.write("s.json", JSON.stringify({ fields, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }));
  w.write(
    "dpsynth.config.json",
    JSON.stringify({ version: 1, dataset: "people", table: "t.csv", schema: "s.json", budget: { epsilon: 10_000, delta: 1e-9 }, split: { holdout: 0, reference: 0 }, fit: { epsilon: 1 } }),
  );
  await done(w.root, ["budget", "create", "people", "--epsilon", "10000", "--delta", "1e-9", "-q"]);
  await done(w.root, ["split", "-q"]);
  return w;
}

/** Fit and draw rows: a sound ledger and as many rows as asked for. */
async function fits(w: Workspace, method: string, epsilon: string): Promise<void> {
  await done(w.root, ["fit", "--yes", "-q", "--method", method, "--epsilon", epsilon, "-o", "r.csv", "-n", "50"]);
  expect(w.read("r.csv").trimEnd().split("\n")).toHaveLength(51);
  expect(ledgerEntries(w).at(-1)?.body.kind).toBe("commit");
}

it.each([
  ["no row", 0, ["0.001"]],
  ["one row", 1, ["1000"]],
  ["ten rows", 10, ["0.001", "1000"]],
] as const)("every method fits a table of %s, at tiny and huge ε", async (_, rows, epsilons) => {
  const w = await workspace([words("a", 3), words("b", 4), whole("c", 20)], rows);
  for (const method of methods) for (const epsilon of epsilons) await fits(w, method, epsilon);
});

it("every method fits columns of one value, among others and alone", async () => {
  const among = await workspace([words("one", 1), words("b", 4), whole("zero", 1)], 200);
  const alone = await workspace([words("one", 1), whole("zero", 1)], 200);
  for (const method of methods) for (const w of [among, alone]) await fits(w, method, "1");
});

it("every method fits 40 columns, whose cells together are beyond any number", async () => {
  const w = await workspace(
    Array.from({ length: 40 }, (_, c) => whole(`c${c}`, c % 2 === 0 ? 100 : 10)),
    300,
  );
  for (const method of methods) await fits(w, method, "1");
});

it("every method fits a column of 100,000 values", async () => {
  const w = await workspace([words("long", 100_000), words("b", 4)], 500);
  for (const method of methods) await fits(w, method, "1");
});
