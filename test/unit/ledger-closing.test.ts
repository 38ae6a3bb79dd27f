import { describe, expect, it } from "vitest";
import { eventsOf } from "../../src/curator/accounting/pld-schedule.js";
import { zeroPrice } from "../../src/curator/accounting/price.js";
import { createBudget, openLedger, raiseCap, reserve, verifyLedger } from "../../src/curator/ledger/index.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import type { EntryBody } from "../../src/formats/ledger.js";
import type { OwnPrice } from "../../src/formats/own-price.js";
import { faultOf, inFolder, ledgerLines, zcdpFit } from "../support/ledger/budget.js";
import { forge } from "../support/ledger/forge.js";
import { pldFit } from "../support/schedules.js";

const DELTA = 1e-9;
const inBudget = (epsilon: number, act: (folder: string) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    await createBudget(folder, { dataset: "people", epsilon, delta: DELTA });
    await act(folder);
  });
const full = pldFit("fit-1", 1);
const whole = (): { price: typeof full.price; events: PrivacyEvent[]; noise: "secure" } => ({ price: full.price, events: eventsOf(full.pricing.schedule), noise: "secure" });

describe("a first fit that takes the whole cap by privacy loss distributions", () => {
  it("has more rho than the cap covers, is granted, and closes the ledger with its reservation", () =>
    inBudget(1, async (folder) => {
      expect((await faultOf(reserve(folder, "people", { ...zcdpFit("fit-0", 1, DELTA), price: full.price }))).code).toBe("DPS-E409");
      const reservation = await reserve(folder, "people", full);
      expect(reservation.ownPrice).toMatchObject({ closesLedger: true, delta: DELTA, schedule: full.pricing.schedule });
      const { balance, state } = await openLedger(folder, "people");
      expect(balance).toMatchObject({ largestEpsilon: 0, closed: { fit: "fit-1" }, spentEpsilon: state.fits[0].ownPrice?.epsilon });
      expect(balance.spentEpsilon).toBeLessThanOrEqual(1);
      expect(balance.spentEpsilon).toBeGreaterThan(1 - 1e-5);
      expect(balance.closed?.reopensAbove).toBeGreaterThan(1.04);
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("stays the only one: whatever comes after it is refused with exit 3, on record", () =>
    inBudget(1, async (folder) => {
      await (await reserve(folder, "people", full)).commit(whole());
      for (const next of [zcdpFit("fit-2", 1e-3, DELTA), pldFit("fit-3", 0.01), { ...full, fit: "fit-4" }]) {
        const fault = await faultOf(reserve(folder, "people", next));
        expect(fault).toMatchObject({ code: "DPS-E417", exit: 3, is: expect.stringContaining("fit-1"), next: expect.stringContaining("budget raise") });
        expect((await openLedger(folder, "people")).entries.at(-1)?.body.kind).toBe("refuse");
      }
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("has closed the ledger too where its process died before it committed", () =>
    inBudget(1, async (folder) => {
      await reserve(folder, "people", full);
      // all that a crash leaves is the file
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-2", 1e-3, DELTA)))).code).toBe("DPS-E417");
      expect((await verifyLedger(folder, "people", [])).notes.join()).toContain("fit-1");
    }));

  it("leaves it closed where it stopped early: to go on by rho would depend on what was seen", () =>
    inBudget(1, async (folder) => {
      await (await reserve(folder, "people", full)).commit({ ...whole(), events: whole().events.slice(0, 1) });
      expect((await openLedger(folder, "people")).balance.spent.rhoFemto).toBe(full.price.rhoFemto);
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-2", 1e-3, DELTA)))).code).toBe("DPS-E417");
    }));

  it("opens it again where nothing was read", () =>
    inBudget(1, async (folder) => {
      await (await reserve(folder, "people", full)).cancel("the table could not be opened");
      expect((await openLedger(folder, "people")).balance).toMatchObject({ closed: null, spentEpsilon: 0 });
      expect((await reserve(folder, "people", { ...full, fit: "fit-2" })).ownPrice?.closesLedger).toBe(true);
      expect((await openLedger(folder, "people")).balance.closed?.fit).toBe("fit-2");
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("is refused where it is not the first, finished or not", () =>
    inBudget(1, async (folder) => {
      const first = await reserve(folder, "people", zcdpFit("fit-0", 0.01, DELTA));
      expect(await faultOf(reserve(folder, "people", full))).toMatchObject({ code: "DPS-E409", exit: 3, next: expect.stringContaining("with --accounting zcdp") });
      await first.commit({ price: zeroPrice(), events: [], noise: "secure" });
      expect((await faultOf(reserve(folder, "people", full))).code).toBe("DPS-E409");
    }));

  it("is granted to one of many that ask at once", () =>
    inBudget(1, async (folder) => {
      const asked = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => reserve(folder, "people", { ...full, fit: `fit-${i}` })));
      expect(asked.filter((a) => a.status === "fulfilled")).toHaveLength(1);
      const { state } = await openLedger(folder, "people");
      expect([state.fits.length, state.refusals]).toEqual([1, 5]);
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("is refused where its epsilon is above the cap, or the account is pure", () =>
    inFolder(async (folder) => {
      await createBudget(folder, { dataset: "people", epsilon: 0.999, delta: DELTA });
      expect((await faultOf(reserve(folder, "people", full))).code).toBe("DPS-E409");
      await createBudget(folder, { dataset: "strict", epsilon: 2, delta: 1e-10 });
      expect((await reserve(folder, "strict", pldFit("fit-1", 2, 1e-10))).ownPrice?.closesLedger).toBe(true);
      await createBudget(folder, { dataset: "tight", epsilon: 1, delta: 1e-10 });
      expect((await faultOf(reserve(folder, "tight", full))).code).toBe("DPS-E409"); // priced at a larger δ than the cap's
      await createBudget(folder, { dataset: "pure", epsilon: 5, delta: 0 });
      expect((await faultOf(reserve(folder, "pure", full))).exit).toBe(3);
    }));
});

describe("a fit by privacy loss distributions whose rho the cap covers", () => {
  it("leaves the ledger open, and counts by rho beside others", () =>
    inBudget(2, async (folder) => {
      const reservation = await reserve(folder, "people", full);
      expect(reservation.ownPrice?.closesLedger).toBe(false);
      await reservation.commit(whole());
      const { balance } = await openLedger(folder, "people");
      expect(balance.closed).toBeNull();
      expect(balance.spentEpsilon).toBeLessThanOrEqual(1); // alone: its own price
      const next = await reserve(folder, "people", zcdpFit("fit-2", balance.largestEpsilon, DELTA));
      expect(next.ownPrice).toBeUndefined();
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBeGreaterThan(1.99); // together: by ρ
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));

  it("may come after others", () =>
    inBudget(2, async (folder) => {
      await reserve(folder, "people", zcdpFit("fit-0", 1, DELTA));
      expect((await reserve(folder, "people", full)).ownPrice?.closesLedger).toBe(false);
      expect((await openLedger(folder, "people")).balance.spentEpsilon).toBeGreaterThan(1.4);
    }));
});

describe("a raise of a closed ledger", () => {
  it("opens it from where the cap covers its rho, and not before", () =>
    inBudget(1, async (folder) => {
      await (await reserve(folder, "people", full)).commit(whole());
      const above = (await openLedger(folder, "people")).balance.closed?.reopensAbove ?? 0;
      const signed = { by: "Ada", reason: "a second release" };
      expect((await raiseCap(folder, "people", { epsilon: above - 1e-3, ...signed })).closed).toEqual({ fit: "fit-1", reopensAbove: above });
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-2", 1e-3, DELTA)))).code).toBe("DPS-E417");
      expect((await raiseCap(folder, "people", { epsilon: 2, ...signed })).closed).toBeNull();
      const { largestEpsilon } = (await openLedger(folder, "people")).balance;
      await reserve(folder, "people", zcdpFit("fit-3", largestEpsilon, DELTA));
      expect((await faultOf(reserve(folder, "people", zcdpFit("fit-4", 1e-2, DELTA)))).code).toBe("DPS-E409");
      const { balance } = await openLedger(folder, "people");
      expect(balance.spentEpsilon).toBeGreaterThan(1.99);
      expect(balance.spentEpsilon).toBeLessThanOrEqual(2);
      expect((await verifyLedger(folder, "people", [])).findings).toEqual([]);
    }));
});

describe("commit", () => {
  it("refuses a part of the price, and events that depart from the schedule", () =>
    inBudget(1, async (folder) => {
      const reservation = await reserve(folder, "people", full);
      const { events } = whole();
      const [first, ...rest] = events;
      expect((await faultOf(reservation.commit({ ...whole(), price: { ...full.price, rhoFemto: `${BigInt(full.price.rhoFemto) - 1n}` } }))).is).toContain("a part");
      for (const other of [[{ ...first, sigma2: "1000000000" } as PrivacyEvent, ...rest], rest, [...events, first]]) {
        expect((await faultOf(reservation.commit({ ...whole(), events: other }))).is).toMatch(/keep to|cost more/);
      }
      expect(ledgerLines(folder)).toHaveLength(2);
      await reservation.commit(whole());
    }));

  it("a schedule that costs more than was asked for is never reserved", () =>
    inBudget(1, async (folder) => {
      for (const wrong of [
        { epsilon: 0.99 },
        { price: { ...full.price, rhoFemto: `${BigInt(full.price.rhoFemto) - 10n ** 9n}` } },
        { pricing: { ...full.pricing, schedule: [...full.pricing.schedule, ...full.pricing.schedule] } },
      ]) {
        expect((await faultOf(reserve(folder, "people", { ...full, ...wrong }))).code).toBe("DPS-E900");
      }
      expect(ledgerLines(folder)).toHaveLength(1);
    }));
});

describe("verifyLedger on what only the key's holder can write", () => {
  type Claim = Extract<OwnPrice, { by: "privacy-loss-distributions" }>;
  const claim: Claim = { by: "privacy-loss-distributions", epsilon: 1, delta: DELTA, closesLedger: true, schedule: [...full.pricing.schedule] };
  const reserved = (own: Partial<Claim> = {}, fit = "a"): EntryBody => ({ kind: "reserve", fit, method: "mst", part: "train", price: full.price, ownPrice: { ...claim, ...own } });
  const noisier = { schedule: full.pricing.schedule.map((step, i) => (i === 0 && step.type === "discrete-gaussian" ? { ...step, sigma2: "10" } : step)) };
  const commit = (over: object = {}): EntryBody => ({ kind: "commit", fit: "a", ...whole(), ...over });
  const cases: [string, EntryBody[], string | undefined][] = [
    ["a first fit that closes", [reserved(), commit()], undefined],
    ["an epsilon below the schedule's", [reserved({ epsilon: 0.999 })], "price"],
    ["an edited sigma", [reserved(noisier)], "price"],
    ["a smaller delta than the schedule was priced at", [reserved({ delta: 1e-10 })], "price"],
    ["a second fit that closes", [reserved(), reserved({}, "b")], "cap"],
    ["more rho than the cap, and no word of closing", [reserved({ closesLedger: false })], "cap"],
    ["an epsilon above the cap", [reserved({ epsilon: 1.5 })], "cap"],
    ["events of other noise", [reserved(), commit({ events: eventsOf(noisier.schedule) })], "impossible"],
    ["a part of the price", [reserved(), commit({ price: { ...full.price, rhoFemto: "1" }, events: [] })], "impossible"],
    ["units of several rows", [reserved({ schedule: full.pricing.schedule.map((step) => (step.type === "exponential" ? step : { ...step, l2Sensitivity: 2 })) })], "price"],
  ];
  it.each(cases)("%s", (_, bodies, kind) =>
    inBudget(1, async (folder) => {
      forge(folder, bodies);
      const { findings } = await verifyLedger(folder, "people", []);
      expect(findings.map((f) => f.kind)).toEqual(kind === undefined ? [] : [kind]);
    }),
  );
});
