import { describe, expect, it } from "vitest";
import { mul, parse, type Rational, rational } from "../../src/base/rational.js";
import { openCurator, type Reservation } from "../../src/curator/index.js";
import { departure } from "../../src/curator/schedule.js";
import type { Door, NoiseRequest, SelectRequest } from "../../src/domain/door.js";
import { memoryEngine } from "../../src/engine/memory.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import type { Receipt } from "../../src/formats/ledger.js";
import type { ScheduleStep } from "../../src/formats/schedule.js";
import { codeOf } from "../support/fault-code.js";
import { twoColumns } from "../support/schedules.js";
import { randomTable } from "../support/tables.js";
import { zeroNoise } from "../support/test-noise.js";

const table = randomTable([2, 3], 200, "departure");
const { price, schedule, epsilon } = twoColumns(1);
const [ones, pick, pairs] = schedule as [Extract<ScheduleStep, { type: "discrete-gaussian" }>, Extract<ScheduleStep, { type: "exponential" }>, Extract<ScheduleStep, { type: "discrete-gaussian" }>];
const value = (text: string): Rational => parse(text) as Rational;

/** A real curator that is held to MST's schedule over two columns; `looks` counts how often the engine was asked. */
function held(): { door: Door; looks: () => number; committed: { rho: string; events: readonly PrivacyEvent[] }[] } {
  const engine = memoryEngine(table, 1);
  let looks = 0;
  const committed: { rho: string; events: readonly PrivacyEvent[] }[] = [];
  const reservation: Reservation = {
    fit: "fit-1",
    dataset: "people",
    account: "zcdp",
    price,
    epsilon: 1,
    delta: 1e-9,
    ownPrice: { by: "privacy-loss-distributions", epsilon, delta: 1e-9, closesLedger: true, schedule: [...schedule] },
    commit: async (spend) => {
      committed.push({ rho: spend.price.rhoFemto, events: spend.events });
      return { ledger: { seq: 2, hash: "0".repeat(64) }, spentEpsilon: 1, capEpsilon: 1, capDelta: 1e-9 };
    },
    cancel: async () => undefined,
  };
  const counting = {
    count: (...args: Parameters<typeof engine.count>) => {
      looks += 1;
      return engine.count(...args);
    },
  };
  return { door: openCurator({ engine: counting, domain: table.domain, reservation, noise: zeroNoise(), method: "mst", part: "all", shareLearned: 1 }), looks: () => looks, committed };
}

const gaussian = (sigma2: Rational): NoiseRequest => ({ kind: "gaussian", sigma2 });
const oneWays = (sigma2 = value(ones.sigma2), columns = [0, 1]) => columns.map((c) => ({ clique: [c], noise: gaussian(sigma2) }));
const choice = (eta = value(pick.eta), over: Partial<SelectRequest> = {}): SelectRequest => ({
  score: "marginal-l1-error",
  candidates: [{ clique: [0, 1], estimate: new Float64Array(6) }],
  eta,
  ...over,
});
const pair = (sigma2 = value(pairs.sigma2)) => [{ clique: [0, 1], noise: gaussian(sigma2) }];
const hair = rational(10n ** 15n - 1n, 10n ** 15n);
const more = rational(10n ** 15n + 1n, 10n ** 15n);

