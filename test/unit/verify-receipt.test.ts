import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { receiptChecks } from "../../src/app/receipt-check.js";
import { priceOf } from "../../src/curator/accounting/price.js";
import type { PrivacyEvent } from "../../src/formats/event.js";
import { bodySha256, isPaid, modelFile, type PaidModel } from "../../src/formats/model.js";

const golden = paid(modelFile.parse(JSON.parse(readFileSync("fixtures/golden/people.model.json", "utf8"))));

function paid(model: ReturnType<typeof modelFile.parse>): PaidModel {
  if (!isPaid(model)) throw new Error("the golden model has no receipt of ours");
  return model;
}

const gaussian = (query: string, sigma2 = "1000000"): PrivacyEvent => ({ type: "discrete-gaussian", query, sigma2, l2Sensitivity: 1 });
const laplace = (query: string, scale: string): PrivacyEvent => ({ type: "discrete-laplace", query, scale, l1Sensitivity: 1 });
const table = (columns: string[], shape: number[], over: Partial<PaidModel["measurements"][number]> = {}): PaidModel["measurements"][number] => ({
  columns,
  shape,
  noise: "discrete-gaussian",
  variance: "1000000",
  counts: [],
  ...over,
});

function failed(model: PaidModel): string[] {
  return receiptChecks(model)
    .filter((c) => !c.ok)
    .map((c) => c.name);
}

/** The golden model with these events, priced as they cost, and these measurements. */
function withEvents(events: PrivacyEvent[], measurements: PaidModel["measurements"], over: Partial<PaidModel["receipt"]> = {}): PaidModel {
  return { ...golden, measurements, receipt: { ...golden.receipt, events, price: priceOf(events), ...over } };
}

describe("a receipt by itself", () => {
  it("of an honest model agrees with it", () => {
    expect(failed(golden)).toEqual([]);
  });

  it("is charged for what a unit may contribute", () => {
    const schema = { ...golden.schema, dpsynth: { ...golden.schema.dpsynth, privacyUnit: { kind: "person" as const, column: "id", maxRows: 3, source: "public" as const } } };
    const person: PaidModel = { ...golden, schema, receipt: { ...golden.receipt, unit: { kind: "person", maxRows: 3 } } };
    expect(failed(person)).toContain("unit");
  });

  it("has no place for tables that others measured", () => {
    expect(failed({ ...golden, stated: [{ columns: ["sex"], shape: [3], cells: [0], counts: [5], sigma: 1 }] })).toEqual(["measurements"]);
  });

  it("has no price where an event has none", () => {
    expect(failed({ ...golden, receipt: { ...golden.receipt, events: [gaussian("marginal(sex)", "-1")] } })).toContain("price");
  });

  it.each<[string, Partial<PaidModel["receipt"]>]>([
    ["0", { epsilon: 0 }],
    ["below 0", { epsilon: -1 }],
    ["with a delta of 1", { delta: 1 }],
    ["with a delta below 0", { delta: -1e-9 }],
    ["a millionth too small", { epsilon: 1 - 1e-6 }],
  ])("does not hold with an epsilon %s", (_, over) => {
    expect(failed({ ...golden, receipt: { ...golden.receipt, ...over } })).toEqual(["epsilon"]);
  });

  it("shares delta between thresholds and the rest as the price does", () => {
    const threshold: PrivacyEvent = { type: "threshold", query: "values(town)", sigma2: "10000", l2Sensitivity: 1, threshold: 900, delta: "1/4000000000" };
    const price = priceOf([threshold]);
    expect(failed(withEvents([threshold], []))).toEqual([]);
    expect(failed(withEvents([threshold], [], { epsilon: 0.05 }))).toEqual(["epsilon"]);
    expect(failed(withEvents([threshold], [], { delta: Number(`${price.deltaAtto}e-18`) }))).toEqual(["epsilon"]);
  });
});

describe("measurements and events", () => {
  const backed = (events: PrivacyEvent[], measurements: PaidModel["measurements"]): boolean => !failed(withEvents(events, measurements)).includes("measurements");

  it("match one to one, in any order", () => {
    const events = [gaussian("marginal(sex)"), gaussian("marginal(age, sex)"), gaussian("marginal(sex)")];
    expect(backed(events, [table(["age", "sex"], [73, 3]), table(["sex"], [3])])).toBe(true);
    expect(backed(events.slice(0, 2), [table(["sex"], [3]), table(["sex"], [3])])).toBe(false);
    expect(backed(events, [table(["sex", "age"], [3, 73])])).toBe(false);
    expect(backed([gaussian("values(sex)")], [table(["sex"], [3])])).toBe(false);
  });

  it("match by groups, and by names that hold commas and brackets", () => {
    expect(backed([gaussian("marginal(age in 9 groups, sex in 3 groups)")], [table(["age", "sex"], [9, 3])])).toBe(true);
    expect(backed([gaussian("marginal(age in 9 groups)")], [table(["age"], [8])])).toBe(false);
    expect(backed([gaussian("marginal(a, b), c in 4 groups)")], [table(["a, b)", "c"], [2, 4])])).toBe(true);
    expect(backed([gaussian("marginal(a, b)")], [table(["a"], [2])])).toBe(false);
    expect(backed([gaussian("marginal()")], [table([], [])])).toBe(true);
    const coarse = table(["age", "sex"], [2, 3], {
      groups: [
        [0, 0, 1],
        [0, 1, 2],
      ],
    });
    for (const query of ["marginal(age in 2 groups, sex)", "marginal(age in 2 groups, sex in 3 groups)"]) expect(backed([gaussian(query)], [coarse])).toBe(true);
    expect(backed([gaussian("marginal(age, sex)")], [coarse])).toBe(false); // age is not as it is
    const parts = table(["age", "sex"], [2, 2], { parts: [0, 1, 1, 1], counts: [5, 6] });
    expect(backed([gaussian("marginal(age in 2 groups, sex in 2 groups) in 2 parts")], [parts])).toBe(true);
    for (const query of ["marginal(age in 2 groups, sex in 2 groups)", "marginal(age in 2 groups, sex in 2 groups) in 3 parts"]) expect(backed([gaussian(query)], [parts])).toBe(false);
    expect(backed([gaussian("marginal(age in 2 groups) in 2 parts")], [table(["age"], [2])])).toBe(false);
  });

  it("match by kind of noise and variance, as numbers", () => {
    expect(backed([gaussian("marginal(sex)", "2000000/2")], [table(["sex"], [3])])).toBe(true);
    expect(backed([laplace("marginal(sex)", "10")], [table(["sex"], [3], { noise: "discrete-laplace", variance: "200" })])).toBe(true);
    expect(backed([laplace("marginal(sex)", "10")], [table(["sex"], [3], { variance: "200" })])).toBe(false);
    expect(backed([laplace("marginal(sex)", "10")], [table(["sex"], [3], { noise: "discrete-laplace", variance: "199" })])).toBe(false);
  });
});

describe("the body hash", () => {
  it("is of everything but the receipt and the editor's key", () => {
    const hash = bodySha256(golden);
    expect(bodySha256({ ...golden, $schema: "model.schema.json", receipt: { ...golden.receipt, fit: "another" } })).toBe(hash);
    expect(bodySha256(modelFile.parse(JSON.parse(JSON.stringify(golden))))).toBe(hash);
    expect(bodySha256({ ...golden, total: golden.total + 1 })).not.toBe(hash);
    expect(bodySha256({ ...golden, method: "another" })).not.toBe(hash);
  });
});
