import { existsSync, readFileSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createBudget, openLedger, recordLook, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import { faultOf, inFolder, ledgerLines, pureFit } from "../support/ledger/budget.js";
import { buildWorker, type Ended, endAll, start } from "../support/ledger/run-worker.js";

const { script, remove } = buildWorker();
afterAll(remove);
afterEach(endAll);

const run = (...args: (string | number)[]): Promise<Ended> => start(script, args.map(String)).ended;
const pure = (folder: string, epsilon: number) => createBudget(folder, { dataset: "people", epsilon, delta: 0 });

describe("processes that start at once", () => {
  it("never overspend: eight of them, twenty tries each, at a cap for thirty", () =>
    inFolder(async (folder) => {
      await pure(folder, 3);
      const ended = await Promise.all(Array.from({ length: 8 }, (_, i) => run("spend", folder, `p${i}`, 20, 0.1)));
      for (const { code, errors } of ended) expect({ code, errors }).toEqual({ code: 0, errors: "" });
      const granted = ended.flatMap(({ said }) => said.filter((word) => word.startsWith("granted")));
      expect(granted).toHaveLength(30);
      const ledger = await openLedger(folder, "people");
      expect(ledger.state.fits.map((f) => `granted ${f.fit}`).sort()).toEqual([...granted].sort());
      expect(ledger.state.refusals).toBe(130);
      expect(ledger.entries).toHaveLength(161);
      expect(ledger.balance).toMatchObject({ spentEpsilon: 3, largestEpsilon: 0 });
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
      expect(existsSync(join(folder, "people", "lock"))).toBe(false);
    }));
});

describe("a process killed at any call of the disk", () => {
  it("never under-reports a fit, leaves a sound ledger and blocks no one", () =>
    inFolder(async (folder) => {
      await pure(folder, 1000);
      const calls = (await run("fit", folder, "whole", 0)).said.filter((word) => word.startsWith("call"));
      expect(calls.filter((word) => word.endsWith("fsync"))).toHaveLength(3);
      let done = 0;
      for (const [i, call] of calls.entries()) {
        for (const half of call.endsWith("write") ? ["whole", "half"] : ["whole"]) {
          const id = `die-${i}-${half}`;
          const { signal, said } = await run("fit", folder, id, i + 1, half);
          expect(signal).toBe("SIGKILL");
          const fit = (await openLedger(folder, "people")).state.fits.find((f) => f.fit === id);
          const counted = fit?.status === "cancelled" ? "0" : fit?.price.epsilonFemto;
          // rows were read: the whole reservation, or the price of the events once they are on record
          if (said.includes("reads rows")) expect(["250000000000000", "100000000000000"]).toContain(counted);
          // and no price is lowered before its events stand in the ledger
          if (fit?.status === "committed") expect(fit.events).toHaveLength(1);
          expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
          // a lock left by the dead is taken over; a nameless one is old enough after two seconds
          age(join(folder, "people", "lock"));
          await recordLook(folder, "people", { act: "check" }, { deadlineMs: 1000 });
          expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
          done += 1;
        }
      }
      expect(done).toBeGreaterThan(60);
      const { entries } = await openLedger(folder, "people");
      expect(entries.filter((entry) => entry.healedBytes !== undefined)).toHaveLength(3);
    }));

  it("while it makes a budget leaves a whole one or none", () =>
    inFolder(async (folder) => {
      const calls = (await run("create", join(folder, "dry"), "x", 0)).said.filter((word) => word.startsWith("call"));
      let whole = 0;
      for (const [i, call] of calls.entries()) {
        const place = join(folder, `at-${i}`);
        expect((await run("create", place, "x", i + 1, call.endsWith("write") ? "half" : "whole")).signal).toBe("SIGKILL");
        if (existsSync(join(place, "people"))) whole += 1;
        else await pure(place, 1);
        expect(await verifyLedger(place, "people", [])).toMatchObject({ sound: true, entries: 1, macsChecked: true });
      }
      expect(whole).toBeGreaterThan(0);
    }));
});

describe("the lock", () => {
  it("is not trusted alone: a writer stopped between reading and appending loses its place, not the money", () =>
    inFolder(async (folder) => {
      await pure(folder, 1);
      const slow = start(script, ["stop", folder, "slow", "0.75"]);
      await slow.stops();
      expect(await faultOf(reserve(folder, "people", pureFit("quick", 0.75), { deadlineMs: 200 }))).toMatchObject({ code: "DPS-E407", exit: 2, is: expect.stringContaining(`${slow.child.pid}`) });
      unlinkSync(join(folder, "people", "lock"));
      await reserve(folder, "people", pureFit("quick", 0.75));
      slow.child.kill("SIGCONT");
      expect((await slow.ended).said).toEqual(["fault DPS-E409"]);
      const { state, entries } = await openLedger(folder, "people");
      expect(state.fits.map((f) => f.fit)).toEqual(["quick"]);
      expect(entries.map((e) => e.body.kind)).toEqual(["create", "reserve", "refuse"]);
      expect(ledgerLines(folder)).toHaveLength(4);
      const verdict = await verifyLedger(folder, "people", []);
      expect(verdict.findings).toEqual([]);
      expect(verdict.notes.join(" ")).toContain("lost the race for place 1");
    }));

  it("lost while a torn line stood there harms nothing that was written meanwhile", () =>
    inFolder(async (folder) => {
      await pure(folder, 1);
      writeFileSync(join(folder, "people", "ledger.jsonl"), '{"at":"2026-11', { flag: "a" });
      const slow = start(script, ["stop", folder, "slow", "0.125"]);
      await slow.stops();
      unlinkSync(join(folder, "people", "lock"));
      await reserve(folder, "people", pureFit("quick", 0.75));
      slow.child.kill("SIGCONT");
      expect((await slow.ended).said).toEqual(["granted"]);
      const { state, balance } = await openLedger(folder, "people");
      expect(state.fits.map((f) => f.fit)).toEqual(["quick", "slow"]);
      expect(balance.spentEpsilon).toBe(0.875);
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("lost to a writer that died in the middle of its line costs that line only", () =>
    inFolder(async (folder) => {
      await pure(folder, 1);
      const slow = start(script, ["stop", folder, "slow", "0.125"]);
      await slow.stops();
      unlinkSync(join(folder, "people", "lock"));
      writeFileSync(join(folder, "people", "ledger.jsonl"), '{"at":"2026-11', { flag: "a" });
      slow.child.kill("SIGCONT");
      expect((await slow.ended).said).toEqual(["granted"]);
      await recordLook(folder, "people", { act: "check" });
      const verdict = await verifyLedger(folder, "people", []);
      expect(verdict.findings).toEqual([]);
      expect(verdict.notes.join(" ")).toContain("torn text that its entry does not account for");
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBe(0.125);
    }));

  it("of a dead process is taken over at once, of a live one never", () =>
    inFolder(async (folder) => {
      await pure(folder, 1);
      const lock = join(folder, "people", "lock");
      const holder = start(script, ["hold", folder, "holder"]);
      await holder.stops();
      const owner = JSON.parse(readFileSync(lock, "utf8"));
      expect(owner.pid).toBe(holder.child.pid);
      expect((await faultOf(recordLook(folder, "people", { act: "check" }, { deadlineMs: 200 }))).code).toBe("DPS-E407");
      holder.child.kill("SIGKILL");
      await holder.ended;
      expect(JSON.parse(readFileSync(lock, "utf8"))).toEqual(owner);
      await recordLook(folder, "people", { act: "check" }, { deadlineMs: 200 });
      // the number of a live process, but of another one than took the lock
      writeFileSync(lock, JSON.stringify({ ...owner, pid: process.pid }));
      await recordLook(folder, "people", { act: "check" }, { deadlineMs: 200 });
      // nobody can ask a process on another machine: its lock is left behind after a minute
      writeFileSync(lock, JSON.stringify({ ...owner, host: `not-${hostname()}` }));
      expect((await faultOf(recordLook(folder, "people", { act: "check" }, { deadlineMs: 200 }))).is).toContain("another machine");
      age(lock);
      await recordLook(folder, "people", { act: "check" }, { deadlineMs: 200 });
      expect(existsSync(lock)).toBe(false);
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBe(0.1);
    }));
});

/** Make a file two minutes old, where it is there. */
function age(path: string): void {
  const then = Date.now() / 1000 - 120;
  if (existsSync(path)) utimesSync(path, then, then);
}
