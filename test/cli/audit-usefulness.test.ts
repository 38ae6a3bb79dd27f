import { afterAll, afterEach, describe, expect, it } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { ReportFile } from "../../src/formats/report.js";
import { done, dpsynth, endAll } from "../support/cli/run.js";
import { emptyWorkspace, removeAll, type Workspace } from "../support/cli/workspace.js";

afterEach(endAll);
afterAll(removeAll);

const nullable = { nullable: true, onNull: "null" };
const FIELDS = [
  { name: "n", type: "integer", constraints: { minimum: 0, maximum: 99 }, dpsynth: { ...nullable, onUnparsable: "null", onOutOfBounds: "clamp" } },
  { name: "x", type: "number", constraints: { minimum: 0, maximum: 10 }, dpsynth: { nullable: false, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp" } },
  { name: "c", type: "string", categories: ["a", "b"], dpsynth: { ...nullable, role: "quasi-identifier", catchAll: "other", onUnseen: "catch-all" } },
  { name: "d", type: "date", constraints: { minimum: "2000-01-01", maximum: "2020-12-31" }, dpsynth: { ...nullable, onUnparsable: "null", onOutOfBounds: "clamp" } },
  { name: "t", type: "boolean", dpsynth: { ...nullable, role: "sensitive", onUnparsable: "null" } },
];

function rows(n: number, seed: string): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const [a, month, day] = [bits.below(100), 1 + bits.below(12), 1 + bits.below(28)].map((v) => `${v}`);
    return [
      a,
      (10 * bits.uniform()).toFixed(2),
      bits.below(2) === 0 ? "a" : "b",
      `20${10 + bits.below(10)}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`,
      bits.below(100) < Number(a) ? "true" : "false",
    ];
  });
}

function workspace(release: string[][], real = rows(400, "train")): Workspace {
  const w = emptyWorkspace();
  const csv = (table: string[][]): string => `${[FIELDS.map((f) => f.name), ...table].map((row) => row.join(",")).join("\n")}\n`;
  w.write("schema.json", JSON.stringify({ fields: FIELDS, dpsynth: { version: 1, privacyUnit: { kind: "row" } } }));
  w.write("train.csv", csv(real));
  w.write("holdout.csv", csv(rows(300, "holdout")));
  w.write("release.csv", csv(release));
  return w;
}

const FILES = ["audit", "--release", "release.csv", "--train", "train.csv", "--holdout", "holdout.csv", "--schema", "schema.json"];
const utilityIn = (w: Workspace): NonNullable<ReportFile["utility"]> => w.json<ReportFile>("reports/release/report.json").utility as NonNullable<ReportFile["utility"]>;

