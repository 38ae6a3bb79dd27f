import { describe, expect, it } from "vitest";
import { type Rational, rational, toDouble } from "../../src/base/rational.js";
import { exponentialPicker } from "../../src/curator/mechanism/exponential.js";
import { chiSquareP } from "../support/chi-square.js";
import { exponentialByRejection } from "../support/exponential-rejection.js";
import { seededAsSecure } from "../support/test-noise.js";

/** Seeds are fixed; over the choice of a seed each test would fail with chance 1e-6, all 9 together below 1e-5. */
const ALPHA = 1e-6;

/** P of each order of the first `picks` candidates, as a number written in base K: weights over what is left, multiplied up. */
function orders(scores: readonly bigint[], eta: Rational, sensitivity: bigint, picks: number): Map<number, number> {
  const exponents = scores.map((s) => (toDouble(eta) * Number(s)) / (2 * Number(sensitivity)));
  let law = new Map<string, number>([["", 1]]);
  for (let t = 0; t < picks; t += 1) {
    const next = new Map<string, number>();
    for (const [key, p] of law) {
      const used = new Set(key === "" ? [] : key.split(",").map(Number));
      const best = Math.max(...exponents.filter((_, i) => !used.has(i)));
      const weights = exponents.map((x, i) => (used.has(i) ? 0 : Math.exp(x - best)));
      const rest = weights.reduce((sum, w) => sum + w, 0);
      weights.forEach((w, i) => {
        if (!used.has(i)) next.set(key === "" ? `${i}` : `${key},${i}`, (p * w) / rest);
      });
    }
    law = next;
  }
  return new Map([...law].map(([key, p]) => [key.split(",").reduce((n, i) => n * scores.length + Number(i), 0), p]));
}

describe("exponential mechanism", () => {
  const cases: [string, bigint[], Rational, bigint, number][] = [
    ["one pick", [0n, 100n, 256n, 700n, 701n, 20n], rational(7, 3), 512n, 1],
    ["three picks without replacement", [0n, 100n, 256n, 700n, 701n, 20n], rational(7, 3), 512n, 3],
    ["equal scores", [5n, 5n, 5n, 5n], rational(1), 1n, 2],
    ["groups far below the best: bounds are taken anew", [0n, -5000n, 1n, -9_000_000n, -5002n, -9_000_001n], rational(1), 1n, 5],
    ["a long tail of small weights", Array.from({ length: 40 }, (_, i) => BigInt(-i * 3)), rational(1, 2), 1n, 2],
    ["parameters of many digits", [0n, 3n ** 40n, 2n * 3n ** 40n], rational(10n ** 30n + 7n, 10n ** 30n), 3n ** 40n, 2],
  ];

  it.each(cases)("draws in the exact law: %s", (name, scores, eta, sensitivity, picks) => {
    const bits = seededAsSecure(`exponential ${name}`);
    const drawn = Array.from({ length: 60_000 }, () => {
      const picker = exponentialPicker(scores, eta, sensitivity, bits);
      let key = 0;
      for (let t = 0; t < picks; t += 1) {
        const pick = picker.draw();
        picker.remove(pick);
        key = key * scores.length + pick;
      }
      return key;
    });
    expect(chiSquareP(drawn, orders(scores, eta, sensitivity, picks))).toBeGreaterThan(ALPHA);
  });

  it("the plain rejection, its judge, has the exact law too, and a wrong one is seen", () => {
    const [, scores, eta, sensitivity] = cases[0];
    const bits = seededAsSecure("rejection");
    const drawn = Array.from({ length: 60_000 }, () => exponentialByRejection(scores, eta, sensitivity, bits));
    expect(chiSquareP(drawn, orders(scores, eta, sensitivity, 1))).toBeGreaterThan(ALPHA);
    expect(chiSquareP(drawn, orders(scores, rational(29, 12), sensitivity, 1))).toBeLessThan(ALPHA);
  });

  it("among 3 000 candidates both hit the same bands of scores", () => {
    const scores = Array.from({ length: 3000 }, (_, i) => BigInt((i * 7919) % 3000));
    const eta = rational(1, 100);
    const weights = new Map<number, number>();
    let total = 0;
    for (const s of scores) {
      const w = Math.exp(Number(s) / 200);
      total += w;
      weights.set(Math.floor(Number(s) / 100), (weights.get(Math.floor(Number(s) / 100)) ?? 0) + w);
    }
    const law = new Map([...weights].map(([band, w]) => [band, w / total]));
    const band = (pick: number): number => Math.floor(Number(scores[pick]) / 100);
    const picker = exponentialPicker(scores, eta, 1n, seededAsSecure("fast"));
    const fast = Array.from({ length: 100_000 }, () => band(picker.draw()));
    const bits = seededAsSecure("plain");
    const plain = Array.from({ length: 10_000 }, () => band(exponentialByRejection(scores, eta, 1n, bits)));
    expect(chiSquareP(fast, law)).toBeGreaterThan(ALPHA);
    expect(chiSquareP(plain, law)).toBeGreaterThan(ALPHA);
  });
});
