import { describe, expect, it } from "vitest";
import { epsilonOfMu, leastEpsilon, leastMu, leastRho, rates, upperRates } from "../../src/audit/empirical/bounds.js";
import { guess, oneRunEpsilon, oneRunPValue } from "../../src/audit/empirical/one-run.js";

// Published and independently computed figures (Steinke, Nasr, Jagielski 2023, Table 1; scipy for the rest).
const TRIALS = [
  { tp: 600, fp: 400, epsilon: 0.2773, mu: 0.347, gdp: 1.3289 },
  { tp: 300, fp: 50, epsilon: 1.4244, mu: 0.9034, gdp: 3.8931 },
  { tp: 100, fp: 2, epsilon: 2.433, mu: 1.0558, gdp: 4.6617 },
  { tp: 900, fp: 100, epsilon: 1.9897, mu: 2.3471, gdp: 12.1976 },
];

describe("bounds from error rates", () => {
  it.each(TRIALS)("$tp of 1000 against $fp of 1000", ({ tp, fp, epsilon, mu, gdp }) => {
    const upper = upperRates({ truePositives: tp, falsePositives: fp, runs: 1000 }, 0.05);
    expect(leastEpsilon(upper, 1e-5)).toBeCloseTo(epsilon, 4);
    expect(leastMu(upper)).toBeCloseTo(mu, 3);
    expect(epsilonOfMu(leastMu(upper), 1e-5)).toBeCloseTo(gdp, 3);
  });

  it.each([
    [50, 2.57],
    [100, 3.28],
    [250, 4.21],
    [500, 4.91],
    [1000, 5.6],
    [2500, 6.52],
    [5000, 7.21],
  ])("a perfect attack with %d fits a side proves ε ≥ %d", (runs, most) => {
    expect(leastEpsilon(upperRates({ truePositives: runs, falsePositives: 0, runs }, 0.05), 1e-5)).toBeCloseTo(most, 2);
  });

  it.each([
    [0.25, 1e-5, 0.9263],
    [0.5, 1e-5, 1.9931],
    [1, 1e-5, 4.3772],
    [2, 1e-5, 9.9973],
    [0.25, 1e-9, 1.3956],
    [1, 1e-9, 6.1739],
    [2, 1e-9, 13.5348],
  ])("μ = %d at δ = %d is ε = %d", (mu, delta, epsilon) => {
    expect(epsilonOfMu(mu, delta)).toBeCloseTo(epsilon, 3);
  });

  it("is the same whichever world is called the one with the target", () => {
    const there = rates({ truePositives: 300, falsePositives: 50, runs: 1000 });
    const back = rates({ truePositives: 950, falsePositives: 700, runs: 1000 });
    expect(leastEpsilon(there, 1e-5)).toBeCloseTo(leastEpsilon(back, 1e-5), 12);
    expect(leastRho(there)).toBeCloseTo(leastRho(back), 12);
  });

  it("proves nothing of chance, of a test that is always wrong, or where δ covers it", () => {
    for (const [tp, fp] of [
      [500, 500],
      [0, 0],
      [1000, 1000],
    ]) {
      expect(leastEpsilon(rates({ truePositives: tp, falsePositives: fp, runs: 1000 }), 0)).toBe(0);
      expect(leastRho(rates({ truePositives: tp, falsePositives: fp, runs: 1000 }))).toBe(0);
    }
    expect(leastEpsilon({ falsePositive: 0, falseNegative: 0.99 }, 0.01)).toBe(0);
  });

  it("never exceeds ρ of randomised response, whose Rényi divergence is known, and comes close", () => {
    // ε-randomised response: D_α grows from ε·tanh(ε/2) at α = 1 to ε; its smallest ρ is sup_α D_α/α
    const epsilon = 1;
    const p = 1 / (1 + Math.exp(-epsilon));
    const rho = Math.max(...Array.from({ length: 4000 }, (_, i) => renyi(p, 1 - p, 1.0001 + i / 1000) / (1.0001 + i / 1000)));
    expect(leastRho({ falsePositive: 1 - p, falseNegative: 1 - p })).toBeLessThanOrEqual(rho * (1 + 1e-9));
    expect(leastRho({ falsePositive: 1 - p, falseNegative: 1 - p })).toBeGreaterThan(0.99 * rho);
  });
});

const renyi = (p: number, q: number, a: number): number => Math.log(p ** a * q ** (1 - a) + (1 - p) ** a * (1 - q) ** (1 - a)) / (a - 1);

describe("the audit in one run", () => {
  it.each([
    { canaries: 100, guesses: 100, correct: 75, delta: 0, epsilon: 0.7022 },
    { canaries: 100, guesses: 100, correct: 75, delta: 1e-4, epsilon: 0.6995 },
    { canaries: 1000, guesses: 100, correct: 75, delta: 1e-4, epsilon: 0.673 },
    { canaries: 100_000, guesses: 1510, correct: 1439, delta: 1e-5, epsilon: 2.6759 },
  ])("$correct of $guesses guesses, $canaries canaries, δ = $delta: ε ≥ $epsilon", ({ delta, epsilon, ...counted }) => {
    expect(oneRunEpsilon(counted, delta, 0.05)).toBeCloseTo(epsilon, 3);
  });

  it("has the published p-value, which falls below β nowhere where guessing is chance", () => {
    expect(oneRunPValue({ canaries: 100, guesses: 100, correct: 75 }, Math.log(3), 0)).toBeCloseTo(0.5535, 4);
    expect(oneRunEpsilon({ canaries: 1000, guesses: 200, correct: 103 }, 1e-9, 0.05)).toBe(0);
  });

  it("guesses from both ends only, and leaves the middle open", () => {
    const scores = Float64Array.of(5, -5, 0, 4, -4, 0.1);
    expect(guess(scores, Uint8Array.of(1, 0, 1, 0, 0, 0), 4)).toBe(3);
  });
});
