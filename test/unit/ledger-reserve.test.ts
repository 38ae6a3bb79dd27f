import { describe, expect, it } from "vitest";
import { zeroPrice } from "../../src/curator/accounting/price.js";
import { balanceAsOf, createBudget, openLedger, raiseCap, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { faultOf, inFolder, ledgerLines, pureFit, zcdpFit } from "../support/ledger/budget.js";

const LAPLACE_TENTH: PrivacyEvent = { type: "discrete-laplace", query: "sex", scale: "10", l1Sensitivity: 1 };

describe("reserve", () => {
  it("stands on the disk before it returns, and counts in full until committed", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const reservation = await reserve(folder, "people", pureFit("fit-1", 0.5));
      expect(ledgerLines(folder)).toHaveLength(2);
      expect((await openLedger(folder, "people")).balance).toMatchObject({ spentEpsilon: 0.5, largestEpsilon: 0.5 });
      const done = await reservation.commit({ price: { rhoFemto: "5000000000000", epsilonFemto: "100000000000000", deltaAtto: "0" }, events: [LAPLACE_TENTH], noise: "secure" });
      expect(done).toMatchObject({ spentEpsilon: 0.1, capEpsilon: 1, capDelta: 0, ledger: { seq: 2 } });
      const ledger = await openLedger(folder, "people");
      expect(done.ledger).toEqual(ledger.head);
      expect(ledger.state.fits[0]).toMatchObject({ fit: "fit-1", status: "committed", seq: 1, closedBy: 2, events: [LAPLACE_TENTH] });
    }));

  it("tells what a commit told, whatever came after it, and which model it names", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const first = await reserve(folder, "people", pureFit("fit-1", 0.5));
      const { ledger: head, ...told } = await first.commit({
        price: { rhoFemto: "5000000000000", epsilonFemto: "100000000000000", deltaAtto: "0" },
        events: [LAPLACE_TENTH],
        noise: "secure",
        modelSha256: "a".repeat(64),
      });
      await raiseCap(folder, "people", { epsilon: 3, delta: 0, by: "Ada", reason: "more" });
      await reserve(folder, "people", pureFit("fit-2", 1));
      const ledger = await openLedger(folder, "people");
      expect(balanceAsOf(ledger, head.seq)).toMatchObject(told);
      expect(ledger.balance).toMatchObject({ spentEpsilon: 1.1, capEpsilon: 3 });
      expect(ledger.state.fits.map((fit) => fit.modelSha256)).toEqual(["a".repeat(64), undefined]);
    }));

  it("gives a cancelled reservation back", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const reservation = await reserve(folder, "people", pureFit("fit-1", 1));
      await reservation.cancel("the table could not be opened");
      expect((await openLedger(folder, "people")).balance).toMatchObject({ spentEpsilon: 0, largestEpsilon: 1 });
      await expect(reservation.commit({ price: zeroPrice(), events: [], noise: "secure" })).rejects.toMatchObject({ fault: { code: "DPS-E900" } });
    }));

  it("never commits more than was reserved, less than the events cost, or twice", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const reservation = await reserve(folder, "people", pureFit("fit-1", 0.05));
      const tenth = { rhoFemto: "5000000000000", epsilonFemto: "100000000000000", deltaAtto: "0" };
      expect((await faultOf(reservation.commit({ price: tenth, events: [LAPLACE_TENTH], noise: "secure" }))).is).toContain("more than it had reserved");
      expect((await faultOf(reservation.commit({ price: zeroPrice(), events: [LAPLACE_TENTH], noise: "secure" }))).is).toContain("cost more");
      expect(ledgerLines(folder)).toHaveLength(2);
      await reservation.commit({ price: zeroPrice(), events: [], noise: "secure" });
      expect((await faultOf(reservation.commit({ price: zeroPrice(), events: [], noise: "secure" }))).code).toBe("DPS-E900");
      expect((await faultOf(reservation.cancel("late"))).code).toBe("DPS-E900");
    }));

  it("refuses with exit 3, on record, and grants the largest ε that it names", () =>
    inFolder(async (folder) => {
      for (const [dataset, delta] of [
        ["zcdp", 1e-9],
        ["pure", 0],
      ] as const) {
        await createBudget(folder, { dataset, epsilon: 3, delta });
        const ask = (id: string, epsilon: number) => (delta === 0 ? pureFit(id, epsilon) : zcdpFit(id, epsilon, delta));
        await reserve(folder, dataset, ask("fit-1", 1.7));
        const fault = await faultOf(reserve(folder, dataset, ask("fit-2", 2.9)));
        expect(fault).toMatchObject({ code: "DPS-E409", exit: 3 });
        const ledger = await openLedger(folder, dataset);
        const refusal = ledger.entries.at(-1)?.body;
        if (refusal?.kind !== "refuse") throw new Error("the refusal is not on record");
        expect(refusal.epsilonAsked).toBe(2.9);
        expect(refusal.epsilonLeft).toBe(ledger.balance.largestEpsilon);
        expect(fault.next).toContain(`--epsilon ${refusal.epsilonLeft}`);
        expect(refusal.epsilonLeft).toBeGreaterThan(delta === 0 ? 1.299 : 2.2);
        expect((await faultOf(reserve(folder, dataset, ask("fit-2", refusal.epsilonLeft + 1e-6)))).exit).toBe(3);
        await reserve(folder, dataset, ask("fit-2", refusal.epsilonLeft));
        expect((await openLedger(folder, dataset)).balance.spentEpsilon).toBeLessThanOrEqual(3);
      }
    }));

  it("names an ε that is granted to a fit that also pays for discovery", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 2, delta: 1e-6 });
      await reserve(folder, "people", zcdpFit("fit-1", 1, 1e-6, 2e-7));
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-2", 1.9, 1e-6, 2e-7)))).exit).toBe(3);
      const refusal = (await openLedger(folder, "people")).entries.at(-1)?.body;
      if (refusal?.kind !== "refuse") throw new Error("the refusal is not on record");
      expect(refusal.epsilonLeft).toBeGreaterThan(0);
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-3", refusal.epsilonLeft + 1e-6, 1e-6, 2e-7)))).exit).toBe(3);
      await reserve(folder, "people", zcdpFit("fit-2", refusal.epsilonLeft, 1e-6, 2e-7));
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("settles the δ for discovery with the first fit that reserves, for good, whatever that fit commits", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 2, delta: 1e-6 });
      const pool = async () => (await openLedger(folder, "people")).state.cap.discoveryDelta;
      const given = await reserve(folder, "people", zcdpFit("fit-0", 0.1, 1e-6));
      expect(await pool()).toBe(0);
      await given.cancel("no such table");
      expect(await pool()).toBeUndefined();
      const first = await reserve(folder, "people", zcdpFit("fit-1", 0.1, 1e-6, 7e-7));
      expect(await pool()).toBe(7e-7);
      await first.commit({ price: zeroPrice(), events: [], noise: "secure" });
      expect(await pool()).toBe(7e-7);
      await (await reserve(folder, "people", zcdpFit("fit-2", 0.1, 1e-6))).cancel("no such table");
      await raiseCap(folder, "people", { epsilon: 3, delta: 1e-5, by: "Ada", reason: "more" });
      expect(await pool()).toBe(7e-7);
      expect(await faultOf(reserve(folder, "people", zcdpFit("fit-3", 0.1, 1e-5, 8e-7)))).toMatchObject({ exit: 3, is: expect.stringContaining("nothing for a fit that discovers") });
      await reserve(folder, "people", zcdpFit("fit-3", 0.1, 1e-5, 7e-7));
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("fills a cap of 1 with exactly ten fits of 0.1", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      for (let i = 0; i < 10; i += 1) await reserve(folder, "people", pureFit(`fit-${i}`, 0.1));
      expect((await faultOf(reserve(folder, "people", pureFit("fit-10", 1e-6)))).is).toContain("nothing under its cap");
      expect((await openLedger(folder, "people")).balance).toMatchObject({ spentEpsilon: 1, largestEpsilon: 0 });
    }));

  it("pays once per idempotency key, and tells the earlier fit", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 0 });
      const first = await reserve(folder, "people", pureFit("fit-1", 0.1, { idempotencyKey: "nightly" }));
      const unfinished = await faultOf(reserve(folder, "people", pureFit("fit-2", 0.1, { idempotencyKey: "nightly" })));
      expect(unfinished).toMatchObject({ code: "DPS-E411", exit: 2 });
      expect(unfinished.is).toContain("fit-1");
      expect(unfinished.next).toContain("counts as spent");
      await first.commit({ price: zeroPrice(), events: [], noise: "secure" });
      expect(await faultOf(reserve(folder, "people", pureFit("fit-2", 0.1, { idempotencyKey: "nightly" })))).toMatchObject({ code: "DPS-E410", is: expect.stringContaining("fit-1") });
      const second = await reserve(folder, "people", pureFit("fit-2", 0.1, { idempotencyKey: "weekly" }));
      await second.cancel("no such table");
      await reserve(folder, "people", pureFit("fit-3", 0.1, { idempotencyKey: "weekly" }));
      expect((await faultOf(reserve(folder, "people", pureFit("fit-3", 0.1)))).code).toBe("DPS-E412");
    }));
});