describe("audit on usefulness", () => {
  it("counts cells that the schema does not allow, says so, and gives the scores asked for", async () => {
    // dates in two formats, numbers as quoted strings and as words, a category that is not declared, a null where none may be
    const release = rows(400, "release").map(([n, x, c, d, t], i) => [
      i % 4 === 0 ? `"about ${n}"` : `"${n}"`,
      i < 7 ? "" : x,
      i % 10 === 0 ? "z" : c,
      i % 2 === 0 ? d.split("-").reverse().join("/") : d,
      t,
    ]);
    const w = workspace(release);
    const { stderr, stdout } = await done(w.root, [...FILES, "--compat", "sdmetrics,nist", "--features", "n,c,t", "--predict", "c"]);
    const { conformity, compat, learning } = utilityIn(w);
    expect(Object.fromEntries((conformity?.release.columns ?? []).map((c) => [c.name, [c.nulls, c.unseen, c.unparsable, c.outOfBounds]]))).toEqual({
      n: [0, 0, 100, 0],
      x: [7, 0, 0, 0],
      c: [0, 40, 0, 0],
      d: [0, 0, 200, 0],
      t: [0, 0, 0, 0],
    });
    expect(conformity?.real.columns.every((c) => c.nulls + c.unseen + c.unparsable + c.outOfBounds === 0)).toBe(true);
    expect(stderr + stdout).toContain("Cells that the schema does not allow in the release: n 100, x 7, c 40, d 200 of 400 rows.");
    expect(compat?.kMarginal?.features).toEqual(["n", "c", "t"]);
    expect(compat?.sdmetrics?.quality.overall).toBeGreaterThan(0.5);
    expect(learning.every((entry) => entry.target.startsWith("c is"))).toBe(true);
  });

  it("looks at the real rows too: half of their dates in another format", async () => {
    const real = rows(400, "train").map(([n, x, c, d, t], i) => [n, x, c, i % 2 === 0 ? d.split("-").reverse().join("/") : d, t]);
    const w = workspace(rows(400, "release"), real);
    await done(w.root, [...FILES, "-q"]);
    expect(utilityIn(w).conformity?.real.columns.find((c) => c.name === "d")?.unparsable).toBe(200);
  });

  it.each([
    [["--predict", "nobody"], "DPS-E117"],
    [["--compat", "nist", "--features", "n,nobody"], "DPS-E117"],
    [["--compat", "tapas"], "DPS-E109"],
    [["--features", "n"], "DPS-E136"],
  ])("%j is refused before a row is read", async (flags, code) => {
    const w = workspace([["1", "not read", "a", "2010-01-01", "true"]]);
    const { code: exit, stderr } = await dpsynth(w.root, [...FILES, ...flags]);
    expect([exit, stderr.split(" ")[0]]).toEqual([2, code]);
  });

  const configured = (w: Workspace, audit: object): void => w.write("dpsynth.config.json", JSON.stringify({ version: 1, dataset: "release", table: "train.csv", schema: "schema.json", audit }));

  it("takes what the configuration asks, and flags over it", async () => {
    const w = workspace(rows(400, "release"));
    configured(w, { predict: "n", compat: ["nist"], features: ["n", "c"], skip: ["linkability"], most: 300 });
    await done(w.root, [...FILES, "--reports", "out", "-q"]);
    const { utility, switchedOff, subsample } = w.json<ReportFile>("out/release/report.json");
    expect(utility?.compat?.kMarginal?.features).toEqual(["n", "c"]);
    expect(utility?.learning.every((entry) => entry.target.startsWith("n is"))).toBe(true);
    expect(switchedOff.map(({ name }) => name)).toEqual(["linkability"]);
    expect(subsample).not.toBeNull();
    await done(w.root, [...FILES, "--reports", "out", "-q", "--features", "n,c,t", "--predict", "c"]);
    const over = w.json<ReportFile>("out/release/report.json").utility;
    expect(over?.compat?.kMarginal?.features).toEqual(["n", "c", "t"]);
    expect(over?.learning.every((entry) => entry.target.startsWith("c is"))).toBe(true);
    await done(w.root, [...FILES, "--reports", "out", "-q", "--compat", "sdmetrics", "--skip", "none"]);
    const third = w.json<ReportFile>("out/release/report.json");
    expect([third.utility?.compat?.kMarginal ?? null, third.switchedOff]).toEqual([null, []]);
  });

  it.each([
    [{ predict: "nobody" }, "DPS-E117", "audit.predict"],
    [{ compat: ["nist"], features: ["nobody"] }, "DPS-E117", "audit.features"],
    [{ features: ["n"] }, "DPS-E136", "audit.features"],
    [{ compat: ["nist"], features: [] }, "DPS-E101", "audit.features"],
    [{ skip: ["everything"] }, "DPS-E118", "audit.skip"],
    [{ compat: ["tapas"] }, "DPS-E101", "audit.compat"],
    [{ most: 3 }, "DPS-E101", "audit.most"],
  ])("the configuration's %j is refused by its key before a row is read", async (audit, code, key) => {
    const w = workspace([["1", "not read", "a", "2010-01-01", "true"]]);
    configured(w, audit);
    const { code: exit, stderr } = await dpsynth(w.root, [...FILES, "--reports", "out"]);
    expect([exit, stderr.split(" ")[0]]).toEqual([2, code]);
    expect(stderr).toContain(key);
  });
});
