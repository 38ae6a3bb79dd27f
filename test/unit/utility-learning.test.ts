import { describe, expect, test } from "vitest";
import { rocAuc } from "../../src/audit/stats/auc.js";
import { pairedAuc } from "../../src/audit/utility/auc-bootstrap.js";
import { seededBits } from "../../src/base/random.js";
import { utility } from "../../src/formats/report.js";
import { domainOf, encode } from "../support/audit-tables.js";
import { utilityOf } from "../support/utility.js";

const split = (scores: Float64Array, truth: Uint8Array) =>
  rocAuc(
    scores.filter((_, i) => truth[i] === 1),
    scores.filter((_, i) => truth[i] === 0),
    0.95,
  );

function scored(n: number, seed: string): { truth: Uint8Array; a: Float64Array; b: Float64Array } {
  const bits = seededBits(seed);
  const truth = Uint8Array.from({ length: n }, () => (bits.uniform() < 0.4 ? 1 : 0));
  const a = Float64Array.from(truth, (t) => Math.round(8 * (t * 0.5 + bits.uniform()))); // with ties
  return { truth, a, b: a.map((score) => score + 3 * bits.uniform()) };
}

describe("pairedAuc", () => {
  const { truth, a, b } = scored(1500, "paired");

  test("estimates are the rank statistic's, intervals about DeLong's, and the difference is tighter than of unpaired ones", () => {
    const found = pairedAuc(a, b, truth, undefined, 0.95, seededBits("boot"));
    const [x, y] = [split(a, truth), split(b, truth)];
    expect(found?.first.estimate).toBe(x?.auc);
    expect(found?.second.estimate).toBe(y?.auc);
    const width = ([low, high]: readonly number[]): number => high - low;
    // 400 draws know a percentile's place within some 10 %
    expect(width(found?.first.interval as number[]) / width(x?.interval as number[])).toBeCloseTo(1, 0.5);
    expect(width(found?.difference.interval as number[])).toBeLessThan(0.7 * Math.hypot(width(x?.interval as number[]), width(y?.interval as number[])));
  });

  test("a person's rows are drawn together: two copies of everybody tell no more than one", () => {
    const twice = (column: Float64Array): Float64Array => Float64Array.from({ length: 2 * column.length }, (_, i) => column[i >> 1]);
    const units = Uint32Array.from({ length: 2 * a.length }, (_, i) => i >> 1);
    const width = (found: ReturnType<typeof pairedAuc>): number => (found?.first.interval[1] ?? 0) - (found?.first.interval[0] ?? 0);
    const once = width(pairedAuc(a, b, truth, undefined, 0.95, seededBits("c")));
    const [da, db, dt] = [twice(a), twice(b), Uint8Array.from(twice(Float64Array.from(truth)))];
    expect(width(pairedAuc(da, db, dt, units, 0.95, seededBits("c"))) / once).toBeCloseTo(1, 0.5);
    expect(width(pairedAuc(da, db, dt, undefined, 0.95, seededBits("c"))) / once).toBeLessThan(0.85);
  });

  test("equal scores differ by exactly nothing; perfect scores of few people are no certainty; one class alone says nothing", () => {
    expect(pairedAuc(a, a, truth, undefined, 0.95, seededBits("d"))?.difference).toEqual({ estimate: 0, interval: [0, 0] });
    const perfect = pairedAuc(Float64Array.of(0, 0, 1, 2), Float64Array.of(0, 1, 2, 3), Uint8Array.of(0, 0, 1, 1), undefined, 0.95, seededBits("e"));
    expect(perfect?.first.estimate).toBe(1);
    expect(perfect?.first.interval[0]).toBeLessThan(0.9);
    expect(perfect?.difference.interval[0]).toBeLessThan(-0.1);
    expect(pairedAuc(a, b, new Uint8Array(a.length), undefined, 0.95, seededBits("f"))).toBeNull();
  });
});

const DECLARED = [
  { name: "x", kind: "number" as const },
  { name: "group", kind: "category" as const, role: "quasi-identifier" as const },
  { name: "sick", kind: "category" as const, role: "sensitive" as const },
  { name: "town", kind: "category" as const },
];

/** x drives `sick`; 88 % are of group "many", 10 % of "few", 2 % of "rare". `broken`: in "few", x says nothing and town is another. */
function people(n: number, seed: string, broken = false): string[][] {
  const bits = seededBits(seed);
  return Array.from({ length: n }, () => {
    const [x, of] = [bits.below(100), bits.uniform()];
    const group = of < 0.88 ? "many" : of < 0.98 ? "few" : "rare";
    const scrambled = broken && group === "few";
    return [`${scrambled ? bits.below(100) : x}`, group, bits.uniform() < x / 100 ? "yes" : "no", scrambled ? "t9" : `t${bits.below(4)}`];
  });
}

