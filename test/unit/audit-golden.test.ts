import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attribution } from "../../src/audit/attacks/attribution.js";
import { closeEnough } from "../../src/audit/attacks/inference.js";
import { isolates, queryTable } from "../../src/audit/attacks/query.js";
import { univariateQueries } from "../../src/audit/attacks/singling-out-queries.js";
import { takeColumns } from "../../src/audit/distance/mixed.js";
import { nearest } from "../../src/audit/distance/nearest.js";
import { mixedSpace } from "../../src/audit/distance/space.js";
import { adultColumns, dataFolder, domainOf, encode, readPlainCsv } from "../support/audit-tables.js";

const folder = dataFolder("anonymeter-fixtures");
const all = Uint32Array.from({ length: 100 }, (_, i) => i);

/** synthpop works on values: numbers are categories, as its keys and targets take them. */
function load(kind: "mixed" | "levels") {
  const [ori, syn] = ["adults_ori.csv", "adults_syn.csv"].map((name) => readPlainCsv(join(folder as string, name)));
  const declared = kind === "mixed" ? adultColumns(ori.header) : ori.header.map((name) => ({ name, kind: "category" as const }));
  const domain = domainOf(declared, [...ori.rows, ...syn.rows]);
  return { ori, syn, real: encode(domain, ori.rows), release: encode(domain, syn.rows), at: (name: string) => ori.header.indexOf(name) };
}

describe.skipIf(folder === null)("synthpop's disclosure on Anonymeter's fixtures (privacy-audit §7.2)", () => {
  test.each([
    ["sex,race,marital", "income", { UiO: 10, UiOiS: 3, repU: 3, iS: 93, DiS: 36, DiSCO: 34, DiSDiO: 21, TCAP: 36.5591, DCAP: 68.8142, CAPd: 78.5135 }],
    ["sex,race,marital", "occupation", { UiO: 10, UiOiS: 3, repU: 3, iS: 93, DiS: 5, DiSCO: 0, DCAP: 12.6023, CAPd: 27.817 }],
    ["sex,race,marital,age", "income", { UiO: 62, UiOiS: 20, repU: 12, iS: 37, DiS: 35, DiSCO: 23, DiSDiO: 20, TCAP: 62.1622, DCAP: 24.1667 }],
    ["sex,race,marital,age", "occupation", { DiSCO: 4, DiSDiO: 3, TCAP: 10.8108, DCAP: 5.8333 }],
  ] as const)("keys %s, target %s", (keys, target, expected) => {
    const { real, release, at } = load("levels");
    const a = attribution(real, null, release, keys.split(",").map(at), at(target));
    const percent = (x: number): number => (100 * x) / a.people;
    const got: Record<string, number> = {
      UiO: percent(a.unique),
      UiOiS: percent(a.uniqueInRelease),
      repU: percent(a.replicated),
      iS: percent(a.inRelease),
      DiS: percent(a.disclosed),
      DiSCO: percent(a.correct),
      DiSDiO: percent(a.correctInBoth),
      TCAP: (100 * a.correct) / a.inRelease,
      DCAP: percent(a.dcap),
      CAPd: percent(a.cap),
    };
    for (const [name, value] of Object.entries(expected)) expect(got[name], name).toBeCloseTo(value, 4);
  });

  test("uniques of the release itself: 11 of its keys, 63 with age", () => {
    const { real, release, at } = load("levels");
    const uniques = (keys: readonly string[]) => attribution(release, null, real, keys.map(at), at("income")).unique;
    expect(uniques(["sex", "race", "marital"])).toBe(11);
    expect(uniques(["sex", "race", "marital", "age"])).toBe(63);
  });
});

describe.skipIf(folder === null)("Anonymeter's attacks on its fixtures (privacy-audit §1.8)", () => {
  test("univariate singling out: 54 descriptions from the release, of which 18 fit one real row", () => {
    const { real, release } = load("mixed");
    const queries = univariateQueries(queryTable(release, all)).flat();
    expect(queries).toHaveLength(54);
    const table = queryTable(real, all);
    expect(queries.filter((query) => isolates(query, table))).toHaveLength(18);
  });

  // Anonymeter divides by the guess and we by the truth, which moves one of the hundred ages.
  test("inference of numbers within 5 %, from all other columns", () => {
    const byGuess = (truth: number, guess: number): boolean => Math.abs(guess - truth) / (guess + 1e-12) <= 0.05;
    const { ori, syn, real, release } = load("mixed");
    const space = mixedSpace([real, release]);
    const [left, right] = space.tables;
    for (const [name, theirs, ours] of [
      ["age", 11, 10],
      ["capital_gain", 84, 84],
      ["hr_per_week", 28, 28],
    ] as const) {
      const column = ori.header.indexOf(name);
      const numeric = space.numericColumns.flatMap((c, i) => (c === column ? [] : [i]));
      const categorical = space.categoricalColumns.map((_, i) => i);
      const found = nearest(takeColumns(left, numeric, categorical), takeColumns(right, numeric, categorical), 1).rows;
      const hits = (rule: typeof byGuess): number => ori.rows.filter((row, i) => rule(Number(row[column]), Number(syn.rows[found[i]][column]))).length;
      expect([hits(byGuess), hits(closeEnough)], name).toEqual([theirs, ours]);
    }
  });
});
