import { describe, expect, test } from "vitest";
import { classSizes } from "../../src/audit/attacks/class-size.js";
import { binomialUpperTail } from "../../src/audit/stats/binomial.js";
import { bootstrap } from "../../src/audit/stats/bootstrap.js";
import { maxStatistic } from "../../src/audit/stats/max-statistic.js";
import { bonferroniLevel, holm } from "../../src/audit/stats/multiplicity.js";
import { pitman, populationUniques, slideNegativeBinomial, zayatz } from "../../src/audit/stats/population-uniques.js";
import { criticalHits } from "../../src/audit/stats/power.js";
import { f1At, membershipF1, naiveF1, relativeF1 } from "../../src/audit/stats/relative-f1.js";
import { singlingOutWeight, sizeCorrection } from "../../src/audit/stats/singling-out-weight.js";
import { seededBits } from "../../src/base/random.js";

describe("exact tails", () => {
  test("the upper tail is the sum of the terms", () => {
    const choose = (n: number, k: number): number => Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
    for (const [k, n, p] of [
      [0, 9, 0.2],
      [3, 9, 0.2],
      [9, 9, 0.2],
      [10, 9, 0.2],
      [7, 30, 0.01],
      [2, 5, 0],
      [2, 5, 1],
    ]) {
      let sum = 0;
      for (let i = k; i <= n; i += 1) sum += choose(n, i) * p ** i * (1 - p) ** (n - i);
      expect(binomialUpperTail(k, n, p)).toBeCloseTo(sum, 9);
    }
    expect(() => binomialUpperTail(1.5, 4, 0.1)).toThrow(RangeError);
  });
  // privacy-audit §8.4, column “hits needed at 1%FPR”
  test.each([
    [100, 4],
    [250, 6],
    [500, 10],
    [1000, 16],
    [2000, 29],
    [5000, 63],
    [10_000, 118],
  ])("of %i targets, %i hits at 1 % are beyond chance", (n, hits) => expect(criticalHits(n, 0.01)).toBe(hits));
});

describe("multiplicity", () => {
  // Holm's own example of the procedure: .01, .02, .03 at .05 → compare with .05/3, .05/2, .05
  test("Holm steps down and stops at the first that holds", () => {
    expect(holm([0.03, 0.01, 0.02], 0.05)).toEqual([true, true, true]);
    expect(holm([0.01, 0.04, 0.03], 0.05)).toEqual([true, false, false]);
    expect(holm([0.02, 0.02, 0.02], 0.05)).toEqual([false, false, false]);
    expect(holm([0.001, Number.NaN], 0.05)).toEqual([true, false]);
    expect(holm([], 0.05)).toEqual([]);
  });
  test("Bonferroni shares the error", () => {
    expect(bonferroniLevel(0.95, 5)).toBeCloseTo(0.99, 12);
    expect(bonferroniLevel(0.95, 0)).toBeCloseTo(0.95, 12);
  });
});

describe("Cohen and Nissim's weight (privacy-audit §1.8)", () => {
  test("goldens", () => {
    expect(singlingOutWeight(100, 0, 1)).toBeCloseTo(0.0099009901, 10);
    expect(singlingOutWeight(4242, 1e-4, 1e-3)).toBeCloseTo(0.00020188792, 11);
  });
  test("is the integral of n·w(1 − w)ⁿ⁻¹, by the midpoint rule", () => {
    const [n, a, b] = [37, 0.01, 0.2];
    let sum = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const w = a + ((b - a) * (i + 0.5)) / 20_000;
      sum += (n * w * (1 - w) ** (n - 1) * (b - a)) / 20_000;
    }
    expect(singlingOutWeight(n, a, b)).toBeCloseTo(sum, 9);
  });
  test("counts that follow the model are carried to another size exactly", () => {
    const w = 10 ** -2.5;
    const sizes = [100, 200, 400, 800];
    const counts = sizes.map((n) => 1e4 * singlingOutWeight(n, 0, w));
    expect(sizeCorrection(sizes, counts, 800, 3000)).toBeCloseTo(singlingOutWeight(3000, 0, w) / singlingOutWeight(800, 0, w), 6);
    expect(sizeCorrection(sizes, [0, 0, 0, 0], 800, 3000)).toBe(1);
    expect(sizeCorrection(sizes, counts, 800, 800)).toBe(1);
  });
});

describe("relative F1", () => {
  test("naming everybody is naive, naming the members alone is 1", () => {
    for (const p of [0.1, 0.5, 0.9]) {
      expect(f1At(1, 1, p)).toBeCloseTo(naiveF1(p), 12);
      expect(relativeF1(1, 1, p)).toBeCloseTo(0, 12);
      expect(relativeF1(1, 0, p)).toBeCloseTo(1, 12);
    }
    expect(f1At(0, 0, 0.3)).toBe(0);
  });
  test("counts of a made-up population give the same F1 as precision and recall", () => {
    const [members, others, tp, fp] = [200, 800, 90, 60];
    const [precision, recall] = [tp / (tp + fp), tp / members];
    expect(f1At(tp / members, fp / others, members / (members + others))).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
  });
  test("of equal scores is at most naive; of separated ones 1", () => {
    const bits = seededBits("f1");
    const draw = (shift: number) => Float64Array.from({ length: 400 }, () => bits.uniform() + shift);
    // The threshold is chosen on other halves: above .1 by chance with probability below 1e-6 (400 a side, sd .02).
    expect(membershipF1(draw(0), draw(0), 0.5, 0.95, seededBits("a"))?.estimate).toBeLessThan(0.1);
    expect(membershipF1(draw(2), draw(0), 0.5, 0.95, seededBits("b"))?.estimate).toBeCloseTo(1, 1);
    expect(membershipF1(draw(0).subarray(0, 3), draw(0), 0.5, 0.95, seededBits("c"))).toBeNull();
    expect(membershipF1(draw(0), draw(0), 1, 0.95, seededBits("d"))).toBeNull();
  });
});