describe("usefulness of a release that is bad about one group only", async () => {
  const [train, holdout, bad] = [people(3000, "train"), people(4000, "holdout"), people(3000, "release", true)];
  const domain = domainOf(DECLARED, [...train, ...holdout, ...bad]);
  const real = encode(domain, [...train, ...holdout], { parts: Uint8Array.from({ length: 7000 }, (_, i) => (i < 3000 ? 0 : 1)) });
  const found = await utilityOf(real, encode(domain, bad));
  const groups = new Map(found.subgroups?.columns[0].groups.map((group) => [group.label, group]));

  test("the group is named, its excess far from chance and the others' near it", () => {
    expect(found.subgroups?.declared).toBe(true);
    expect(groups.get("few")?.excessInterval?.[0]).toBeGreaterThan(0.2);
    expect(Math.abs(groups.get("many")?.excess as number)).toBeLessThan(0.02);
  });

  test("a model trained on the release serves it worse, and the others as well as before", () => {
    expect(groups.get("many")?.learning?.interval[1]).toBeGreaterThan(-0.02);
    expect(groups.get("few")?.learning?.difference).toBeLessThan((groups.get("many")?.learning?.difference as number) + 0.05);
    expect(groups.get("few")?.learning?.n).toBe(holdout.filter((row) => row[1] === "few").length);
  });

  test("a group below 50 people is named as too small and gets no error", () => {
    const few = encode(
      domain,
      train.filter((row, i) => row[1] !== "rare" || i < 300),
    );
    return utilityOf(few, encode(domain, bad)).then((other) => {
      const rare = other.subgroups?.columns[0].groups.find((group) => group.label === "rare");
      expect(rare?.tooSmall).toBe(`${train.filter((row, i) => row[1] === "rare" && i < 300).length} rows to compare with`);
      expect([rare?.tvd, rare?.excessInterval]).toEqual([null, null]);
    });
  });

  test("pMSE sees it, and sees nothing between two samples of one population", async () => {
    for (const entry of found.propensity) {
      expect(entry.ratio, entry.learner).toBeGreaterThan(3);
      expect(entry.unseenRatio, entry.learner).toBeGreaterThan(0.3);
      expect(entry.unseenRatio, entry.learner).toBeLessThan(1.9);
    }
  });

  test("a release whose target never varies teaches nothing: one half, and no smaller a loss", async () => {
    const dull = await utilityOf(
      real,
      encode(
        domain,
        bad.map(([x, group, , town]) => [x, group, "no", town]),
      ),
      { predict: "sick" },
    );
    expect(dull.learning.length).toBe(2);
    for (const entry of dull.learning) expect([entry.tstr, (entry.differenceInterval as number[])[1] < -0.2, entry.target.startsWith("sick is")]).toEqual([0.5, true, true]);
  });

  test("any column can be predicted", async () => {
    expect((await utilityOf(real, encode(domain, bad), { predict: "x" })).learning.map((entry) => entry.target)).toEqual(["x is above its middle", "x is above its middle"]);
  });
});

// Ratios of 20 pairs of samples of one population; their mean's standard error is about .04 (13 coefficients: √(2/13)/√20 ≈ .09 at most).
test("pMSE's expectation is what samples of one population show on average", async () => {
  const ratios: number[][] = [[], []];
  for (let r = 0; r < 20; r += 1) {
    const [one, two] = [people(600, `one ${r}`), people(600, `two ${r}`)];
    const domain = domainOf(DECLARED, [...one, ...two]);
    const { propensity } = await utilityOf(encode(domain, one), encode(domain, two));
    propensity.forEach((entry, i) => {
      ratios[i].push(entry.ratio as number);
    });
  }
  for (const of of ratios) expect(of.reduce((a, b) => a + b, 0) / of.length).toBeCloseTo(1, 0.55); // within .14
});

describe("tables that say nothing", () => {
  const domain = domainOf(DECLARED, people(50, "domain"));
  const rows = (n: number) => encode(domain, people(n, "domain").slice(0, n));
  const parts = (table: ReturnType<typeof rows>, holdout: number) => ({ ...table, parts: Uint8Array.from({ length: table.rows }, (_, i) => (i < holdout ? 1 : 0)) });
  test.each([
    ["nothing at all", 0, 0, 0],
    ["no real rows", 0, 0, 40],
    ["no released rows", 40, 5, 0],
    ["one row each", 2, 1, 1],
    ["no train part", 40, 40, 40],
    ["five held out", 50, 5, 50],
  ])("%s: a report that keeps to its format", async (_, real, holdout, released) => {
    const found = await utilityOf(parts(rows(real), holdout), rows(released), { compat: ["sdmetrics", "nist"] });
    expect(utility.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  test.each([
    ["one value", (row: string[]) => ["5", "many", "yes", "t1", row[0]].slice(0, 4)],
    ["all null", () => ["", "", "", ""]],
  ])("%s: nothing differs, nothing is learnt", async (_, of) => {
    const same = encode(domain, people(50, "domain").map(of as (row: string[]) => string[]));
    const found = await utilityOf(parts(same, 20), same, { compat: ["sdmetrics", "nist"] });
    expect([found.similarity[1].release, found.learning, found.associationChange]).toEqual([0, [], []]);
    expect(found.propensity.every((entry) => entry.ratio === null)).toBe(true);
    expect(utility.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });
});
