import { createHash, createHmac } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  append,
  attachFingerprint,
  createBudget,
  derivedKey,
  knownFingerprint,
  openLedger,
  recordLook,
  recordReport,
  recordSign,
  recordSplit,
  requireFirst,
  type TableDigests,
  verifyLedger,
} from "../../src/curator/ledger/index.js";
import { faultOf, inFolder, ledgerLines } from "../support/ledger/budget.js";

const people = { dataset: "people", epsilon: 3, delta: 1e-9 };
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** A table with these columns; a name in capitals stands for a column whose cells are all alike. */
const table = (units: string, columns = [`${units}1`, `${units}2`, `${units}3`, `${units}4`]): TableDigests => ({
  units: digest(units),
  columns: columns.map((name) => ({ digest: digest(name).subarray(0, 12), varied: name !== name.toUpperCase() })),
});

describe("createBudget", () => {
  it("makes the four files, the key readable by its owner only and named in .gitignore", () =>
    inFolder(async (folder) => {
      const budget = await createBudget(join(folder, "privacy-budgets"), people);
      const home = join(folder, "privacy-budgets", "people");
      expect(readdirSync(home).sort()).toEqual([".gitignore", "budget.json", "key", "ledger.jsonl"]);
      expect(readdirSync(join(folder, "privacy-budgets"))).toEqual(["people"]);
      expect(statSync(join(home, "key")).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(home, ".gitignore"), "utf8").split("\n")).toEqual(expect.arrayContaining(["key", "lock"]));
      expect(readFileSync(join(home, "key"), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
      expect(budget).toMatchObject({ account: "zcdp", neighbours: "add-remove-one-unit", version: 1 });
      expect((await openLedger(join(folder, "privacy-budgets"), "people")).entries).toHaveLength(1);
    }));

  it("macs each entry with HMAC-SHA-256 of the other fields in key order, by a second implementation", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await recordSplit(folder, "people", { holdout: 0.2, reference: 0.1 });
      const key = Buffer.from(readFileSync(join(folder, "people", "key"), "utf8").trim(), "hex");
      const [first, second] = ledgerLines(folder) as [string, string];
      for (const line of [first, second]) {
        const match = /"mac":"([0-9a-f]{64})",/.exec(line) as RegExpExecArray;
        expect(createHmac("sha256", key).update(line.replace(match[0], "")).digest("hex")).toBe(match[1]);
      }
      expect(JSON.parse(second).prev).toBe(createHash("sha256").update(first).digest("hex"));
    }));

  it("makes a pure account where δ is 0, and refuses what is no cap, no name or there already", () =>
    inFolder(async (folder) => {
      expect((await createBudget(folder, { dataset: "pure", epsilon: 1, delta: 0 })).account).toBe("pure");
      expect((await faultOf(createBudget(folder, { dataset: "pure", epsilon: 1, delta: 0 }))).code).toBe("DPS-E402");
      for (const bad of [{ epsilon: 0 }, { epsilon: -1 }, { epsilon: Number.NaN }, { epsilon: Number.POSITIVE_INFINITY }, { delta: 1 }, { delta: -1e-9 }, { delta: Number.NaN }]) {
        expect((await faultOf(createBudget(folder, { ...people, ...bad }))).code).toBe("DPS-E403");
      }
      for (const dataset of ["", "..", "../up", ".hidden", "a/b", "a b", "x".repeat(101)]) expect((await faultOf(createBudget(folder, { ...people, dataset }))).code).toBe("DPS-E403");
      expect(readdirSync(folder)).toEqual(["pure"]);
    }));

  it("does not settle in a folder that holds other files", () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, "people"));
      writeFileSync(join(folder, "people", "notes.txt"), "mine");
      expect((await faultOf(createBudget(folder, people))).code).toBe("DPS-E402");
      expect(readdirSync(folder)).toEqual(["people"]);
      expect(readdirSync(join(folder, "people"))).toEqual(["notes.txt"]);
    }));
});