test("bootstrap: the standard error of a mean, and nothing where a group is empty", () => {
  const bits = seededBits("boot");
  const values = Float64Array.from({ length: 500 }, () => bits.uniform());
  const mean = ([draw]: readonly Uint32Array[]): number => draw.reduce((s, i) => s + values[i], 0) / draw.length;
  // sd of a uniform is .2887; 400 resamples know its standard error to 4 %, four times that is allowed
  expect((bootstrap([500], mean, 0.95, seededBits("s"))?.standardError as number) / (0.2887 / Math.sqrt(500))).toBeCloseTo(1, 0.8);
  expect(bootstrap([0], () => 0, 0.95, seededBits("s"))).toBeNull();
  expect(bootstrap([3], () => Number.NaN, 0.95, seededBits("s"))).toBeNull();
});

describe("the greatest of several AUCs", () => {
  const scores = (shift: number, seed: string, copies: number): Float64Array[] =>
    Array.from({ length: copies }, (_, a) => {
      const bits = seededBits(`${seed} ${a}`);
      return Float64Array.from({ length: 200 }, (_, i) => bits.uniform() + (a === 0 && i < 100 ? shift : 0));
    });
  test("keeps its level: of 200 families without a leak at most 20 fall at .05 (exact tail 2e-3)", () => {
    let falls = 0;
    for (let run = 0; run < 200; run += 1) if ((maxStatistic(scores(0, `null ${run}`, 6), 100, seededBits(`labels ${run}`), 199)?.p as number) <= 0.05) falls += 1;
    expect(binomialUpperTail(21, 200, 0.05)).toBeLessThan(2e-3);
    expect(falls).toBeLessThanOrEqual(20);
  });
  test("finds a leak that one attack sees, and names it", () => {
    const found = maxStatistic(scores(0.4, "leak", 6), 100, seededBits("labels"), 999);
    expect(found?.p).toBeLessThanOrEqual(0.001);
    expect(found?.best).toBe(0);
    expect(found?.each.slice(1).every((p) => p > 0.01)).toBe(true);
    expect(maxStatistic(scores(0, "x", 2), 0, seededBits("l"))).toBeNull();
    expect(maxStatistic([], 1, seededBits("l"))).toBeNull();
  });
});

describe("people unique in the population", () => {
  /** A population by Pitman's process (α = ½, θ = 100): a new class with chance (θ + αK)/(θ + n), else an old one as n_c − α; and a sample of it. */
  function drawn(population: number, fraction: number, seed: string): { truth: number; sample: Uint32Array } {
    const bits = seededBits(seed);
    const [classOf, sizes] = [[] as number[], [] as number[]];
    while (classOf.length < population) {
      const n = classOf.length;
      let found = -1;
      if (bits.uniform() * (100 + n) >= 100 + 0.5 * sizes.length) {
        do found = classOf[bits.below(n)];
        while (bits.uniform() * sizes[found] < 0.5);
      }
      if (found < 0) found = sizes.push(0) - 1;
      sizes[found] += 1;
      classOf.push(found);
    }
    const sample = new Map<number, number>();
    for (const key of classOf) if (bits.uniform() < fraction) sample.set(key, (sample.get(key) ?? 0) + 1);
    return { truth: sizes.filter((n) => n === 1).length, sample: Uint32Array.from(sample.values()) };
  }
  test("the rule's model: none, Pitman for small fractions, and never above Zayatz for large ones", () => {
    expect(populationUniques({ sizes: [2, 5], counts: [10, 3] }, 1000)).toEqual({ estimate: 0, model: "none" });
    const { sample } = drawn(20_000, 0.05, "small");
    expect(populationUniques(classSizes(sample), 20_000).model).toBe("pitman");
    const large = classSizes(drawn(20_000, 0.5, "large").sample);
    const found = populationUniques(large, 20_000);
    expect(["snb", "zayatz"]).toContain(found.model);
    expect(found.estimate).toBeLessThanOrEqual(zayatz(large, 20_000));
  });
  test.each([0.05, 0.3, 0.6])("at a fraction of %f the estimate is within a factor of two of the truth", (fraction) => {
    const { truth, sample } = drawn(30_000, fraction, `truth ${fraction}`);
    const { estimate } = populationUniques(classSizes(sample), 30_000);
    expect(estimate / truth).toBeGreaterThan(0.5);
    expect(estimate / truth).toBeLessThan(2);
  });
  test("Zayatz by its definition, on a table worked by hand: two classes, of one and two rows, drawn from six", () => {
    // P(f=1|F=1) = 3/6, P(f=1|F=2) = 2·C(4,2)/C(6,3) = 12/20; mixed ½·½ + ½·.6 = .55; P(F=1|f=1) = .25/.55; over 3/6
    expect(zayatz({ sizes: [1, 2], counts: [1, 1] }, 6)).toBeCloseTo(0.25 / 0.55 / 0.5, 9);
  });
  test("the whole population as sample: as many uniques as there are", () => {
    const classes = { sizes: [1, 3, 9], counts: [7, 4, 2] };
    expect(slideNegativeBinomial(classes, 37)).toBe(7);
    expect(populationUniques(classes, 37).estimate).toBeCloseTo(7, 6);
  });
  test("what cannot be fitted says so", () => {
    expect(pitman({ sizes: [1], counts: [50] }, 1000)).toBeNull();
    expect(pitman({ sizes: [50], counts: [1] }, 1000)).toBeNull();
    expect(populationUniques({ sizes: [1], counts: [5] }, 5).estimate).toBeLessThanOrEqual(5);
  });
});
