import { describe, expect, test } from "vitest";
import { rational } from "../../src/base/rational.js";
import { METHODS } from "../../src/formats/method.js";
import { planFit } from "../../src/synth/plan.js";
import { categoricalDomain } from "../support/tables.js";

const TABLES = { "one code in one column": [1, 6, 4], "one code in each": [1, 1, 1], "one column of one code": [1], "100,000 codes": [100_000, 2, 6] };

describe("planning a fit of an awkward table", () => {
  test.each(Object.entries(TABLES).flatMap(([name, sizes]) => [0, 1, 10, undefined].map((rows) => ({ name, sizes, rows }))))("$name, $rows rows", ({ sizes, rows }) => {
    for (const method of METHODS.filter((m) => m !== "auto"))
      for (const budget of [rational(1n, 10n ** 9n), rational(1n, 60n), rational(1000n)]) {
        const plan = planFit(method, categoricalDomain(sizes), "zcdp", budget, rows);
        expect(plan.oneWay.map((m) => m.columns.length)).toEqual(sizes.map(() => 1));
        for (const { sigma, expectedTvd } of [...plan.oneWay, ...plan.pairs]) {
          expect(sigma).toBeGreaterThan(0);
          expect(Number.isFinite(sigma)).toBe(true);
          if (expectedTvd !== null) expect(expectedTvd).toBeGreaterThanOrEqual(0);
        }
        for (const n of [plan.pairsMeasured, plan.selections, plan.modelCellsMax, plan.memoryMegabytes, plan.seconds]) expect(Number.isFinite(n) && n >= 0).toBe(true);
      }
  });
});
