import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, type Rational, rational, toDouble } from "../../src/base/rational.js";
import { gaussianDpEpsilon, gaussianDpPrice, gaussianDpRho } from "../../src/curator/accounting/gaussian-dp.js";
import { gaussianDivergence, millsRatio } from "../../src/curator/accounting/gaussian-tail.js";
import { coversItself, gaussianDpBudget, keepsTo } from "../../src/curator/accounting/own-price.js";
import { priceOf, rhoOf } from "../../src/curator/accounting/price.js";
import type { Door, NoiseRequest } from "../../src/domain/door.js";
import { etaSquaredPer, pickPrice } from "../../src/domain/pick-price.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { codeOf } from "../support/fault-code.js";
import { gaussianDominates } from "../support/gaussian-dominates.js";
import { openDoor } from "../support/open-door.js";
import { randomTable } from "../support/tables.js";
import { zeroNoise } from "../support/test-noise.js";

const gaussian = (sigma2: string, rows = 1): PrivacyEvent => ({ type: "discrete-gaussian", query: "q", sigma2, l2Sensitivity: rows });
const pick = (eta: string, inARow = 1): PrivacyEvent => ({ type: "exponential", score: "s", eta, sensitivity: 1, candidates: 3, ...(inARow > 1 ? { inARow } : {}) });
const picksInARow = (eta: string, times: number): PrivacyEvent[] => Array.from({ length: times }, () => pick(eta, times));
const value = (text: string): Rational => parse(text) as Rational;

describe("the normal law's tail", () => {
  // mpmath 1.3, 50 digits
  it.each([
    [-20, 1.811_283_015_892_591_7e87],
    [-3, 225.334_896_220_349_12],
    [-0.5, 1.964_017_495_357_993_9],
    [0, 1.253_314_137_315_500_3],
    [1, 0.655_679_542_418_798_4],
    [2.4, 0.366_050_808_687_150_34],
    [2.6, 0.343_164_145_005_869_1],
    [5, 0.192_808_104_715_315_76],
    [30, 0.033_296_419_072_497_21],
    [1000, 0.000_999_999_000_002_999_9],
  ])("Mills' ratio at %d", (x, ratio) => expect(Math.abs(millsRatio(x) / ratio - 1)).toBeLessThan(1e-13));

  it.each([
    [0, 0.001, 0.000_398_942_263_778_838_3],
    [0.001, 0.001, 0.000_083_357_132_132_125_21],
    [0.01, 0.002, 1.074_592_156_914_903_2e-10],
    [1, 0.2, 1.754_633_331_896_232_7e-8],
    [1, 0.18, 6.948_844_469_977_886e-10],
    [3, 3, 0.566_737_999_092_498_3],
    [10, 1.5, 3.199_165_435_098_482e-10],
    [0, 5, 0.987_580_669_348_447_7],
    [30, 3.8, 3.853_368_590_104_637e-10],
    [0.5, 8, 0.999_918_809_868_285_2],
  ])("divergence at %d of mu %d", (s, mu, delta) => expect(Math.abs(gaussianDivergence(s, mu) / delta - 1)).toBeLessThan(1e-13 / Math.min(1, mu)));
});

