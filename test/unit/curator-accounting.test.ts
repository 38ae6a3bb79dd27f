import { describe, expect, it } from "vitest";
import { compare, fromDouble, rational } from "../../src/base/rational.js";
import { admits, fitBudget, leftOf, spentEpsilon } from "../../src/curator/accounting/account.js";
import { decimal, doubleDown, doubleUp } from "../../src/curator/accounting/directed.js";
import { addPrices, fits, priceOf, subtractPrices, zeroPrice } from "../../src/curator/accounting/price.js";
import { epsilonFromRho, rhoFromEpsilon } from "../../src/curator/accounting/zcdp.js";
import type { PrivacyEvent } from "../../src/formats/event.js";

describe("zCDP conversion", () => {
  it.each([
    [0.01, 1e-9, "0.00000209543"],
    [0.1, 1e-9, "0.000177138"],
    [1, 1e-9, "0.0149731"],
    [10, 1e-9, "1.09079"],
    [100, 1e-9, "42.3802"],
    [1, 1e-5, "0.0305566"],
    [1, 1e-6, "0.0243560"],
    [1, 0.01, "0.10341"],
  ])("golden: epsilon %d at delta %d is rho %s, to every digit quoted", (epsilon, delta, rho) => {
    const digits = rho.replace(/^[0.]*/, "").replace(".", "").length;
    expect(rhoFromEpsilon(epsilon, delta).toPrecision(digits)).toBe(rho);
  });

  it("agrees with a direct minimisation over alpha of the published formula", () => {
    const log = (alpha: number, rho: number, epsilon: number): number => (alpha - 1) * (alpha * rho - epsilon) + alpha * Math.log(1 - 1 / alpha) - Math.log(alpha - 1);
    for (const [epsilon, delta] of [
      [0.3, 1e-7],
      [1, 1e-9],
      [4, 1e-5],
      [20, 1e-3],
    ] as const) {
      const rho = rhoFromEpsilon(epsilon, delta);
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 400_000; i += 1) best = Math.min(best, log(1 + 10 ** (-3 + i / 80_000), rho, epsilon));
      expect(best).toBeGreaterThanOrEqual(Math.log(delta) - 1e-9); // the grid cannot beat the optimum by more than the margin
      expect(best).toBeLessThan(Math.log(delta) + 1e-6);
    }
  });

  it("covers the whole range, and comes back at or just below where it began", () => {
    for (const epsilon of [0.001, 0.01, 0.1, 1, 10, 100, 1000]) {
      for (const delta of [1e-18, 1e-12, 1e-9, 1e-5, 0.01, 0.5]) {
        const back = epsilonFromRho(rhoFromEpsilon(epsilon, delta), delta);
        expect(back).toBeLessThanOrEqual(epsilon);
        expect(back).toBeGreaterThan(epsilon * (1 - 1e-8));
      }
    }
  });

  it.each([
    [0, 1e-9],
    [-1, 1e-9],
    [Number.NaN, 1e-9],
    [Number.POSITIVE_INFINITY, 1e-9],
  ])("refuses epsilon %d", (epsilon, delta) => {
    expect(() => rhoFromEpsilon(epsilon, delta)).toThrow(/DPS-E440/);
  });

  it.each([0, 1, -1e-9, Number.NaN])("refuses delta %d", (delta) => {
    expect(() => rhoFromEpsilon(1, delta)).toThrow(/DPS-E441/);
    expect(() => epsilonFromRho(1, delta)).toThrow(/DPS-E441/);
  });
});

describe("decimals and directed rounding", () => {
  it("reads the decimal a person typed", () => {
    expect(decimal(0.1)).toEqual(rational(1, 10));
    expect(decimal(1e-9)).toEqual(rational(1, 1_000_000_000));
    expect(decimal(1.5e300)).toEqual(rational(15n * 10n ** 299n));
    expect(decimal(-2.25)).toEqual(rational(-9, 4));
  });

  it("brackets a rational by neighbouring doubles", () => {
    for (const x of [rational(1, 3), rational(2, 3), rational(10n ** 30n + 1n, 7n), rational(1n, 10n ** 40n), rational(0)]) {
      expect(compare(fromDouble(doubleDown(x)), x)).not.toBe(1);
      expect(compare(fromDouble(doubleUp(x)), x)).not.toBe(-1);
    }
    expect(doubleUp(rational(1, 2))).toBe(0.5);
  });
});

