import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refused } from "../../support/cli/refused.js";
import { done, dpsynth } from "../../support/cli/run.js";
import { ledgerEntries, removeAll, tinyWorkspace, upTo, type Workspace } from "../../support/cli/workspace.js";

const LEDGER = "privacy-budgets/people/ledger.jsonl";

let split: Workspace;
let sampled: Workspace;
beforeAll(async () => {
  sampled = tinyWorkspace();
  split = (await upTo(sampled, "split")).copy();
  for (const verb of [
    ["fit", "--yes"],
    ["sample", "-o", "release.csv"],
  ])
    await done(sampled.root, verb);
});
afterAll(removeAll);

describe("ε", () => {
  const bad = ["0", "-1", "NaN", "1,0", "1e400", "", "abc", "0x10", "Infinity", "1e-400", "١", "1 2", "0.0"];
  it.each(bad)("of %j is refused by fit and budget create", async (epsilon) => {
    for (const args of [["fit", "--yes"], ["plan"], ["budget", "create", "others"]])
      await refused(split, [...args, "--epsilon", epsilon], { says: "DPS-E110 --epsilon: must be a finite number above 0" });
  });

  it("that nobody gives is refused by fit, plan, run and budget create", async () => {
    const w = split.copy();
    w.edit<{ fit: object }>("dpsynth.config.json", (c) => {
      c.fit = {};
    });
    for (const args of [["fit", "--yes"], ["plan"], ["run", "--yes"]]) await refused(w, args, { says: "DPS-E110 --epsilon: must be a number above 0, but is missing." });
    await refused(w, ["budget", "create", "others"], { says: "DPS-E109 --epsilon <ε>: must be given, but is missing." });
  });
});

describe("δ", () => {
  it.each(["1", "1.5", "-1e-9", "NaN", "", "1e400", "1e-9;"])("of %j is refused by budget create", async (delta) => {
    await refused(split, ["budget", "create", "others", "--epsilon", "1", "--delta", delta], { says: "DPS-E110 --delta: must be a number of at least 0 and below 1" });
  });
});

describe("other numbers and names", () => {
  const bad: [string[], string][] = [
    [["split", "--holdout", "1"], "--holdout"],
    [["split", "--holdout", "-0.1"], "--holdout"],
    [["split", "--holdout", "0.6", "--reference", "0.5"], "must be"],
    [["plan", "--rows", "-1"], "--rows"],
    [["plan", "--rows", "1.5"], "--rows"],
    [["sample", "--rows", "1e3"], "--rows"],
    [["audit", "--targets", "0"], "--targets"],
    [["budget", "create", "../out", "--epsilon", "1"], "must be"],
    [["budget", "create", "", "--epsilon", "1"], "must be"],
    [["budget", "create", "people", "--epsilon", "1"], "DPS-E402"],
    [["gate", "--note", "so be it"], "DPS-E710"],
    [["budget", "raise", "people", "--epsilon", "4", "--by", "me"], "--reason"],
    [["budget", "raise", "people", "--epsilon", "2", "--by", "me", "--reason", "less"], "DPS-E4"],
    [["budget", "raise", "people", "--epsilon", "4", "--by", "", "--reason", "more"], "must be"],
  ];
  it.each(bad)("%j is refused", async (args, says) => {
    await refused(split, args, { says });
  });
});

describe("a dataset without a budget", () => {
  it("is not looked at", async () => {
    const w = tinyWorkspace(5);
    for (const args of [["split"], ["fit", "--yes"], ["check"], ["budget", "show", "people"], ["budget", "verify", "people"], ["budget", "attach"]]) await refused(w, args, { says: "DPS-E401" });
    w.write("release.csv", "age,sex,town\n1,f,north\n");
    await refused(w, ["audit", "--release", "release.csv"], { says: "DPS-E401" });
    expect(existsSync(w.file("privacy-budgets"))).toBe(false);
  });

  it("is not made by run where the configuration names none", async () => {
    const w = tinyWorkspace(5);
    w.edit("dpsynth.config.json", (c) => delete c.budget);
    await refused(w, ["run", "--yes"], { says: "DPS-E131" });
  });
});

describe("a table that was not split", () => {
  it("is not learnt from", async () => {
    const w = await upTo(tinyWorkspace(), "budget");
    await refused(w, ["fit", "--yes"], { says: "DPS-E121" });
  });
});

describe("a split that is on record", () => {
  it("cannot be changed", async () => {
    await refused(split, ["split", "--holdout", "0.3"], { says: /^DPS-E4/ });
  });
});

