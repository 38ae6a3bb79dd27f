import { describe, expect, test } from "vitest";
import { rocAuc } from "../../src/audit/stats/auc.js";
import { clopperPearson } from "../../src/audit/stats/clopper-pearson.js";
import { aucNullStandardError, smallestAucExcess, smallestShareExcess } from "../../src/audit/stats/power.js";
import { excessOverControl, residualRisk } from "../../src/audit/stats/residual-risk.js";
import { aucCeiling, tprCeiling } from "../../src/audit/stats/theory.js";
import { tprAtFpr } from "../../src/audit/stats/tpr.js";
import { wilson } from "../../src/audit/stats/wilson.js";
import { normalCdf, normalQuantile } from "../../src/base/normal.js";
import { seededBits } from "../../src/base/random.js";

describe("published goldens of Anonymeter", () => {
  test.each([
    [100, 100, 0.95, 0.9815032508965071, 0.0184967491034928],
    [23, 100, 0.95, 0.23998824451588613, 0.08155558571285167],
    [11, 100, 0.95, 0.1244274643007244, 0.06188550073007873],
    [100, 100, 0.68, 0.9951036894831882, 0.0048963105168119],
  ])("Wilson %i of %i at %f", (k, n, level, centre, halfWidth) => {
    const got = wilson(k, n, level);
    expect(got.centre).toBeCloseTo(centre, 9);
    expect(got.halfWidth).toBeCloseTo(halfWidth, 9);
  });
  test("residual risk", () => {
    const plain = residualRisk({ centre: 0.9, halfWidth: 0.02 }, { centre: 0.85, halfWidth: 0.02 });
    expect(plain?.estimate).toBeCloseTo(1 / 3, 9);
    expect(plain?.halfWidth).toBeCloseTo(0.16, 3);
    expect(residualRisk({ centre: 0.9, halfWidth: 0 }, { centre: 0.8, halfWidth: 0 })?.halfWidth).toBe(0);
    const few = residualRisk(wilson(17, 500, 0.95), wilson(10, 500, 0.95));
    expect(few?.estimate).toBeCloseTo(0.01423, 5);
    expect(few?.halfWidth).toBeCloseTo(0.021022, 5);
    const many = residualRisk(wilson(600, 1000, 0.95), wilson(500, 1000, 0.95));
    expect(many?.interval[0]).toBeCloseTo(0.120953, 5);
    expect(many?.interval[1]).toBeCloseTo(0.277517, 5);
    expect(residualRisk({ centre: 1, halfWidth: 0 }, { centre: 1, halfWidth: 0 })).toBeNull();
  });
});

test.each([
  [0, 0, 0.003682],
  [1, 2.5e-5, 0.005559],
  [10, 0.004806, 0.018313],
  [50, 0.037335, 0.06539],
  [500, 0.468549, 0.531451],
  [1000, 0.996318, 1],
])("Clopper-Pearson %i of 1000", (k, low, high) => {
  const [a, b] = clopperPearson(k, 1000, 0.95);
  expect(Math.abs(a - low)).toBeLessThan(6e-7);
  expect(Math.abs(b - high)).toBeLessThan(6e-7);
});

test("normal distribution at values of published tables", () => {
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 12);
  expect(normalQuantile(0.01)).toBeCloseTo(-2.3263478740408408, 9);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(Number.NaN)).toBeNaN();
});

test("theory's ceilings, privacy-audit §6.5 (δ=1e-9)", () => {
  const at = (rho: number) => ({ rho, epsilon: 0, delta: 0 });
  expect(aucCeiling(at(0.01497))).toBeCloseTo(0.549, 3);
  expect(aucCeiling(at(0.12058))).toBeCloseTo(0.636, 3);
  expect(aucCeiling(at(1.0908))).toBeCloseTo(0.852, 3);
  expect(tprCeiling(at(1.666 ** 2 / 2), 0.01)).toBeCloseTo(0.255, 3);
  expect(aucCeiling(null)).toBeNull();
});

test("power, privacy-audit §8.4", () => {
  expect(0.5 + (smallestAucExcess(1000, 1000) as number)).toBeCloseTo(0.532, 3);
  expect(0.5 + (smallestAucExcess(100, 100) as number)).toBeCloseTo(0.602, 3);
  expect(0.5 + (smallestShareExcess(1000) as number)).toBeCloseTo(0.539, 3);
  expect(smallestAucExcess(10, 0)).toBeNull();
});

describe("AUC", () => {
  test("is the share of ordered pairs, ties one half", () => {
    const bits = seededBits("auc");
    for (let round = 0; round < 50; round += 1) {
      const draw = (n: number) => Float64Array.from({ length: n }, () => bits.below(6));
      const [a, b] = [draw(1 + bits.below(12)), draw(1 + bits.below(12))];
      let sum = 0;
      for (const x of a) for (const y of b) sum += x > y ? 1 : x === y ? 0.5 : 0;
      expect(rocAuc(a, b, 0.95)?.auc).toBeCloseTo(sum / (a.length * b.length), 12);
    }
  });
  test("DeLong's standard error is near the null one for exchangeable scores", () => {
    const bits = seededBits("delong");
    const draw = () => Float64Array.from({ length: 1000 }, () => bits.uniform());
    expect((rocAuc(draw(), draw(), 0.95)?.standardError as number) / aucNullStandardError(1000, 1000)).toBeCloseTo(1, 1);
  });
  test("separated groups are not certain", () => {
    const got = rocAuc(Float64Array.of(3, 4, 5), Float64Array.of(0, 1, 2), 0.95);
    expect(got?.auc).toBe(1);
    expect(got?.interval[0]).toBeLessThan(0.9);
    expect(rocAuc(new Float64Array(0), Float64Array.of(1), 0.95)).toBeNull();
  });
});

test("TPR at 1 % FPR: threshold by the others, nobody hit still has an open interval", () => {
  const others = Float64Array.from({ length: 200 }, (_, i) => i);
  const members = Float64Array.from({ length: 100 }, (_, i) => (i < 30 ? 500 : 0));
  const got = tprAtFpr(members, others, 0.01, 0.95, seededBits("tpr"));
  expect(got?.tpr).toBe(0.3);
  expect(got?.interval[0]).toBeGreaterThan(0.15);
  expect(got?.interval[1]).toBeLessThan(0.45);
  expect(tprAtFpr(new Float64Array(50), others, 0.01, 0.95, seededBits("tpr"))?.interval[1]).toBeGreaterThan(0.05);
  expect(tprAtFpr(members, others.subarray(0, 99), 0.01, 0.95, seededBits("tpr"))).toBeNull();
});

test("excess over control keeps a standard error where nobody or everybody is hit", () => {
  const got = excessOverControl({ k: 0, n: 100 }, { k: 0, n: 100 });
  expect(got.estimate).toBe(0);
  expect(got.standardError).toBeGreaterThan(0.005);
});