const gaussian = (sigma2: string, k = 1): PrivacyEvent => ({ type: "discrete-gaussian", query: "q", sigma2, l2Sensitivity: k });
const laplace = (scale: string, k = 1): PrivacyEvent => ({ type: "discrete-laplace", query: "q", scale, l1Sensitivity: k });
const exponential = (eta: string): PrivacyEvent => ({ type: "exponential", score: "marginal-l1-error", eta, sensitivity: 1, candidates: 3 });

describe("prices of events", () => {
  it("prices each kind by its formula", () => {
    expect(priceOf([gaussian("50", 3)])).toEqual({ rhoFemto: "90000000000000", deltaAtto: "0" });
    expect(priceOf([laplace("10", 2)])).toEqual({ rhoFemto: "20000000000000", epsilonFemto: "200000000000000", deltaAtto: "0" });
    expect(priceOf([exponential("1/5")])).toEqual({ rhoFemto: "5000000000000", epsilonFemto: "200000000000000", deltaAtto: "0" });
    expect(priceOf([{ type: "threshold", query: "q", sigma2: "8", l2Sensitivity: 2, threshold: 30, delta: "1/1000000000" }])).toEqual({ rhoFemto: "250000000000000", deltaAtto: "1000000000" });
    expect(priceOf([])).toEqual(zeroPrice());
  });

  it("rounds up once for all events, not once for each", () => {
    const third = gaussian("3000000000000000/2"); // ρ = 1/3 femto
    expect(priceOf([third]).rhoFemto).toBe("1");
    expect(priceOf([third, third, third]).rhoFemto).toBe("1");
    expect(priceOf([third, third, third, third]).rhoFemto).toBe("2");
  });

  it("gives a sum a pure part only if every event has one", () => {
    expect(priceOf([laplace("10"), exponential("1/2")]).epsilonFemto).toBe("600000000000000");
    expect(priceOf([laplace("10"), gaussian("10")]).epsilonFemto).toBeUndefined();
  });

  it("refuses a parameter that is not positive", () => {
    for (const text of ["0", "-1", "x"]) expect(() => priceOf([gaussian(text)])).toThrow(/DPS-E900/);
  });

  it("adds, subtracts and compares by parts", () => {
    const a = { rhoFemto: "5", epsilonFemto: "7", deltaAtto: "1" };
    const b = { rhoFemto: "2", epsilonFemto: "3", deltaAtto: "1" };
    expect(addPrices(a, b)).toEqual({ rhoFemto: "7", epsilonFemto: "10", deltaAtto: "2" });
    expect(subtractPrices(a, b)).toEqual({ rhoFemto: "3", epsilonFemto: "4", deltaAtto: "0" });
    expect(() => subtractPrices(b, a)).toThrow(/DPS-E900/);
    expect(fits(b, a)).toBe(true);
    expect(fits({ rhoFemto: "2", deltaAtto: "0" }, a)).toBe(false); // no pure price in a pure rest
    expect(fits({ ...b, deltaAtto: "2" }, a)).toBe(false);
    expect(fits({ ...b, rhoFemto: "6" }, a)).toBe(false);
    expect(fits(b, { rhoFemto: "9", deltaAtto: "9" })).toBe(true);
  });
});

