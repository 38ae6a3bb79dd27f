import { expect, it } from "vitest";
import type { StatedReceipt } from "../../src/formats/ledger.js";
import { decide, profile } from "../../src/gate/index.js";
import { sampleContext, sampleReceipt, sampleReport } from "../support/sample-report.js";

const claim: StatedReceipt = {
  version: 1,
  statement: "noise and price stated by others, unverified",
  dataset: "people",
  method: "from-marginals",
  source: "Office, table 12",
  epsilon: 0,
  delta: 0,
  unit: null,
  note: null,
  tables: 3,
  marginalsSha256: "a".repeat(64),
  shareLearned: 1,
};

// ε = 0 is below every limit: were the claim weighed at all, it would pass
it.each([
  ["alone", null],
  ["beside a receipt that the ledger bears out", sampleReceipt()],
])("a claim %s never meets a rule that needs an ε or δ", (_, receipt) => {
  const verdict = decide(profile("internal"), sampleReport({ receipt, claim }), sampleContext());
  expect(verdict.verdict).not.toBe("pass");
  for (const id of ["provenance", "epsilon", "delta"]) {
    const rule = verdict.rules.find((r) => r.id === id);
    expect(rule?.outcome).toBe("inconclusive");
    expect([rule?.measured, rule?.bound]).toEqual([null, null]);
    expect(rule?.reason).toMatch(/ε = 0 at δ = 0,? .*(unverified|not weighed)|unverified/);
  }
});
