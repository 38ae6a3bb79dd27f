import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sdmetricsScores } from "../../src/audit/utility/sdmetrics/scores.js";
import { farApart, inPackageWords, type PackageScores, SDMETRICS, tablesOf } from "../support/utility.js";

// scores.json is what sdmetrics 0.32.0 printed for these tables through test/differential/sdmetrics_scores.py: integers, decimals, categories
// that look like numbers, booleans, dates and datetimes, with nulls, a constant, an all-null column and a category only the release has.
test("Quality and Diagnostic scores are the package's to 1e-6, every column and pair", async () => {
  const { domain, real, release } = await tablesOf(SDMETRICS("schema.json"), SDMETRICS("real.csv"), SDMETRICS("synthetic.csv"));
  const stored = JSON.parse(readFileSync(SDMETRICS("scores.json"), "utf8")) as PackageScores;
  expect(Object.keys(stored.pairs).length).toBe(45);
  expect(farApart(inPackageWords(sdmetricsScores(domain, real, release) as NonNullable<ReturnType<typeof sdmetricsScores>>), stored)).toEqual([]);
});