describe("a budget that is spent", () => {
  it("refuses with 3, writes the refusal down, and goes on sampling, auditing and showing", async () => {
    const w = sampled.copy();
    const { largestEpsilon } = JSON.parse((await done(w.root, ["budget", "show", "people", "--json"])).stdout) as { largestEpsilon: number };
    await done(w.root, ["fit", "--yes", "--epsilon", String(largestEpsilon)]);
    await refused(w, ["fit", "--yes"], { code: 3, says: "DPS-E409", adds: ["refuse"] });
    for (const args of [["sample"], ["audit"], ["budget", "show", "people"]]) await done(w.root, args);
    await done(w.root, ["budget", "raise", "people", "--epsilon", "6", "--by", "board", "--reason", "a second release"]);
    await done(w.root, ["fit", "--yes", "--epsilon", "1"]);
  });

  it("and a key that has paid: it never pays twice", async () => {
    const w = split.copy();
    await done(w.root, ["fit", "--yes", "--epsilon", "0.5", "--idempotency-key", "monday"]);
    await refused(w, ["fit", "--yes", "--epsilon", "0.5", "--idempotency-key", "monday"], { says: "DPS-E410" });
  });
});

describe("a ledger that was edited by hand", () => {
  const edits: [string, (lines: string[]) => string[]][] = [
    ["a price made smaller", (lines) => lines.map((line) => line.replace(/"rhoFemto":"\d/, '"rhoFemto":"'))],
    ["an entry taken out", (lines) => lines.filter((line) => !line.includes('"reserve"'))],
    ["two entries exchanged", (lines) => [lines[1], lines[0], ...lines.slice(2)]],
    ["an entry twice", (lines) => [...lines, lines[lines.length - 1]]],
    ["a line of one's own", (lines) => [...lines, '{"hello": 1}']],
    ["everything gone", () => []],
  ];
  it.each(edits)("%s: nothing is spent, looked at or gated, and budget verify says so with 1", async (_, change) => {
    const w = sampled.copy();
    const lines = w.read(LEDGER).trimEnd().split("\n");
    const edited = change(lines);
    expect(edited).not.toEqual(lines);
    w.write(LEDGER, edited.map((line) => `${line}\n`).join(""));
    for (const args of [
      ["fit", "--yes"],
      ["audit", "--release", "release.csv"],
      ["budget", "show", "people"],
    ])
      await refused(w, args, { says: "DPS-E406" });
    const verified = await dpsynth(w.root, ["budget", "verify", "people"]);
    expect([verified.code, verified.stderr]).toEqual([1, ""]);
    expect(verified.stdout).toMatch(/NOT sound:\n {2}✗ /);
    await done(w.root, ["sample"]); // sampling reads no ledger: post-processing is free
  });

  it("a tail cut off is found where a witness survives", async () => {
    const w = sampled.copy();
    w.write(
      LEDGER,
      w
        .read(LEDGER)
        .split("\n")
        .slice(0, 2)
        .map((line) => `${line}\n`)
        .join(""),
    );
    expect((await dpsynth(w.root, ["budget", "verify", "people"])).code).toBe(0);
    expect((await dpsynth(w.root, ["budget", "verify", "people", "--witness", "release.manifest.json"])).code).toBe(1);
    expect((await dpsynth(w.root, ["verify", "release.manifest.json"])).code).toBe(1);
  });

  it("budget.json edited is found too", async () => {
    const w = sampled.copy();
    w.edit<{ epsilon: number }>("privacy-budgets/people/budget.json", (b) => {
      b.epsilon = 300;
    });
    await refused(w, ["fit", "--yes"], { says: "DPS-E4" });
  });
});

describe("the key", () => {
  it("missing: the copy can be read and not spent from", async () => {
    const w = sampled.copy();
    rmSync(w.file("privacy-budgets/people/key"));
    expect((await done(w.root, ["budget", "show", "people"])).stdout).toContain("can only be read");
    for (const args of [["fit", "--yes"], ["audit"], ["check"]]) await refused(w, args, { says: /^DPS-E4/ });
  });

  it("of another budget: refused", async () => {
    const w = sampled.copy();
    await done(w.root, ["budget", "create", "others", "--epsilon", "1"]);
    renameSync(w.file("privacy-budgets/others/key"), w.file("privacy-budgets/people/key"));
    await refused(w, ["fit", "--yes"], { says: /^DPS-E4/ });
  });
});

describe("a lock", () => {
  const lock = (pid: number, started: string): string => JSON.stringify({ pid, started, host: hostname(), token: "left behind" });

  it("left by a dead process is taken over", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const w = split.copy();
    w.write("privacy-budgets/people/lock", lock(pid, "some boot 1"));
    await done(w.root, ["fit", "--yes"]);
    expect(existsSync(w.file("privacy-budgets/people/lock"))).toBe(false);
    expect(ledgerEntries(w).at(-1)?.body.kind).toBe("commit");
  });

  it.skipIf(!existsSync("/proc/self/stat"))("of a number that another process now has is taken over", async () => {
    const w = split.copy();
    w.write("privacy-budgets/people/lock", lock(process.pid, `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} 1`));
    await done(w.root, ["fit", "--yes"]);
  });

  it("of a living process is waited for, and then refused with nothing spent", async () => {
    const w = split.copy();
    w.write("privacy-budgets/people/lock", lock(process.pid, ""));
    await refused(w, ["fit", "--yes"], { says: `DPS-E407 privacy-budgets/people/lock: must be free, but is held by process ${process.pid} on this machine` });
  });
});
