import { appendFileSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/base/hash.js";
import { zeroPrice } from "../../src/curator/accounting/price.js";
import { readChain } from "../../src/curator/ledger/chain.js";
import { createBudget, openLedger, recordLook, recordSign, recordSplit, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import { faultOf, inFolder, ledgerLines, ledgerPath, pureFit, writeLines } from "../support/ledger/budget.js";

/** A ledger of six entries: create, split, reserve, commit, look, reserve. */
async function sixEntries(folder: string): Promise<string[]> {
  await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
  await recordSplit(folder, "people", { holdout: 0.2, reference: 0 });
  const reservation = await reserve(folder, "people", pureFit("fit-1", 0.25));
  await reservation.commit({ price: zeroPrice(), events: [], noise: "secure" });
  await recordLook(folder, "people", { act: "audit", fit: "fit-1" });
  await reserve(folder, "people", pureFit("fit-2", 0.5));
  return ledgerLines(folder);
}

const verdict = (folder: string, witnesses: { seq: number; hash: string }[] = []) => verifyLedger(folder, "people", witnesses);
const witnessOf = (lines: readonly string[], seq: number) => ({ seq, hash: sha256Hex(lines[seq] as string) });

describe("a sound ledger", () => {
  it("has no finding, and the verdict says what could not be found", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      const bare = await verdict(folder);
      expect(bare).toMatchObject({ sound: true, entries: 6, macsChecked: true, head: witnessOf(lines, 5) });
      expect(bare.limits.join(" ")).toContain("No witness was given");
      const witnessed = await verdict(folder, [witnessOf(lines, 3), witnessOf(lines, 5)]);
      expect(witnessed.sound).toBe(true);
      expect(witnessed.limits.join(" ")).not.toContain("cut off");
      expect((await verdict(folder, [witnessOf(lines, 3)])).limits.join(" ")).toContain("Entries after 3");
      expect(witnessed.notes.join(" ")).toContain("fit-2");
    }));
});

describe("tampering", () => {
  it("is found wherever one byte changes, by brute force over every byte", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      const whole = readFileSync(ledgerPath(folder));
      const key = Buffer.from(readFileSync(join(folder, "people", "key"), "latin1").trim(), "hex");
      expect(readChain(whole, key)).toMatchObject({ findings: [], accepted: { length: 6 } });
      const missed: number[] = [];
      for (let at = 0; at < whole.length - 1; at += 1) {
        const edited = Buffer.from(whole);
        edited[at] = (edited[at] as number) ^ 1;
        if (readChain(edited, key).findings.length === 0) missed.push(at);
      }
      expect(missed).toEqual([]);
    }));

  it("names the line of an edit, and nothing is written on top of it", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      writeLines(folder, lines.with(2, (lines[2] as string).replace('"epsilonFemto":"250', '"epsilonFemto":"050')));
      const { findings, sound } = await verdict(folder);
      expect(sound).toBe(false);
      expect(findings).toEqual([{ kind: "edited", line: 3, text: expect.stringContaining("Line 3") }]);
      const before = ledgerLines(folder);
      for (const act of [reserve(folder, "people", pureFit("fit-3", 0.1)), recordLook(folder, "people", { act: "check" }), openLedger(folder, "people")]) {
        expect(await faultOf(act)).toMatchObject({ code: "DPS-E406", exit: 2, is: expect.stringContaining("Line 3") });
      }
      expect(ledgerLines(folder)).toEqual(before);
    }));

  it("is found for every removed, repeated and swapped line, with its number", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      for (let i = 0; i < lines.length - 1; i += 1) {
        writeLines(folder, lines.toSpliced(i, 1));
        expect((await verdict(folder)).findings, `removed ${i}`).toMatchObject([{ kind: "moved", line: i + 1 }]);
        writeLines(folder, lines.with(i, lines[i + 1] as string).with(i + 1, lines[i] as string));
        expect((await verdict(folder)).findings[0], `swapped ${i}`).toMatchObject({ kind: "moved", line: i + 1 });
      }
      for (let from = 0; from < lines.length; from += 1) {
        for (let to = 0; to <= lines.length; to += 1) {
          writeLines(folder, lines.toSpliced(to, 0, lines[from] as string));
          expect((await verdict(folder)).sound, `line ${from} again at ${to}`).toBe(false);
        }
      }
      writeLines(folder, lines.toSpliced(6, 0, lines[3] as string));
      expect((await verdict(folder)).findings).toEqual([{ kind: "duplicate", line: 7, text: "Line 7 repeats line 4." }]);
      writeLines(folder, lines.toSpliced(2, 0, ""));
      expect((await verdict(folder)).sound).toBe(false);
    }));

  it("is not found in a tail cut at a line's end, unless one witness survives", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      writeLines(folder, lines.slice(0, 3));
      const bare = await verdict(folder);
      expect(bare.sound).toBe(true);
      expect(bare.limits.join(" ")).toContain("cut off the end leave no trace");
      expect((await verdict(folder, [witnessOf(lines, 2)])).sound).toBe(true);
      expect((await verdict(folder, [witnessOf(lines, 4)])).findings).toEqual([{ kind: "cut", text: expect.stringContaining("ends at entry 2") }]);
    }));

  it("is found in a tail that was cut and written anew with the key, where one witness survives", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      writeLines(folder, lines.slice(0, 2));
      await reserve(folder, "people", pureFit("fit-9", 0.01));
      expect((await verdict(folder)).sound).toBe(true);
      expect((await verdict(folder, [witnessOf(lines, 2)])).findings).toEqual([{ kind: "rewritten", line: 3, text: expect.stringContaining("Line 3") }]);
    }));

  it("is found in budget.json", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      const path = join(folder, "people", "budget.json");
      writeFileSync(path, readFileSync(path, "utf8").replace('"epsilon": 1,', '"epsilon": 100,'));
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "budget" }]);
      expect((await faultOf(reserve(folder, "people", pureFit("fit-3", 0.1)))).code).toBe("DPS-E406");
    }));

  it("without the key is found only as far as the hashes reach", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      unlinkSync(join(folder, "people", "key"));
      writeLines(folder, lines.with(2, (lines[2] as string).replace("250", "050")));
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "moved", line: 4 }]);
      writeLines(folder, lines.with(5, (lines[5] as string).replace('"epsilonFemto":"500', '"epsilonFemto":"100')));
      const forged = await verdict(folder);
      expect(forged).toMatchObject({ sound: true, macsChecked: false });
      expect(forged.limits[0]).toContain("Without the key");
    }));

  it("is found in a ledger that was emptied or removed", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      writeFileSync(ledgerPath(folder), "");
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "cut" }]);
      unlinkSync(ledgerPath(folder));
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "cut" }]);
      expect((await faultOf(recordLook(folder, "people", { act: "check" }))).code).toBe("DPS-E406");
    }));
});

