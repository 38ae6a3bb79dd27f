import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { zeroPrice } from "../../src/curator/accounting/price.js";
import { createBudget, type LedgerIo, openLedger, raiseCap, recordLook, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import { nodeIo } from "../../src/curator/ledger/io.js";
import { faultOf, inFolder, pureFit } from "../support/ledger/budget.js";

/** A disk whose n-th call fails with `code`; a failing write has written half. */
function failing(n: number, code: string): { io: LedgerIo; calls: () => number } {
  let calls = 0;
  const io = new Proxy(nodeIo, {
    get(target, name: keyof LedgerIo) {
      return (...args: unknown[]) => {
        // the process table is no disk of ours
        if (String(args[0]).startsWith("/proc")) return (target[name] as (...a: unknown[]) => unknown)(...args);
        calls += 1;
        if (calls !== n) return (target[name] as (...a: unknown[]) => unknown)(...args);
        if (name === "write") nodeIo.write(args[0] as number, (args[1] as Uint8Array).subarray(0, (args[1] as Uint8Array).length >> 1));
        if (name === "close") nodeIo.close(args[0] as number);
        throw Object.assign(new Error("the system's words, with a path"), { code });
      };
    },
  });
  return { io, calls: () => calls };
}

/** How many calls an act makes on a disk that never fails. */
async function count(act: (io: LedgerIo) => Promise<unknown>): Promise<number> {
  const { io, calls } = failing(0, "");
  await act(io);
  return calls();
}

describe("a disk that fails at any call", () => {
  it("ends a reservation in one fault, grants nothing and leaves a sound ledger", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1000, delta: 0 });
      const calls = await count((io) => reserve(folder, "people", pureFit("dry", 0.125), { io }));
      expect(calls).toBeGreaterThan(10);
      for (let n = 1; n <= calls; n += 1) {
        for (const code of ["ENOSPC", "EROFS", "EIO"]) {
          const fault = await faultOf(reserve(folder, "people", pureFit(`fit-${n}-${code}`, 0.125), { io: failing(n, code).io }));
          expect(fault, `call ${n}`).toMatchObject({ code: "DPS-E408", exit: 2, is: expect.stringContaining(code) });
          expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
          removeLock(folder);
        }
      }
      await recordLook(folder, "people", { act: "check" });
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("never lowers a price without its commit on record", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1000, delta: 0 });
      const dry = await reserve(folder, "people", pureFit("dry", 1));
      const calls = await count(() => dry.commit({ price: zeroPrice(), events: [], noise: "secure" }));
      expect(calls).toBe(0);
      for (let n = 1; n <= 24; n += 1) {
        let armed = false;
        const { io } = failing(n, "ENOSPC");
        const switched = new Proxy(nodeIo, { get: (target, name: keyof LedgerIo) => (armed ? io[name] : target[name]) });
        const reservation = await reserve(folder, "people", pureFit(`fit-${n}`, 1), { io: switched });
        armed = true;
        const outcome = await reservation.commit({ price: zeroPrice(), events: [], noise: "secure" }).then(
          () => "committed",
          (error) => error.fault.code,
        );
        expect(["committed", "DPS-E408"]).toContain(outcome);
        const fit = (await openLedger(folder, "people")).state.fits.find((f) => f.fit === `fit-${n}`);
        expect(fit?.price.epsilonFemto).toBe(fit?.status === "committed" ? "0" : "1000000000000000");
        if (outcome === "committed") expect(fit?.status).toBe("committed");
        removeLock(folder);
      }
    }));

  it("makes no budget and leaves no draft with a key in it", () =>
    inFolder(async (folder) => {
      const calls = await count((io) => createBudget(join(folder, "dry"), { dataset: "people", epsilon: 1, delta: 0 }, { io }));
      for (let n = 1; n <= calls; n += 1) {
        const place = join(folder, `at-${n}`);
        expect((await faultOf(createBudget(place, { dataset: "people", epsilon: 1, delta: 0 }, { io: failing(n, "ENOSPC").io }))).code).toBe("DPS-E408");
        const left = existsSync(place) ? readdirSync(place) : [];
        expect(left.filter((name) => name !== "people")).toEqual([]);
        if (left.length > 0) expect((await verifyLedger(place, "people", [])).findings).toEqual([]);
      }
    }));

  it("between a raise and its copy in budget.json leaves the raise in force and the ledger sound", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const calls = await count((io) => raiseCap(folder, "people", { epsilon: 2, by: "Ada", reason: "more" }, { io }));
      for (let n = 1; n <= calls; n += 1) {
        const before = (await openLedger(folder, "people")).state.cap.epsilon;
        expect((await faultOf(raiseCap(folder, "people", { epsilon: before + 1, by: "Ada", reason: "more" }, { io: failing(n, "ENOSPC").io }))).code).toBe("DPS-E408");
        removeLock(folder);
        const { state } = await openLedger(folder, "people");
        expect([before, before + 1]).toContain(state.cap.epsilon);
      }
      await raiseCap(folder, "people", { epsilon: 1000, by: "Ada", reason: "more" });
      expect((await openLedger(folder, "people")).budget.epsilon).toBe(1000);
    }));
});

/** This process lives, so its own lock, which a failing disk kept it from removing, is never taken over. */
function removeLock(folder: string): void {
  const lock = join(folder, "people", "lock");
  if (existsSync(lock)) nodeIo.unlink(lock);
}