describe("the key", () => {
  it("is the right to spend: a clone without it reads and writes nothing", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await recordLook(folder, "people", { act: "check" });
      renameSync(join(folder, "people", "key"), join(folder, "elsewhere"));
      const clone = await openLedger(folder, "people");
      expect(clone.macsChecked).toBe(false);
      expect(clone.entries).toHaveLength(2);
      expect((await verifyLedger(folder, "people", [])).limits.join(" ")).toContain("Without the key");
      for (const act of [
        append(folder, "people", { kind: "look", act: "check", attempt: 2 }),
        attachFingerprint(folder, "people", table("a")),
        derivedKey(folder, "people", "split"),
        knownFingerprint(folder, "people", digest("a")),
      ]) {
        expect(await faultOf(act)).toMatchObject({ code: "DPS-E404", exit: 2 });
      }
      expect(ledgerLines(folder)).toHaveLength(2);
      writeFileSync(join(folder, "people", "key"), `${"ab".repeat(32)}\n`);
      expect((await faultOf(openLedger(folder, "people"))).code).toBe("DPS-E405");
    }));

  it("gives one secret per purpose and none that macs or fingerprints use", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      const key = Buffer.from(readFileSync(join(folder, "people", "key"), "utf8").trim(), "hex");
      expect(await derivedKey(folder, "people", "split")).toEqual(createHmac("sha256", key).update("split").digest());
      expect(await derivedKey(folder, "people", "truncate")).not.toEqual(await derivedKey(folder, "people", "split"));
      for (const purpose of ["", "fingerprint", "fingerprint x", "{}", "dpsynth budget key"]) expect((await faultOf(derivedKey(folder, "people", purpose))).code).toBe("DPS-E900");
    }));

  it("is asked for by name where there is no budget", () =>
    inFolder(async (folder) => {
      const fault = await faultOf(openLedger(folder, "people"));
      expect(fault).toMatchObject({ code: "DPS-E401", exit: 2 });
      expect(fault.next).toContain("dpsynth budget create people");
    }));
});

describe("fingerprints", () => {
  it("number a dataset's tables once each and belong to one budget of the folder", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await createBudget(folder, { ...people, dataset: "others" });
      expect(await knownFingerprint(folder, "people", digest("a"))).toBeUndefined();
      expect(await attachFingerprint(folder, "people", table("a"), "as of May")).toMatchObject({ version: 1, added: true, unasked: [] });
      expect(await attachFingerprint(folder, "people", table("b"))).toMatchObject({ version: 2, added: true });
      expect(await attachFingerprint(folder, "people", table("a"))).toMatchObject({ version: 1, added: false });
      expect(await knownFingerprint(folder, "people", digest("b"))).toBe(2);
      const fault = await faultOf(attachFingerprint(folder, "others", table("b")));
      expect(fault).toMatchObject({ code: "DPS-E413", exit: 2 });
      expect(fault.next).toContain("people");
      expect(ledgerLines(folder, "others")).toHaveLength(1);
      expect(readFileSync(join(folder, "people", "ledger.jsonl"), "utf8")).not.toContain(digest("a").toString("hex"));
    }));

  const cases: [string, string[], boolean][] = [
    ["all of its columns, in another order", ["age", "sex", "town", "ALIKE"], true],
    ["one column fewer", ["sex", "town", "ALIKE"], true],
    ["one column more", ["town", "sex", "ALIKE", "age", "new"], true],
    ["two of its three columns that differ, and many others", ["age", "sex", "a", "b", "c", "d", "e", "f"], false],
    ["just over half of the narrower", ["age", "sex", "town", "a", "b", "c", "d"], true],
    ["half of its columns", ["age", "sex", "a", "b"], false],
    ["only what any table may have", ["ALIKE"], false],
    ["none of its columns", ["a", "b"], false],
    ["one of its columns twice", ["sex", "sex", "a", "b"], false],
  ];
  it.each(cases)("of the columns, under another schema: %s", (_name, columns, known) =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await createBudget(folder, { ...people, dataset: "others" });
      await attachFingerprint(folder, "people", table("an older one"));
      await attachFingerprint(folder, "people", table("encoded", ["town", "ALIKE", "age", "sex"]));
      const attached = attachFingerprint(folder, "others", table("encoded anew", columns));
      if (!known) expect((await attached).added).toBe(true);
      else expect(await faultOf(attached)).toMatchObject({ code: "DPS-E413", is: "second to the budget of people, which knows most of its columns cell for cell", exit: 2 });
      expect(ledgerLines(folder, "others")).toHaveLength(known ? 1 : 2);
    }),
  );

  it("leave marks that tell nothing: equal columns and equal versions have different ones", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await attachFingerprint(folder, "people", table("a", ["age", "age", "age"]));
      await attachFingerprint(folder, "people", table("b", ["age", "age", "age"]));
      const marks = (await openLedger(folder, "people")).state.versions.flatMap((v) => v.columns);
      expect(marks).toHaveLength(6);
      expect(new Set(marks).size).toBe(6);
    }));

  it("found in two budgets belong to the one that was first", () =>
    inFolder(async (folder) => {
      const elsewhere = join(folder, "elsewhere");
      mkdirSync(elsewhere);
      await createBudget(folder, people);
      await createBudget(elsewhere, { ...people, dataset: "others" });
      await attachFingerprint(folder, "people", table("a"));
      await attachFingerprint(elsewhere, "others", table("b", ["a1", "a2", "a3"]));
      renameSync(join(elsewhere, "others"), join(folder, "others"));
      await requireFirst(folder, "people", table("a"));
      const fault = await faultOf(requireFirst(folder, "others", table("b", ["a1", "a2", "a3"])));
      expect(fault).toMatchObject({ code: "DPS-E413", exit: 2 });
      expect(fault.next).toContain("stays spent");
    }));

  it("name the siblings that could not be asked", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await createBudget(folder, { ...people, dataset: "others" });
      await createBudget(folder, { ...people, dataset: "torn" });
      renameSync(join(folder, "people", "key"), join(folder, "elsewhere"));
      writeFileSync(join(folder, "torn", "budget.json"), "{");
      expect(await attachFingerprint(folder, "others", table("a"))).toMatchObject({ added: true, unasked: ["people", "torn"] });
    }));

  it("go to one budget only when two ask at once", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      await createBudget(folder, { ...people, dataset: "others" });
      const outcomes = await Promise.allSettled([attachFingerprint(folder, "people", table("a")), attachFingerprint(folder, "others", table("a"))]);
      expect(outcomes.map((o) => o.status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(readdirSync(folder).sort()).toEqual(["others", "people"]);
    }));
});