describe("a torn last line", () => {
  it("is told apart from tampering at every length, counts for nothing and is healed by the next entry", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      const whole = readFileSync(ledgerPath(folder));
      const last = Buffer.byteLength(lines[5] as string);
      for (const kept of [1, 2, 7, 8, 60, last - 64, last - 1]) {
        writeFileSync(ledgerPath(folder), whole);
        truncateSync(ledgerPath(folder), whole.length - 1 - last + kept);
        const torn = await verdict(folder);
        expect(torn).toMatchObject({ sound: true, entries: 5 });
        expect(torn.notes[0]).toContain(`cut short after ${kept} bytes`);
        expect((await openLedger(folder, "people")).balance.spentEpsilon).toBe(0);
        await reserve(folder, "people", pureFit("fit-3", 0.125));
        const healed = await openLedger(folder, "people");
        expect(healed.entries.at(-1)).toMatchObject({ seq: 5, healedBytes: kept });
        expect(healed.balance.spentEpsilon).toBe(0.125);
        await recordLook(folder, "people", { act: "check" });
        expect((await verdict(folder)).sound).toBe(true);
      }
    }));

  it("that lacks nothing but its newline counts", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      truncateSync(ledgerPath(folder), readFileSync(ledgerPath(folder)).length - 1);
      expect((await verdict(folder)).notes.join(" ")).toContain("lacks its newline");
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBe(0.5);
      await reserve(folder, "people", pureFit("fit-3", 0.25));
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBe(0.75);
      expect(ledgerLines(folder)).toHaveLength(7);
      expect((await verdict(folder)).sound).toBe(true);
    }));

  it("with a newline behind it is tampering, and torn text that no entry accounts for is told", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      writeLines(folder, [...lines, '{"at":"2026']);
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "edited", line: 7 }]);
      writeLines(folder, lines);
      appendFileSync(ledgerPath(folder), '{"at":"2026');
      await recordLook(folder, "people", { act: "check" });
      const healed = ledgerLines(folder);
      expect(healed).toHaveLength(7);
      expect(healed[6]).toMatch(/^\{"at":"2026\{"at":/);
      expect((await verdict(folder)).notes.join(" ")).not.toContain("account for");
      writeLines(folder, healed.with(6, `x${healed[6]}`));
      expect((await verdict(folder)).notes.join(" ")).toContain("Line 7 begins with torn text that its entry does not account for");
      writeLines(folder, healed.toSpliced(3, 0, '{"at":"2026'));
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "edited", line: 4 }]);
      writeLines(folder, [...lines.slice(0, 4), `${lines[4]}${lines[5]}`]);
      expect((await verdict(folder)).findings).toMatchObject([{ kind: "moved", line: 5 }]);
    }));

  it("may be torn again and again, at any byte, before an entry is whole", () =>
    inFolder(async (folder) => {
      const lines = await sixEntries(folder);
      const path = ledgerPath(folder);
      for (const bytes of [1, 40, 1, 200]) {
        const before = readFileSync(path);
        await recordLook(folder, "people", { act: "check" });
        writeFileSync(path, readFileSync(path).subarray(0, before.length + bytes));
        expect(await verdict(folder)).toMatchObject({ sound: true, entries: 6 });
      }
      await recordLook(folder, "people", { act: "check" });
      const { entries } = await openLedger(folder, "people");
      expect(entries.at(-1)).toMatchObject({ seq: 6, healedBytes: 242, body: { attempt: 1 } });
      expect(ledgerLines(folder)).toHaveLength(lines.length + 1);
    }));

  it("is told from an entry that speaks of entries", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      appendFileSync(ledgerPath(folder), '{"at":"2026');
      await recordSign(folder, "people", { by: "Ada", note: '{"at":"2026"}', verdict: "pass", hashes: { at: "0".repeat(64) } });
      expect((await openLedger(folder, "people")).entries.at(-1)).toMatchObject({ seq: 6, healedBytes: 11 });
    }));

  it("may end in the zeros that some disks leave after a power cut", () =>
    inFolder(async (folder) => {
      await sixEntries(folder);
      appendFileSync(ledgerPath(folder), Buffer.concat([Buffer.from('{"at":"20'), Buffer.alloc(100)]));
      await recordLook(folder, "people", { act: "check" });
      expect((await openLedger(folder, "people")).entries.at(-1)?.healedBytes).toBe(109);
    }));
});
