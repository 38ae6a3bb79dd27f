import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PolicyFile, policyFile } from "../../src/formats/policy.js";
import { type Finding, type ReportFile, verdictFile } from "../../src/formats/report.js";
import type { GateContext } from "../../src/gate/context.js";
import { decide, PROFILE_NAMES, profile } from "../../src/gate/index.js";
import { HASH, sampleContext, sampleFinding, sampleReceipt, sampleReport } from "../support/sample-report.js";

type Case = {
  name: string;
  report?: Partial<ReportFile>;
  context?: Partial<GateContext>;
  policy?: PolicyFile;
  verdict: "pass" | "fail" | "inconclusive";
  rule: string;
  outcome: string;
  says?: RegExp;
};

const now = sampleContext().now;
const budget = { fits: 1, spentEpsilon: 1, capEpsilon: 3, capDelta: 1e-9 };
const other = "0".repeat(64);
const receipt = sampleReceipt();
/** The sample's findings, those of one family changed. */
const changed = (family: Finding["family"], over: Partial<Finding>): Partial<ReportFile> => ({ findings: sampleReport().findings.map((f) => (f.family === family ? { ...f, ...over } : f)) });
const excess = (estimate: number, standardError = 0.01) => ({ excess: { estimate, standardError } });
const subject = sampleReport().subject;