describe("accounts", () => {
  const zcdp = { account: "zcdp", epsilon: 3, delta: 1e-9 } as const;
  const pure = { account: "pure", epsilon: 1, delta: 0 } as const;

  it("grants a cap's worth in one fit, and then nothing", () => {
    const whole = fitBudget({ account: "zcdp", epsilon: 3, delta: 1e-9 });
    expect(admits(zcdp, [], whole)).toBe(true);
    const after = leftOf(zcdp, [whole]);
    expect(after.spentEpsilon).toBeLessThanOrEqual(3);
    expect(after.spentEpsilon).toBeGreaterThan(2.999999);
    expect(after.largestEpsilon).toBe(0);
    expect(after.left).toEqual({ rhoFemto: "0", deltaAtto: "0" });
    expect(admits(zcdp, [whole], { rhoFemto: "1", deltaAtto: "0" })).toBe(false);
  });

  it("fills a pure cap of 1 with ten fits of 0.1, exactly", () => {
    const tenth = fitBudget({ account: "pure", epsilon: 0.1, delta: 0 });
    const nine = Array.from({ length: 9 }, () => tenth);
    expect(leftOf(pure, nine).largestEpsilon).toBe(0.1);
    expect(admits(pure, nine, tenth)).toBe(true);
    expect(admits(pure, [...nine, tenth], fitBudget({ account: "pure", epsilon: 1e-6, delta: 0 }))).toBe(false);
    expect(leftOf(pure, [...nine, tenth]).spentEpsilon).toBe(1);
  });

  it("refuses in a pure account what has no pure price", () => {
    expect(admits(pure, [], { rhoFemto: "1", deltaAtto: "0" })).toBe(false);
    expect(() => fitBudget({ account: "pure", epsilon: 1, delta: 1e-9 })).toThrow(/DPS-E441/);
  });

  it("takes discovery's delta from the conversion and from the cap", () => {
    const price = fitBudget({ account: "zcdp", epsilon: 1, delta: 1e-9, discoveryDelta: 4e-10 });
    expect(price.deltaAtto).toBe("400000000");
    expect(Number(price.rhoFemto) * 1e-15).toBeCloseTo(rhoFromEpsilon(1, 6e-10), 12);
    expect(spentEpsilon(zcdp, price)).toBeLessThanOrEqual(1);
    expect(() => fitBudget({ account: "zcdp", epsilon: 1, delta: 1e-9, discoveryDelta: 1e-9 })).toThrow(/DPS-E441/);
    const half = fitBudget({ account: "zcdp", epsilon: 3, delta: 1e-9, discoveryDelta: 5e-10 });
    expect(admits(zcdp, [], half)).toBe(true); // a whole cap in one fit, half of δ for thresholds
    expect(admits(zcdp, [half], { rhoFemto: "1", deltaAtto: "0" })).toBe(false);
    // all of δ set aside for thresholds: not a grain of ρ
    expect(admits(zcdp, [{ rhoFemto: "0", deltaAtto: "1000000000" }], { rhoFemto: "1", deltaAtto: "0" })).toBe(false);
  });

  it("the first fit, or the cap, fixes the part of delta that thresholds may use, for good", () => {
    const plain = fitBudget({ account: "zcdp", epsilon: 1, delta: 1e-9 });
    const finding = fitBudget({ account: "zcdp", epsilon: 1, delta: 1e-9, discoveryDelta: 2e-10 });
    expect(admits(zcdp, [plain], finding)).toBe(false);
    expect(admits(zcdp, [finding], plain)).toBe(true);
    expect(admits(zcdp, [finding], finding)).toBe(true);
    expect(admits(zcdp, [finding, finding], finding)).toBe(false); // 6e-10 of a pool of 5e-10
    const declared = { ...zcdp, discoveryDelta: 4e-10 };
    expect(admits(declared, [plain], finding)).toBe(true);
    expect(admits(declared, [plain, finding], { ...finding, rhoFemto: "1" })).toBe(true);
    expect(admits(declared, [plain, finding], { rhoFemto: "1", deltaAtto: "200000001" })).toBe(false);
    expect(leftOf(zcdp, [finding]).left.deltaAtto).toBe("300000000");
    expect(leftOf(declared, [finding]).left.deltaAtto).toBe("200000000");
    expect(leftOf(zcdp, [plain]).left.deltaAtto).toBe("0");
  });

  it("an empty account shows the whole cap", () => {
    expect(leftOf(zcdp, [])).toMatchObject({ spentEpsilon: 0, spentDelta: 0, largestEpsilon: 3 });
    expect(leftOf(pure, [])).toMatchObject({ spentEpsilon: 0, largestEpsilon: 1 });
  });
});
