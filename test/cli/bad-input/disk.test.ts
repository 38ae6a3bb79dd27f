import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAULT, refused } from "../../support/cli/refused.js";
import { binary, done, dpsynth } from "../../support/cli/run.js";
import { removeAll, tinyWorkspace, upTo, type Workspace } from "../../support/cli/workspace.js";

const NOBODY = 65_534;
const FORMATS = ["csv", "parquet", "arrow", "jsonl"] as const;

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

describe("a folder that is missing, or a file where a folder should be", () => {
  it.each(FORMATS)("sample writes no %s", async (ending) => {
    for (const folder of ["nowhere", "people.csv"])
      await refused(sampled, ["sample", "-o", `${folder}/r.${ending}`], { says: `DPS-E340 ${folder}/r.${ending}: must be in a folder that exists, but is in none.` });
  });

  it("sample does not write over a folder", async () => {
    const w = sampled.copy();
    mkdirSync(w.file("r.csv"));
    await refused(w, ["sample", "-o", "r.csv"], { says: "DPS-E340 r.csv: must be a file, but is a folder." });
    mkdirSync(w.file("s.manifest.json"));
    await refused(w, ["sample", "-o", "s.csv"], { says: "DPS-E340 s.manifest.json: must be a file, but is a folder." });
  });

  it("sample refuses an ending that it does not know", async () => {
    await refused(sampled, ["sample", "-o", "r.xlsx"], { says: "DPS-E512 r.xlsx" });
  });

  it("fit spends nothing where its release would have an ending that it does not know", async () => {
    await refused(split, ["fit", "--yes", "-o", "r.xlsx"], { says: "DPS-E512 r.xlsx" });
  });

  it("fit spends nothing where its model could not be written", async () => {
    for (const folder of ["nowhere", "people.csv"]) await refused(split, ["fit", "--yes", "--model", `${folder}/m.json`], { says: `DPS-E340 ${folder}/m.json` });
    const w = split.copy();
    mkdirSync(w.file("m.json"));
    await refused(w, ["fit", "--yes", "--model", "m.json"], { says: "DPS-E340 m.json: must be a file, but is a folder." });
  });

  it("audit makes no look where its report could not be written", async () => {
    const w = sampled.copy();
    w.write("reports", "a file");
    await refused(w, ["audit"], { says: /^DPS-E34\d reports/ });
  });

  it("budget create and split say so where the budgets' folder is a file", async () => {
    const w = tinyWorkspace(5);
    w.write("privacy-budgets", "a file");
    await refused(w, ["budget", "create", "people", "--epsilon", "1"], { says: /^DPS-E(34|40)\d privacy-budgets/ });
    await refused(w, ["split"], { says: /^DPS-E40\d privacy-budgets/ });
  });
});

/** Root may write everywhere: its runs become nobody's, where nobody can reach the binary. */
const asRoot = process.getuid?.() === 0;
const uid = asRoot ? NOBODY : process.getuid?.();
const canDrop = uid !== undefined && (!asRoot || spawnSync(process.execPath, [binary(), "--version"], { uid: NOBODY, gid: NOBODY }).status === 0);

describe.skipIf(!canDrop)("a folder that may only be read", () => {
  const readOnly = (w: Workspace, ...folders: string[]): Workspace => {
    for (const name of w.files().map((file) => w.file(file))) if (asRoot) chownSync(name, NOBODY, NOBODY);
    for (const folder of ["", "privacy-budgets", "privacy-budgets/people"].map((name) => w.file(name))) {
      if (asRoot && existsSync(folder)) chownSync(folder, NOBODY, NOBODY);
    }
    for (const folder of folders) chmodSync(w.file(folder), 0o555);
    chmodSync(w.file(""), folders.includes("") ? 0o555 : 0o755);
    chmodSync(sampled.root, 0o755);
    return w;
  };
  const limits = uid === undefined ? {} : { uid };

  it("each verb that writes says so, and spends nothing", async () => {
    const w = readOnly(sampled.copy(), "");
    const says = /^DPS-E340 .+: must be in a folder that may be written, but is in one that may not \(EACCES\)\. /;
    for (const ending of FORMATS) await refused(w, ["sample", "-o", `r.${ending}`], { says, limits });
    await refused(w, ["fit", "--yes"], { says, limits });
    await refused(w, ["audit"], { says, limits });
    await refused(w, ["init", "people.csv", "--force"], { says, limits, adds: ["look"] });
    chmodSync(w.root, 0o755);
  });

  it("a ledger that may not be written to is a fault of the ledger, and nothing is learnt", async () => {
    const w = readOnly(split.copy(), "privacy-budgets/people");
    for (const args of [["fit", "--yes"], ["check"], ["budget", "attach"], ["budget", "raise", "people", "--epsilon", "9", "--by", "me", "--reason", "more"]])
      await refused(w, args, { says: /^DPS-E408 .+not permitted/, limits });
    chmodSync(w.file("privacy-budgets/people"), 0o755);
  });
});

describe("a full disk", () => {
  it.each(FORMATS)("leaves no %s and no part of one", async (ending) => {
    await refused(sampled, ["sample", "-n", "60000", "-o", `r.${ending}`], { says: `DPS-E341 r.${ending}: must be on a disk with room for it`, limits: { fileBlocks: 64 } });
  });

  it("stops budget, split, fit, audit and init at the first byte that has no room", async () => {
    const limits = { fileBlocks: 0 };
    await refused(tinyWorkspace(5), ["budget", "create", "people", "--epsilon", "1"], { says: /^DPS-E408 /, limits });
    await refused(tinyWorkspace(5), ["init", "people.csv", "--force"], { says: /^DPS-E341 /, limits });
    for (const args of [["fit", "--yes"], ["check"], ["budget", "attach"]]) await refused(split, args, { says: /^DPS-E408 /, limits });
    await refused(sampled, ["audit"], { says: /^DPS-E408 /, limits });
  });

  it("at whatever size of file: a fit leaves a whole model or none, and a sound ledger", async () => {
    const ends = new Set<number | null>();
    for (const fileBlocks of [1, 4, 8, 12, 16, 24, 40]) {
      const w = split.copy();
      const { code, stderr } = await dpsynth(w.root, ["fit", "--yes", "-q"], {}, { fileBlocks });
      ends.add(code);
      if (code !== 0) expect(stderr).toMatch(FAULT);
      expect(w.files().filter((name) => name.endsWith(".part"))).toEqual([]);
      expect(existsSync(w.file("people.model.json"))).toBe(code === 0);
      expect(JSON.parse((await done(w.root, ["budget", "verify", "people", "--json"])).stdout)).toMatchObject({ sound: true });
      const { fits, spentEpsilon } = JSON.parse((await done(w.root, ["budget", "show", "people", "--json"])).stdout) as { fits: unknown[]; spentEpsilon: number };
      if (fits.length > 0) expect(spentEpsilon).toBeCloseTo(1, 6);
      else expect(spentEpsilon).toBe(0);
    }
    expect([...ends].sort()).toEqual([0, 2]);
  });

  it("keeps the older release whole where there is no room for a new one", async () => {
    const w = sampled.copy();
    const before = w.read("release.csv");
    await refused(w, ["sample", "-n", "60000", "-o", "release.csv"], { says: "DPS-E341", limits: { fileBlocks: 64 } });
    expect(w.read("release.csv")).toBe(before);
  });
});
