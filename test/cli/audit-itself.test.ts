import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { empiricalFile } from "../../src/formats/empirical.js";
import type { ReportFile, VerdictFile } from "../../src/formats/report.js";
import { refused } from "../support/cli/refused.js";
import { done, dpsynth, endAll } from "../support/cli/run.js";
import { emptyWorkspace, ledgerEntries, removeAll, tinyWorkspace, upTo, type Workspace } from "../support/cli/workspace.js";

afterEach(endAll);
afterAll(removeAll);

describe("dpsynth audit --mechanism", () => {
  it("needs no configuration, no table and no budget, and leaves a file of its own", async () => {
    const w = emptyWorkspace();
    const { stdout } = await done(w.root, ["audit", "--mechanism", "independent", "--runs", "100", "--json", "-q"]);
    expect(w.files()).toEqual(["reports/mechanism/empirical-independent.json"]);
    const written = empiricalFile.parse(w.json("reports/mechanism/empirical-independent.json"));
    expect(empiricalFile.parse(JSON.parse(stdout))).toEqual(written);
    expect(written).toMatchObject({ kind: "mechanism", method: "independent", runs: 100, violated: false, claim: { epsilon: 1, delta: 0.01 } });
  });

  it.each([
    [["--runs", "200"], "--runs"],
    [["--delta", "0.1"], "--delta"],
    [["--canaries", "50"], "--canaries"],
    [["--epsilon", "1"], "--epsilon"],
    [["--mechanism", "mst", "--method", "mst"], "--method"],
    [["--mechanism", "mst", "--one-run"], "--one-run"],
  ])("%s is refused, for nothing would heed it", async (flags, named) => {
    expect(await refused(emptyWorkspace(), ["audit", ...flags], { says: named })).toContain("DPS-E116");
  });

  it("refuses a pure account for a method without a pure price", async () => {
    expect(await refused(emptyWorkspace(), ["audit", "--mechanism", "aim", "--delta", "0"])).toContain("DPS-E124");
  });
});

describe("dpsynth audit --one-run", () => {
  let w: Workspace;
  beforeAll(async () => {
    w = await upTo(tinyWorkspace(600), "split");
  });

  it("asks before it spends", async () => {
    await refused(w, ["audit", "--one-run", "--epsilon", "1"], { says: "DPS-E112" });
  });

  it("charges the twin, makes no model of it, and its finding goes into the next report", async () => {
    const before = ledgerEntries(w).length;
    await done(w.root, ["audit", "--one-run", "--epsilon", "1", "--canaries", "60", "--yes", "-q"]);
    const added = ledgerEntries(w).slice(before);
    // scoring the guesses reads true counts: that is a look
    expect(added.map((e) => e.body.kind)).toEqual(["look", "reserve", "commit"]);
    expect(JSON.stringify(added[2].body)).not.toContain("modelSha256");
    expect(w.files().filter((f) => f.endsWith(".model.json"))).toEqual([]);
    const found = empiricalFile.parse(w.json("reports/people/empirical-one-run-mst.json"));
    expect(found.audience).toBe("INTERNAL");
    expect(found).toMatchObject({ kind: "one-run", canaries: 60, guesses: 12, violated: false });
    await done(w.root, ["fit", "--yes", "-q"]);
    await done(w.root, ["sample", "-o", "release.csv", "-q"]);
    await done(w.root, ["audit", "-q"]);
    const { findings } = w.json<ReportFile>("reports/people/report.json");
    expect(findings.filter((f) => f.family === "mechanism").map((f) => f.id)).toEqual(["one-run-epsilon-mst"]);
  });

  it("a bound above the promise fails the gate, whatever else is found", async () => {
    w.edit<{ findings: { estimate: number }[] }>("reports/people/empirical-one-run-mst.json", (file) => {
      file.findings[0].estimate = 1.5;
    });
    await done(w.root, ["audit", "-q"]);
    const { code, stdout } = await dpsynth(w.root, ["gate", "--json"]);
    const verdict = JSON.parse(stdout) as VerdictFile;
    expect({ code, verdict: verdict.verdict }).toEqual({ code: 1, verdict: "fail" });
    expect(verdict.rules.find((r) => r.id === "empirical-epsilon")).toMatchObject({ outcome: "fail", measured: 1.5, limit: 1 });
  });

  it("a file from before audiences were named is still read", async () => {
    w.edit<{ audience?: string }>("reports/people/empirical-one-run-mst.json", (file) => {
      delete file.audience;
    });
    await done(w.root, ["audit", "-q"]);
  });

  it("a damaged file beside the report is named", async () => {
    w.write("reports/people/empirical-one-run-mst.json", "{}");
    expect(await refused(w, ["audit"], { says: "empirical-one-run-mst.json" })).toContain("DPS-E601");
  });
});