describe("records", () => {
  it("fix the split once", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      const head = await recordSplit(folder, "people", { holdout: 0.2, reference: 0.1 });
      expect(await recordSplit(folder, "people", { holdout: 0.2, reference: 0.1 })).toEqual(head);
      expect((await faultOf(recordSplit(folder, "people", { holdout: 0.2, reference: 0 }))).code).toBe("DPS-E414");
      expect((await openLedger(folder, "people")).state.split).toEqual({ holdout: 0.2, reference: 0.1 });
      for (const bad of [
        { holdout: 0.6, reference: 0.4 },
        { holdout: 0.9999995, reference: 0 },
        { holdout: -0.1, reference: 0 },
        { holdout: Number.NaN, reference: 0 },
      ])
        expect((await faultOf(recordSplit(folder, "people", bad))).code).toBe("DPS-E403");
    }));

  it("keep the hash of a report, at no price and as no attempt", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      const record = { fit: "a", reportSha256: "1".repeat(64), releaseSha256: "2".repeat(64) };
      const head = await recordReport(folder, "people", record);
      const { state, balance } = await openLedger(folder, "people");
      expect(state.reports).toMatchObject([{ kind: "report", ...record, seq: head.seq }]);
      expect([state.looks, balance.spentEpsilon]).toEqual([[], 0]);
      expect((await verifyLedger(folder, "people", [head])).sound).toBe(true);
    }));

  it("number looks per act and fit, and keep signatures", () =>
    inFolder(async (folder) => {
      await createBudget(folder, people);
      const numbers: number[] = [];
      for (const [act, fit] of [
        ["audit", "a"],
        ["audit", "a"],
        ["audit", "b"],
        ["gate", "a"],
        ["check", undefined],
        ["audit", "a"],
        ["check", undefined],
      ] as const) {
        numbers.push((await recordLook(folder, "people", { act, ...(fit === undefined ? {} : { fit }), outcome: "pass" })).attempt);
      }
      expect(numbers).toEqual([1, 2, 1, 1, 1, 3, 2]);
      await recordSign(folder, "people", { by: "Ada", note: "accepted", verdict: "pass", hashes: { release: "0".repeat(64) } });
      expect((await faultOf(recordSign(folder, "people", { by: "", note: "", verdict: "pass", hashes: {} }))).code).toBe("DPS-E415");
      const { state, balance } = await openLedger(folder, "people");
      expect(state.signatures).toMatchObject([{ by: "Ada", verdict: "pass" }]);
      expect(balance.spentEpsilon).toBe(0);
    }));
});