describe("a fit held to a schedule", () => {
  it("that follows it to its end is let through, and pays all that was reserved", async () => {
    const { door, looks, committed } = held();
    await door.measure(oneWays());
    await door.select(choice());
    await door.measure(pair());
    const receipt: Receipt = await door.receipt();
    expect(looks()).toBe(3);
    expect(receipt.price).toEqual(price);
    expect(receipt.ownPrice).toEqual({ by: "privacy-loss-distributions", epsilon, delta: 1e-9, closesLedger: true, schedule });
    expect(committed).toEqual([{ rho: price.rhoFemto, events: receipt.events }]);
  });

  it("may ask for one look at a time, in another order of columns, and for the same one twice", async () => {
    const { door, looks } = held();
    await door.measure(oneWays(value(ones.sigma2), [1]));
    await door.measure(oneWays(value(ones.sigma2), [1]));
    expect(looks()).toBe(2);
  });

  it("may stop early, and pays in full all the same", async () => {
    const { door, committed } = held();
    await door.measure(oneWays(value(ones.sigma2), [0]));
    expect((await door.receipt()).price).toEqual(price);
    expect(committed[0].events).toHaveLength(1);
  });

  const ofTwo = { candidates: [0, 1].map((c) => ({ clique: [c], estimate: new Float64Array(c + 2) })), picks: 2 };
  const upToPick = async (door: Door): Promise<void> => void (await door.measure(oneWays()));
  const toTheEnd = async (door: Door): Promise<void> => {
    await upToPick(door);
    await door.select(choice());
    await door.measure(pair());
  };
  const fromStart = async (): Promise<void> => undefined;
  // honest looks before, their events, and the look that departs; all but the last are within the reserved ρ, so that the schedule alone refuses them
  it.each<[string, (door: Door) => Promise<void>, number, number, (door: Door) => Promise<unknown>]>([
    ["a hair less noise", fromStart, 0, 0, (door) => door.measure(oneWays(mul(value(ones.sigma2), hair)))],
    ["more noise", fromStart, 0, 0, (door) => door.measure(oneWays(mul(value(ones.sigma2), more)))],
    ["noise of another kind", fromStart, 0, 0, (door) => door.measure([{ clique: [0], noise: { kind: "laplace", scale: rational(10_000) } }])],
    ["one look more than its step has", fromStart, 0, 0, (door) => door.measure([...oneWays(), ...oneWays(value(ones.sigma2), [0])])],
    ["a look that comes before its turn", fromStart, 0, 0, (door) => door.measure(pair())],
    ["a selection before its turn", fromStart, 0, 0, (door) => door.select(choice())],
    ["a selection of larger eta", upToPick, 1, 2, (door) => door.select(choice(mul(value(pick.eta), more)))],
    ["a selection of smaller eta", upToPick, 1, 2, (door) => door.select(choice(mul(value(pick.eta), hair)))],
    ["a selection of weighted scores", upToPick, 1, 2, (door) => door.select(choice(value(pick.eta), { candidates: [{ clique: [0, 1], estimate: new Float64Array(6), weight: 2 }] }))],
    ["a second pick", upToPick, 1, 2, (door) => door.select(choice(value(pick.eta), ofTwo))],
    ["a look after the last", toTheEnd, 3, 4, (door) => door.measure([{ clique: [], noise: gaussian(value(pairs.sigma2)) }])],
  ])("is refused %s, and nothing is read or booked for it", async (_, before, read, booked, act) => {
    const { door, looks, committed } = held();
    await before(door);
    expect(await codeOf(act(door))).toBe("DPS-E448 70");
    expect(looks()).toBe(read);
    await door.receipt();
    expect(committed[0].events).toHaveLength(booked);
  });
});

describe("departure", () => {
  const steps: ScheduleStep[] = [
    { type: "discrete-gaussian", sigma2: "5", l2Sensitivity: 1, times: 2 },
    { type: "exponential", eta: "1/3", sensitivity: 1, times: 1 },
  ];
  const g = (sigma2: string, rows = 1): PrivacyEvent => ({ type: "discrete-gaussian", query: "marginal(a)", sigma2, l2Sensitivity: rows });
  const e = (eta: string, rows = 1): PrivacyEvent => ({ type: "exponential", score: "s", eta, sensitivity: rows, candidates: 9 });
  it.each<[string, PrivacyEvent[], number, number | undefined]>([
    ["nothing", [], 0, undefined],
    ["all of it", [g("5"), g("5"), e("1/3")], 0, undefined],
    ["its beginning", [g("5")], 0, undefined],
    ["its end, after its beginning", [g("5"), e("1/3")], 1, undefined],
    ["another variance", [g("5"), g("4")], 0, 1],
    ["the same variance in other words", [g("10/2")], 0, 0],
    ["another sensitivity", [g("5", 2)], 0, 0],
    ["another sensitivity of a pick", [g("5"), g("5"), e("1/3", 2)], 0, 2],
    ["a pick too early", [g("5"), e("1/3")], 0, 1],
    ["one too many", [e("1/3"), e("1/3")], 2, 1],
    ["one after the end", [g("5")], 3, 0],
    ["a threshold", [{ type: "threshold", query: "q", sigma2: "5", l2Sensitivity: 1, threshold: 9, delta: "1/9" }], 0, 0],
  ])("of %s", (_, events, from, at) => {
    expect(departure(steps, events, from)).toBe(at);
  });
});