const CASES: Case[] = [
  { name: "the sample passes", verdict: "pass", rule: "inference", outcome: "pass" },
  // What the gate is bound to
  { name: "another release", context: { now: { ...now, releaseSha256: other } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /another release/ },
  { name: "another model", context: { now: { ...now, modelSha256: other } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /another model/ },
  { name: "no model any more", context: { now: { ...now, modelSha256: null } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /another model/ },
  { name: "another schema", context: { now: { ...now, schemaSha256: other } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /another schema/ },
  { name: "another policy", context: { now: { ...now, policySha256: other } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /another policy/ },
  { name: "no policy at the audit", report: { subject: { ...subject, policySha256: null } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /without a policy/ },
  { name: "no ledger at the audit", report: { subject: { ...subject, ledger: null } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /no ledger/ },
  { name: "no ledger now", context: { ledgerHead: null }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /no ledger to compare/ },
  {
    name: "a report on a ledger older than its fit",
    report: { subject: { ...subject, ledger: { seq: 3, hash: HASH.head } } },
    verdict: "inconclusive",
    rule: "binding",
    outcome: "inconclusive",
    says: /older than the fit/,
  },
  { name: "a ledger cut short", context: { ledgerHead: { seq: 4, hash: HASH.ledger } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /shorter/ },
  { name: "a ledger rewritten at its end", context: { ledgerHead: { seq: 5, hash: other } }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /not the one/ },
  { name: "a ledger that lost the entry", context: { ledgerHoldsReportHead: false }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /does not hold/ },
  { name: "a ledger nobody searched", context: { ledgerHoldsReportHead: null }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /does not hold/ },
  { name: "a report that is not on record", context: { reportOnRecord: false }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /does not hold this report/ },
  { name: "a report that nobody looked up", context: { reportOnRecord: null }, verdict: "inconclusive", rule: "binding", outcome: "inconclusive", says: /does not hold this report/ },
  { name: "a receipt that the ledger does not bear out", context: { receiptOnRecord: false }, verdict: "inconclusive", rule: "provenance", outcome: "inconclusive", says: /dpsynth verify/ },
  { name: "a receipt that nobody compared", context: { receiptOnRecord: null }, verdict: "inconclusive", rule: "provenance", outcome: "inconclusive", says: /dpsynth verify/ },
  {
    name: "findings of other bytes are not weighed, even terrible ones",
    report: changed("inference", excess(0.9)),
    context: { now: { ...now, releaseSha256: other } },
    verdict: "inconclusive",
    rule: "inference",
    outcome: "inconclusive",
    says: /other files/,
  },
  { name: "test noise", report: { receipt: { ...receipt, noise: "TEST ONLY" } }, verdict: "inconclusive", rule: "provenance", outcome: "inconclusive", says: /TEST ONLY/ },
  {
    name: "somebody else's data never passes",
    report: { receipt: null, subject: { ...subject, modelSha256: null, ledger: null } },
    context: { now: { ...now, modelSha256: null }, ledgerHead: null, ledgerHoldsReportHead: null },
    verdict: "inconclusive",
    rule: "provenance",
    outcome: "inconclusive",
    says: /No receipt/,
  },
  {
    name: "somebody else's data can fail",
    report: { ...changed("inference", excess(0.5)), receipt: null, subject: { ...subject, modelSha256: null, ledger: null } },
    context: { now: { ...now, modelSha256: null }, ledgerHead: null, ledgerHoldsReportHead: null },
    verdict: "fail",
    rule: "inference",
    outcome: "fail",
  },
  // Budget
  { name: "ε of the only fit above", context: { budget: { ...budget, spentEpsilon: 3.01 } }, verdict: "fail", rule: "epsilon", outcome: "fail" },
  {
    name: "ε of the only fit at the limit, under whatever cap",
    context: { budget: { ...budget, spentEpsilon: 3, capEpsilon: 9 } },
    verdict: "pass",
    rule: "epsilon",
    outcome: "pass",
    says: /cap: ε = 9/,
  },
  { name: "ε of this fit above although the ledger says less", report: { receipt: { ...receipt, epsilon: 4 } }, verdict: "fail", rule: "epsilon", outcome: "fail" },
  {
    name: "two fits far below the limit under a cap above it",
    context: { budget: { ...budget, fits: 2, capEpsilon: 3.01 } },
    verdict: "fail",
    rule: "epsilon",
    outcome: "fail",
    says: /2 fits .*spent so far: ε = 1,/,
  },
  { name: "two fits under a cap at the limit", context: { budget: { ...budget, fits: 2 } }, verdict: "pass", rule: "epsilon", outcome: "pass", says: /its cap is what counts, ε = 3/ },
  { name: "ε not a number", context: { budget: { ...budget, spentEpsilon: Number.NaN } }, verdict: "inconclusive", rule: "epsilon", outcome: "inconclusive" },
  { name: "a cap that is no number, of two fits", context: { budget: { ...budget, fits: 2, capEpsilon: Number.NaN } }, verdict: "inconclusive", rule: "epsilon", outcome: "inconclusive" },
  { name: "ε unknown", context: { budget: null }, verdict: "inconclusive", rule: "epsilon", outcome: "inconclusive" },
  { name: "δ above", context: { budget: { ...budget, capDelta: 2e-6 } }, verdict: "fail", rule: "delta", outcome: "fail" },
  { name: "δ above a tenth of one over the units", context: { budget: { ...budget, capDelta: 9e-7 }, learnedUnits: 200_000 }, verdict: "fail", rule: "delta", outcome: "fail" },
  { name: "δ against rows where units are unknown", context: { budget: { ...budget, capDelta: 9e-7 }, learnedUnits: null, learnedRows: 200_000 }, verdict: "fail", rule: "delta", outcome: "fail" },
  { name: "δ with units and rows unknown", context: { learnedUnits: null, learnedRows: null }, verdict: "inconclusive", rule: "delta", outcome: "inconclusive" },
  {
    name: "δ zero needs no units",
    report: { receipt: { ...receipt, delta: 0 } },
    context: { budget: { ...budget, capDelta: 0 }, learnedUnits: null },
    verdict: "pass",
    rule: "delta",
    outcome: "pass",
  },
  { name: "δ unknown", context: { budget: null }, verdict: "inconclusive", rule: "delta", outcome: "inconclusive" },
  // Holdout, rows, attempts
  { name: "no holdout", context: { holdout: { units: 0, share: 0 } }, verdict: "inconclusive", rule: "holdout", outcome: "inconclusive", says: /Nothing was held out/ },
  { name: "too few held out", context: { holdout: { units: 999, share: 0.2 } }, verdict: "inconclusive", rule: "holdout", outcome: "inconclusive" },
  { name: "too small a share held out", context: { holdout: { units: 5000, share: 0.09 } }, verdict: "inconclusive", rule: "holdout", outcome: "inconclusive" },
  { name: "more rows than learnt", context: { releaseRows: 70_000 }, verdict: "fail", rule: "rows", outcome: "fail" },
  { name: "as many rows as the whole table, seven tenths of which were learnt from", context: { releaseRows: 50_004 }, verdict: "pass", rule: "rows", outcome: "pass" },
  { name: "rows learnt unknown", context: { learnedRows: null }, verdict: "inconclusive", rule: "rows", outcome: "inconclusive" },
  { name: "rows learnt zero", context: { learnedRows: 0 }, verdict: "inconclusive", rule: "rows", outcome: "inconclusive" },
  { name: "fourth attempt", context: { attempts: 4 }, verdict: "fail", rule: "attempts", outcome: "fail" },
  { name: "third attempt", context: { attempts: 3 }, verdict: "pass", rule: "attempts", outcome: "pass" },
  { name: "attempts unknown", context: { attempts: null }, verdict: "inconclusive", rule: "attempts", outcome: "inconclusive" },
  // Findings
  { name: "excess proved above", report: changed("linkability", excess(0.2)), verdict: "fail", rule: "linkability", outcome: "fail" },
  { name: "excess straddles the limit", report: changed("linkability", excess(0.085)), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /inside its interval/ },
  { name: "excess unknown", report: changed("linkability", { excess: null }), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /no control/ },
  { name: "excess not a number", report: changed("linkability", excess(Number.NaN)), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /not a number/ },
  { name: "standard error not a number", report: changed("linkability", excess(0, Number.NaN)), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /not a number/ },
  { name: "estimate null", report: changed("linkability", { estimate: null, note: "No targets." }), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /No targets/ },
  { name: "estimate NaN", report: changed("linkability", { estimate: Number.NaN }), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive" },
  { name: "no attack made", report: changed("linkability", { attacks: 0 }), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /no attack/ },
  {
    name: "too weak to decide",
    report: changed("linkability", { smallestDetectable: 0.11 }),
    verdict: "inconclusive",
    rule: "linkability",
    outcome: "inconclusive",
    says: /0\.11 at the least, and the limit needs 0\.09/,
  },
  { name: "power unknown", report: changed("linkability", { smallestDetectable: null }), verdict: "inconclusive", rule: "linkability", outcome: "inconclusive", says: /power is unknown/ },
  { name: "too weak, and yet proved above", report: changed("linkability", { ...excess(0.5), smallestDetectable: 0.11 }), verdict: "fail", rule: "linkability", outcome: "fail" },
  {
    name: "no spread claimed with few targets",
    report: changed("linkability", { ...excess(0, 0), n: 12, control: { estimate: 0, interval: [0, 0.2], n: 12 }, smallestDetectable: 0 }),
    verdict: "inconclusive",
    rule: "linkability",
    outcome: "inconclusive",
  },
  {
    name: "family missing",
    report: { findings: sampleReport().findings.filter((f) => f.family !== "inference") },
    verdict: "inconclusive",
    rule: "inference",
    outcome: "inconclusive",
    says: /no finding/,
  },
  { name: "AUC above", report: changed("membership", { estimate: 0.7, interval: [0.68, 0.72] }), verdict: "fail", rule: "membership", outcome: "fail" },
  { name: "AUC straddles", report: changed("membership", { estimate: 0.59, interval: [0.57, 0.61] }), verdict: "inconclusive", rule: "membership", outcome: "inconclusive" },
  { name: "AUC without interval", report: changed("membership", { interval: null }), verdict: "inconclusive", rule: "membership", outcome: "inconclusive", says: /no interval/ },
  {
    name: "AUC with an interval beside it",
    report: changed("membership", { estimate: 0.5, interval: [0.51, 0.52] }),
    verdict: "inconclusive",
    rule: "membership",
    outcome: "inconclusive",
    says: /interval is not one/,
  },
  {
    name: "AUC too weak",
    report: changed("membership", { smallestDetectable: 0.101 }),
    verdict: "inconclusive",
    rule: "membership",
    outcome: "inconclusive",
    says: /limit needs 0\.1$|limit needs 0\.1[^0-9]/,
  },
  { name: "copies proved", report: changed("copies", excess(0.05, 0.005)), verdict: "fail", rule: "copies", outcome: "fail" },
  { name: "a tripwire within its noise is silent", report: changed("copies", excess(0.011, 0.005)), verdict: "pass", rule: "copies", outcome: "pass", says: /silence proves nothing/ },
  { name: "a tripwire without a number is not silent", report: changed("copies", { estimate: null }), verdict: "inconclusive", rule: "copies", outcome: "inconclusive" },
  { name: "closeness only warns", report: changed("distance", excess(0.3)), verdict: "pass", rule: "distance", outcome: "warn" },
  {
    name: "above theory only warns",
    report: changed("membership", { theoryCeiling: 0.5, interval: [0.501, 0.53], estimate: 0.51 }),
    verdict: "pass",
    rule: "theory",
    outcome: "warn",
    says: /implementation/,
  },
];

describe("decide", () => {
  it.each(CASES)("$name", ({ report, context, policy, verdict, rule, outcome, says }) => {
    const v = decide(policy ?? profile("public"), { ...sampleReport(), ...report }, sampleContext(context));
    const line = v.rules.find((r) => r.id === rule)!;
    expect([line.outcome, line.reason]).toEqual([outcome, line.reason]);
    expect(v.verdict).toBe(verdict);
    if (says !== undefined) expect(line.reason).toMatch(says);
    expect(verdictFile.parse(JSON.parse(JSON.stringify(v)))).toEqual(v); // finite, and as the format says
  });

  it("fails a release that is the real table, in every profile", () => {
    const one = { estimate: 1, interval: [0.998, 1] as [number, number], attacks: 2000 };
    const copy: Partial<Record<Finding["family"], Partial<Finding>>> = {
      copies: { ...one, control: { estimate: 0.0021, interval: [0.001, 0.004], n: 2000 }, ...excess(0.9979, 0.001) },
      distance: { ...one, ...excess(0.5, 0) },
      membership: { ...one, ...excess(0.5, 0) },
      linkability: { ...one, control: { estimate: 0.013, interval: [0.009, 0.019], n: 2000 }, ...excess(0.987, 0.003) },
      inference: { ...one, control: { estimate: 0.55, interval: [0.53, 0.57], n: 2000 }, ...excess(0.45, 0.011) },
    };
    const report = { ...sampleReport(), findings: sampleReport().findings.map((f) => ({ ...f, ...copy[f.family] })) };
    for (const name of PROFILE_NAMES) {
      const v = decide(profile(name), report, sampleContext());
      expect(v.verdict).toBe("fail");
      const outcome = (id: string) => v.rules.find((r) => r.id === id)!.outcome;
      for (const id of ["membership", "linkability", "inference"]) expect(outcome(id)).toBe("fail");
      expect(outcome("copies")).toBe(name === "internal" ? "warn" : "fail");
      expect(outcome("distance")).toBe("warn");
    }
  });

  it("an empty report never passes", () => {
    for (const name of PROFILE_NAMES) expect(decide(profile(name), { ...sampleReport(), findings: [] }, sampleContext()).verdict).toBe("inconclusive");
  });

  it("corrects for the number of findings in the family", () => {
    // One finding whose 95 % bound is just inside; nineteen harmless ones beside it widen its bound past the limit.
    const close = sampleFinding({ id: "close", family: "linkability", ...excess(0.09 - 1.7 * 0.01) });
    const harmless = Array.from({ length: 19 }, (_, i) => sampleFinding({ id: `h${i}`, family: "linkability", ...excess(-0.2) }));
    const rest = sampleReport().findings.filter((f) => f.family !== "linkability");
    const outcome = (findings: Finding[]) => decide(profile("public"), { ...sampleReport(), findings }, sampleContext()).rules.find((r) => r.id === "linkability")!.outcome;
    expect(outcome([...rest, close])).toBe("pass");
    expect(outcome([...rest, close, ...harmless])).toBe("inconclusive");
    const above = sampleFinding({ id: "above", family: "linkability", ...excess(0.09 + 1.7 * 0.01) });
    expect(outcome([...rest, above])).toBe("fail");
    expect(outcome([...rest, above, ...harmless])).toBe("inconclusive");
  });

  it("Holm steps down: a second finding fails at a level Bonferroni would not grant", () => {
    // z for α/2 is 1.960, for α 1.645: 1.8 standard errors above the limit fail only after a clearer one has.
    const at = (id: string, z: number) => sampleFinding({ id, family: "linkability", ...excess(0.09 + z * 0.01) });
    const rest = sampleReport().findings.filter((f) => f.family !== "linkability");
    const outcomes = (...fs: Finding[]) =>
      decide(profile("public"), { ...sampleReport(), findings: [...rest, ...fs] }, sampleContext())
        .rules.find((r) => r.id === "linkability")!
        .findings.map((f) => f.outcome);
    expect(outcomes(at("a", 5), at("b", 1.8))).toEqual(["fail", "fail"]);
    expect(outcomes(at("a", 1.9), at("b", 1.8))).toEqual(["inconclusive", "inconclusive"]);
  });

  it("bounds are the one-sided normal ones", () => {
    const v = decide(profile("public"), { ...sampleReport(), ...changed("linkability", excess(0.02, 0.01)) }, sampleContext());
    const [f] = v.rules.find((r) => r.id === "linkability")!.findings;
    expect(f.upper).toBeCloseTo(0.02 + 1.6448536269514722 * 0.01, 9);
    expect(f.lower).toBeCloseTo(0.02 - 1.6448536269514722 * 0.01, 9);
  });
});

const RANK = { pass: 0, inconclusive: 1, fail: 2 };
const aFinding = fc.record({
  family: fc.constantFrom("linkability" as const, "inference" as const, "copies" as const, "membership" as const),
  excess: fc.double({ min: -0.3, max: 0.6, noNaN: true }),
  error: fc.double({ min: 0, max: 0.05, noNaN: true }),
  estimate: fc.double({ min: 0.3, max: 0.8, noNaN: true }),
  half: fc.double({ min: 0, max: 0.1, noNaN: true }),
  power: fc.option(fc.double({ min: 0, max: 0.2, noNaN: true })),
});

describe("worse findings", () => {
  it("never improve the verdict, nor any rule", () => {
    const build = (a: typeof aFinding extends fc.Arbitrary<infer T> ? T : never, i: number, worse: number): Finding =>
      sampleFinding({
        id: `f${i}`,
        family: a.family,
        measure: a.family === "membership" ? "auc" : "rate",
        estimate: a.estimate + worse,
        interval: [a.estimate + worse - a.half, a.estimate + worse + a.half],
        excess: { estimate: a.excess + worse, standardError: a.error },
        smallestDetectable: a.power,
      });
    fc.assert(
      fc.property(fc.array(aFinding, { minLength: 1, maxLength: 8 }), fc.nat(), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.constantFrom(...PROFILE_NAMES), (list, pick, worse, name) => {
        const verdict = (shift: number) => decide(profile(name), { ...sampleReport(), findings: list.map((a, i) => build(a, i, i === pick % list.length ? shift : 0)) }, sampleContext());
        const before = verdict(0);
        const after = verdict(worse);
        expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
        const rank = { pass: 0, warn: 1, inconclusive: 1, fail: 2 };
        before.rules.forEach((r, i) => {
          expect(rank[after.rules[i].outcome]).toBeGreaterThanOrEqual(rank[r.outcome]);
        });
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it("losing any number never turns a verdict into a pass", () => {
    const holes: Partial<Finding>[] = [
      { estimate: null },
      { interval: null, excess: null },
      { attacks: 0 },
      { n: 0 },
      { smallestDetectable: null, interval: null },
      { excess: { estimate: Number.NaN, standardError: 0 }, interval: [Number.NaN, Number.NaN] },
    ];
    for (const f of sampleReport().findings.filter((g) => g.family !== "distance" && !g.measure.startsWith("tpr"))) {
      for (const hole of holes) {
        if (f.family === "copies" && hole.smallestDetectable === null) continue; // a tripwire needs no power
        const findings = sampleReport().findings.map((g) => (g.id === f.id ? { ...g, ...hole } : g));
        expect(decide(profile("public"), { ...sampleReport(), findings }, sampleContext()).verdict).toBe("inconclusive");
      }
    }
  });
});

describe("profiles", () => {
  it("are valid policies, each stricter than the next", () => {
    for (const name of PROFILE_NAMES) expect(policyFile.parse(JSON.parse(JSON.stringify(profile(name))))).toEqual(profile(name));
    const limits = PROFILE_NAMES.map((n) => profile(n).rules.flatMap((r) => ("limit" in r ? [r.limit] : [])));
    for (let i = 0; i < limits[0].length; i += 1) {
      expect(limits[0][i]).toBeLessThanOrEqual(limits[1][i]);
      expect(limits[1][i]).toBeLessThanOrEqual(limits[2][i]);
    }
  });
});