describe("the price of Gaussian differential privacy", () => {
  // mpmath: the root of Φ(μ/2 − ε/μ) − e^ε Φ(−μ/2 − ε/μ) = δ, as μ²/2
  it.each([
    [0.01, 1e-5, 0.000_008_413_069_656_078_207],
    [0.1, 1e-5, 0.000_528_800_697_815_123_2],
    [1, 1e-5, 0.035_925_702_327_418_22],
    [10, 1e-5, 2.000_891_340_150_049],
    [31, 1e-5, 11.372_187_834_553_65],
    [0.01, 1e-9, 0.000_002_378_347_045_855_367],
    [0.1, 1e-9, 0.000_198_331_960_776_603_2],
    [1, 1e-9, 0.016_557_415_245_086_66],
    [10, 1e-9, 1.182_533_351_543_891],
    [31, 1e-9, 7.846_857_703_414_908],
    [1, 1e-12, 0.011_626_546_868_560_5],
    [10, 1e-12, 0.901_798_618_764_037_1],
  ])("at epsilon %d, delta %d is rho %d, from below", (epsilon, delta, rho) => {
    const own = gaussianDpRho(epsilon, delta) ?? Number.NaN;
    expect(own).toBeLessThan(rho);
    expect(own).toBeGreaterThan(rho * (1 - 1e-6 - 1e-6 / epsilon));
    const back = gaussianDpEpsilon(rho, delta) ?? Number.NaN;
    expect(back).toBeGreaterThan(epsilon);
    expect(back).toBeLessThan(epsilon * (1 + 1e-6 + 1e-6 / epsilon));
  });

  it("is not told where nothing is gained or the arithmetic would not hold", () => {
    expect(gaussianDpRho(33, 1e-9)).toBeUndefined();
    expect(gaussianDpRho(1e-4, 1e-9)).toBeUndefined();
    expect(gaussianDpEpsilon(40, 1e-9)).toBeUndefined();
    expect(gaussianDpEpsilon(1e-9, 1e-9)).toBeUndefined();
    expect(gaussianDpBudget(33, 1e-9)).toBeUndefined();
  });

  it("stands on record with a margin that another machine's elementary functions do not use up", () => {
    const budget = gaussianDpBudget(1, 1e-9);
    if (budget === undefined) throw new Error("no price");
    const covers = (epsilon: number, rho = BigInt(budget.price.rhoFemto)): boolean =>
      coversItself({ by: "gaussian-dp", epsilon, delta: 1e-9, closesLedger: true }, { rhoFemto: `${rho}`, deltaAtto: "0" });
    expect(budget.epsilon).toBeLessThanOrEqual(1);
    expect(covers(budget.epsilon)).toBe(true);
    expect(covers(budget.epsilon - 5e-9)).toBe(true);
    expect(covers(budget.epsilon - 3e-8)).toBe(false);
    expect(covers(budget.epsilon, (BigInt(budget.price.rhoFemto) * 1_000_001n) / 1_000_000n)).toBe(false);
    expect(coversItself({ by: "gaussian-dp", epsilon: 1, delta: 1e-9, closesLedger: true }, { ...budget.price, deltaAtto: "1" })).toBe(false);
  });
});

