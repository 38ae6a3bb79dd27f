import { expect, test } from "vitest";
import { normalQuantile } from "../../src/base/normal.js";

test("the normal quantile has the published values, is infinite at the ends and NaN outside", () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
  expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 9);
  expect(normalQuantile(0.999)).toBeCloseTo(3.090232306167813, 9);
  expect(normalQuantile(1 - 1e-9)).toBeCloseTo(5.997807015007686, 6);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  for (const p of [-1, 2, Number.NaN]) expect(normalQuantile(p)).toBeNaN();
});
