import { expect, test } from "vitest";
import { oddsSentence } from "../../src/cli/words.js";

test("how sure an attacker can be at most is rounded up, never down", () => {
  const said = (epsilon: number): number => Number(/at most ([\d.]+) % sure/.exec(oddsSentence(epsilon))?.[1]);
  expect(said(1)).toBe(73.2);
  expect(said(0)).toBe(50);
  for (let epsilon = 0; epsilon < 12; epsilon += 0.01) {
    const exact = 100 / (1 + Math.exp(-epsilon));
    expect(said(epsilon)).toBeGreaterThanOrEqual(exact - 1e-9);
    expect(said(epsilon)).toBeLessThanOrEqual(exact + (exact >= 99.9 ? 0.0011 : 0.11));
  }
});
