import { describe, expect, it } from "vitest";
import { rational, toDouble } from "../../src/base/rational.js";
import { gaussianDpPrice } from "../../src/curator/accounting/gaussian-dp.js";
import type { Domain } from "../../src/domain/column.js";
import { pickPrice } from "../../src/domain/pick-price.js";
import { METHODS, type Method } from "../../src/formats/method.js";
import { fitModel } from "../../src/synth/fit-model.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { openDoor } from "../support/open-door.js";
import { randomTable } from "../support/tables.js";
import { seededNoise } from "../support/test-noise.js";

const methods = METHODS.filter((name): name is Method => name !== "auto");
const ofUnits = (table: EncodedTable, maxRows: number): EncodedTable => ({
  ...table,
  domain: { ...table.domain, maxRows, unit: { kind: "person", column: "id", maxRows, source: "public" } } as unknown as Domain,
});

/** Part of what was reserved that the fit's events cost, as Gaussian differential privacy. */
async function used(method: Method, table: EncodedTable, epsilon: number, delta = 1e-9): Promise<number> {
  const { door, reserved, committed } = openDoor(table, seededNoise(`alone ${epsilon}`), { epsilon, delta, alone: true });
  const model = await fitModel(method, door, table.domain, undefined);
  const [{ events, price }] = committed;
  expect(price).toEqual(reserved);
  expect(model.receipt.ownPrice).toMatchObject({ by: "gaussian-dp", closesLedger: true });
  return toDouble(gaussianDpPrice(events)) / (Number(reserved.rhoFemto) / 1e15);
}

describe("a fit counted as Gaussian differential privacy", () => {
  const SHAPES = [[4], [2, 3], [3, 20, 2, 7, 40], Array.from({ length: 9 }, (_, i) => 2 + (i % 3))];
  it.each(methods.flatMap((method) => [0.003, 0.1, 1, 10, 31].map((epsilon) => [method, epsilon] as const)))("%s at epsilon %d stays within its budget on every table", async (method, epsilon) => {
    for (const sizes of SHAPES) {
      for (const rows of [0, 1, 700]) expect(await used(method, randomTable(sizes, rows, "alone"), epsilon)).toBeLessThanOrEqual(1);
    }
  });

  it.each(methods)("%s uses all of it where there is something to use it on", async (method) => {
    expect(await used(method, randomTable([3, 20, 2, 7, 5, 4], 4000, "alone"), 1)).toBeGreaterThan(0.999);
  });

  it.each(methods)("%s protects units of several rows", async (method) => {
    expect(await used(method, ofUnits(randomTable([3, 20, 2, 7], 4000, "units"), 3), 1)).toBeLessThanOrEqual(1);
    expect(await used(method, ofUnits(randomTable([3, 20, 2, 7], 4000, "units"), 200), 1)).toBeLessThanOrEqual(1);
  });
});

describe("the price of picks in a row", () => {
  it("grows with their number: fewer candidates than picks never cost more", () => {
    const price = (times: number): number => toDouble(pickPrice(rational(1n, 10n), times) as NonNullable<ReturnType<typeof pickPrice>>);
    for (let n = 1; n < 400; n += 1) expect(price(n)).toBeLessThan(price(n + 1));
  });
});