describe("Σ μ²/2", () => {
  it.each<[string, PrivacyEvent[], number]>([
    ["nothing", [], 0],
    ["noise, a variance of one taken off", [gaussian("26")], 1 / 50],
    ["noise of units of three rows", [gaussian("26", 3)], 9 / 50],
    ["one pick", [pick("1/10")], (1.576 * 0.01) / 8],
    ["a dozen in a row", picksInARow("1/10", 12), (12 * 1.103 * 0.01) / 8],
    ["a dozen each by itself", Array.from({ length: 12 }, () => pick("1/10")), (12 * 1.576 * 0.01) / 8],
    ["twenty-three in a row: 16, 6 and 1", picksInARow("1/10", 23), ((16 * 1.091 + 6 * 1.125 + 1.576) * 0.01) / 8],
    ["twice two in a row", [...picksInARow("1/10", 2), ...picksInARow("1/10", 2)], (4 * 1.263 * 0.01) / 8],
    ["a part of those asked for in a row: all of them", picksInARow("1/10", 12).slice(0, 5), (12 * 1.103 * 0.01) / 8],
    ["two that are not of one question", [pick("1/10", 2), pick("1/5", 2)], (2 * 1.263 * 0.05) / 8],
    ["two of different eta", [pick("1/10"), pick("1/5")], (1.576 * 0.05) / 8],
    ["two with noise between them", [pick("1/10", 2), gaussian("26"), pick("1/10", 2)], (4 * 1.263 * 0.01) / 8 + 1 / 50],
    ["picks of an eta so small that its least price is taken", [pick(`1/${2 ** 24}`)], (1.576 * 2 ** -40) / 8],
    ["picks of a large eta, each by itself", picksInARow("3", 2), (2 * 1.576 * 9) / 8],
  ])("of %s", (_, events, price) => expect(toDouble(gaussianDpPrice(events))).toBeCloseTo(price, 12));

  it.each<[string, PrivacyEvent]>([
    ["Laplace noise", { type: "discrete-laplace", query: "q", scale: "9", l1Sensitivity: 1 }],
    ["a threshold", { type: "threshold", query: "q", sigma2: "9", l2Sensitivity: 1, threshold: 9, delta: "1/9" }],
    ["a variance below 4", gaussian("39/10")],
    ["an eta above 16", pick("17")],
    ["a row too many to be accounted for", gaussian("1000", 2 ** 24 + 1)],
  ])("is not told of %s", (_, event) => expect(() => gaussianDpPrice([event])).toThrow("DPS-E900"));

  it("adds up, and is never below the same events' rho", () => {
    const event = fc.oneof(
      fc.record({ sigma2: fc.bigInt({ min: 4n, max: 10n ** 9n }), rows: fc.integer({ min: 1, max: 9 }) }).map(({ sigma2, rows }) => gaussian(`${sigma2}`, rows)),
      fc.bigInt({ min: 1n, max: 10n ** 7n }).map((d) => pick(`1/${d}`)),
    );
    const events = fc.array(fc.tuple(event, fc.integer({ min: 1, max: 40 })), { maxLength: 8 }).map((runs) => runs.flatMap(([e, n]) => (e.type === "exponential" ? picksInARow(e.eta, n) : [e])));
    fc.assert(
      fc.property(events, events, (a, b) => {
        const [both, first, second] = [gaussianDpPrice([...a, ...b]), gaussianDpPrice(a), gaussianDpPrice(b)].map(toDouble);
        expect(both).toBeCloseTo(first + second, 12);
        expect(both).toBeGreaterThanOrEqual(toDouble(rhoOf(priceOf([...a, ...b]))) - 2e-15);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

/** Masses of N_ℤ(0, σ²) at −reach … reach. */
function massesOf(sigma2: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma2)));
  const sum = weights.reduce((s, w) => s + w, 0);
  return weights.map((w) => w / sum);
}

/** Losses and their masses of noise on cells that a unit shifts so. */
function lossesOf(sigma2: number, shifts: readonly number[]): { loss: number; mass: number }[] {
  const reach = Math.ceil(8 * Math.sqrt(sigma2)) + 4;
  const masses = massesOf(sigma2, reach);
  return shifts.reduce<{ loss: number; mass: number }[]>(
    (all, shift) => all.flatMap(({ loss, mass }) => Array.from(masses, (m, i) => ({ loss: loss + (shift * shift - 2 * shift * (i - reach)) / (2 * sigma2), mass: mass * m }))),
    [{ loss: 0, mass: 1 }],
  );
}

describe("discrete Gaussian noise", () => {
  const deltaAt = (losses: { loss: number; mass: number }[], s: number): number => losses.reduce((sum, { loss, mass }) => sum + mass * Math.max(0, -Math.expm1(s - loss)), 0);
  it.each<[number, number[]]>([
    [4, [1]],
    [5, [1]],
    [9, [1]],
    [40, [1]],
    [400, [1]],
    [4, [2]],
    [9, [3]],
    [4, [1, 1]],
    [6, [2, 1]],
    [5, [1, -2]],
    [25, [-3]],
  ])("of variance %d on cells shifted by %j is no easier to tell than continuous noise of one less", (sigma2, shifts) => {
    const losses = lossesOf(sigma2, shifts);
    const norm = Math.sqrt(shifts.reduce((sum, v) => sum + v * v, 0));
    const most = norm * (norm / sigma2 + 6 / Math.sqrt(sigma2));
    for (let s = 0; s < most; s += most / 600) expect(deltaAt(losses, s)).toBeLessThanOrEqual(gaussianDivergence(s, norm / Math.sqrt(sigma2 - 1)) * (1 + 1e-9));
  });

  it("is easier to tell than continuous noise of its own variance: the one taken off is needed", () => {
    const losses = lossesOf(4, [1]);
    expect(deltaAt(losses, 0)).toBeGreaterThan(gaussianDivergence(0, 1 / 2));
  });

  it("lies by less than is accounted for from rounded continuous noise", () => {
    // y ~ N_ℤ(x, 1), x ~ N(0, σ² − 1): integrated over x by the trapezoid rule, which is exact here to far below the bound
    for (const sigma2 of [4, 7.5, 30]) {
      const law = (y: number): number => {
        let sum = 0;
        for (let x = -14 * Math.sqrt(sigma2); x <= 14 * Math.sqrt(sigma2); x += 1 / 64) {
          let all = 0;
          for (let k = Math.round(x) - 12; k <= Math.round(x) + 12; k += 1) all += Math.exp(-((k - x) ** 2) / 2);
          sum += (Math.exp(-(x * x) / (2 * (sigma2 - 1))) * Math.exp(-((y - x) ** 2) / 2)) / all;
        }
        return sum;
      };
      const ratios = [0, 1, 2, 5, 9].map((y) => law(y) / Math.exp(-(y * y) / (2 * sigma2)));
      // 2⁻⁴⁷ is 7·10⁻¹⁵: beyond it only what double arithmetic errs by
      for (const ratio of ratios) expect(Math.abs(ratio / ratios[0] - 1)).toBeLessThan(1e-12);
    }
  });
});

describe("picks in a row", () => {
  // δ-curve of two picks with an adversary who plays as well as can be is known from pld-selection; of one in closed form. All η: test/differential/pick-price.test.ts
  it.each([0.001, 0.1, 1, 2, 9])("one of eta %d is dominated at its price, and not at a fiftieth less", (eta) => {
    const s = Array.from({ length: 400 }, (_, i) => (i * eta) / 399);
    const v = s.map((x) => Math.expm1((x - eta) / 2) ** 2 / -Math.expm1(-eta));
    const mu = Math.sqrt(2 * toDouble(pickPrice(rational(BigInt(Math.round(eta * 1000)), 1000n), 1) as Rational));
    expect(gaussianDominates(mu, s, v)).toBe(true);
    if (eta <= 0.1) expect(gaussianDominates(0.99 * mu, s, v)).toBe(false);
  });

  it("have an eta for any share of a budget that costs hardly less than it", () => {
    for (const picks of [1, 2, 5, 12, 33, 500]) {
      const eta = Math.sqrt(0.001 * etaSquaredPer(picks));
      const price = toDouble(pickPrice(rational(BigInt(Math.floor(eta * 2 ** 48)), 2n ** 48n), picks) as Rational);
      expect(price).toBeLessThanOrEqual(0.001);
      expect(price).toBeGreaterThan(0.001 * (1 - 1e-9));
    }
  });
});

describe("a door that counts so", () => {
  const table = randomTable([2, 3], 200, "gdp");
  const noise = (sigma2: string): NoiseRequest => ({ kind: "gaussian", sigma2: value(sigma2) });
  const open = (): ReturnType<typeof openDoor> => openDoor(table, zeroNoise(), { alone: true });
  const choice = (eta: string, picks = 1) => ({
    score: "marginal-l1-error" as const,
    candidates: [0, 1].map((c) => ({ clique: [c], estimate: new Float64Array(c + 2) })),
    eta: value(eta),
    picks,
  });

  it("names its currency, counts a row's noise with one variance taken off, and picks asked for in a row together", async () => {
    const { door, reserved } = open();
    expect(door.account).toBe("gdp");
    const whole = Number(reserved.rhoFemto) / 1e15;
    await door.measure([{ clique: [0], noise: noise("1001") }]);
    expect(whole - toDouble(door.left())).toBeCloseTo(1 / 2000, 12);
    await door.select(choice("1/100", 2));
    expect(whole - toDouble(door.left())).toBeCloseTo(1 / 2000 + (2 * 1.263 * 1e-4) / 8, 12);
    await door.select(choice("1/100"));
    expect(whole - toDouble(door.left())).toBeCloseTo(1 / 2000 + ((2 * 1.263 + 1.576) * 1e-4) / 8, 12);
  });

  it("lets any looks through up to the limit, and no more: the price is all that was reserved", async () => {
    const { door, reserved, committed } = open();
    const left = door.left();
    // all of it in one marginal, to the last 10⁻¹⁵
    const sigma2 = rational(left.den + 2n * left.num, 2n * left.num);
    const asked = { clique: [1], noise: { kind: "gaussian", sigma2 } } as const;
    await door.measure([asked]);
    expect(door.left().num).toBe(0n);
    expect(await codeOf(door.measure([{ clique: [], noise: noise(`${10n ** 12n}`) }]))).toBe("DPS-E443 3");
    await door.receipt();
    expect(committed[0].price).toEqual(reserved);
    expect(keepsTo({ by: "gaussian-dp" }, reserved, committed[0].events)).toBe(true);
    expect(keepsTo({ by: "gaussian-dp" }, reserved, [...committed[0].events, gaussian(`${10n ** 12n}`)])).toBe(false);
  });

  it.each<[string, (door: Door) => Promise<unknown>]>([
    ["a variance of its own share as zCDP counts it", (door) => door.measure([{ clique: [1], noise: { kind: "gaussian", sigma2: rational(door.left().den, 2n * door.left().num) } }])],
    ["an eta of its own share as zCDP counts it", (door) => door.select(choice("4/11"))],
  ])("refuses %s", async (_, act) => {
    const { door, committed } = open();
    expect(await codeOf(act(door))).toBe("DPS-E443 3");
    await door.receipt();
    expect(committed[0].events).toEqual([]);
  });

  it.each<[string, (door: Door) => Promise<unknown>]>([
    ["Laplace noise", (door) => door.measure([{ clique: [1], noise: { kind: "laplace", scale: value("1000") } }])],
    ["a variance below 4", (door) => door.measure([{ clique: [1], noise: noise("3") }])],
    ["an eta above 16", (door) => door.select(choice("17"))],
  ])("has no price for %s and books nothing", async (_, act) => {
    const { door, committed } = open();
    expect(await codeOf(act(door))).toMatch(/DPS-E900 70|DPS-E443 3/);
    await door.receipt();
    expect(committed[0].events).toEqual([]);
  });
});