describe("raiseCap", () => {
  it("raises for good, on record and in budget.json, and never lowers", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 1, delta: 1e-9 });
      await reserve(folder, "people", zcdpFit("fit-1", 1, 1e-9));
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-2", 1, 1e-9)))).exit).toBe(3);
      expect(await raiseCap(folder, "people", { epsilon: 2, by: "Ada", reason: "second release" })).toMatchObject({ epsilon: 2, delta: 1e-9 });
      await reserve(folder, "people", zcdpFit("fit-2", 1, 1e-9));
      const ledger = await openLedger(folder, "people");
      expect(ledger.budget).toMatchObject({ epsilon: 2, delta: 1e-9 });
      expect(ledger.state.raises).toMatchObject([{ by: "Ada", reason: "second release", epsilon: 2 }]);
      for (const raise of [{ epsilon: 1.5 }, { epsilon: 2 }, { epsilon: 3, delta: 1e-10 }, { epsilon: 3, delta: 0 }, { epsilon: Number.NaN }, { epsilon: 3, delta: 1 }]) {
        expect((await faultOf(raiseCap(folder, "people", { ...raise, by: "Ada", reason: "x" }))).exit).toBe(2);
      }
      expect((await faultOf(raiseCap(folder, "people", { epsilon: 4, by: " ", reason: "x" }))).code).toBe("DPS-E415");
      expect((await faultOf(raiseCap(folder, "people", { epsilon: 4, by: "Ada", reason: "" }))).code).toBe("DPS-E415");
    }));
});
