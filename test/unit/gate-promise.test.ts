import { describe, expect, it } from "vitest";
import { decide, PROFILE_NAMES, profile } from "../../src/gate/index.js";
import { sampleContext, sampleFinding, sampleReport } from "../support/sample-report.js";

const tested = (estimate: number | null, theoryCeiling: number | null) =>
  sampleFinding({ id: "empirical-epsilon-mst", family: "mechanism", measure: "epsilon-lower", estimate, theoryCeiling, interval: null, control: null, excess: null, level: 0.999 });

const verdictWith = (name: (typeof PROFILE_NAMES)[number], ...findings: ReturnType<typeof tested>[]) =>
  decide(profile(name), sampleReport({ findings: [...sampleReport().findings, ...findings] }), sampleContext());
const promise = (v: ReturnType<typeof decide>) => v.rules.find((r) => r.id === "empirical-epsilon");

describe("a lower bound of ε at the gate", () => {
  it.each(PROFILE_NAMES)("above the promise fails under %s", (name) => {
    const verdict = verdictWith(name, tested(0.4, 1), tested(1.001, 1));
    expect(verdict.verdict).toBe("fail");
    expect(promise(verdict)).toMatchObject({ outcome: "fail", measured: 1.001, limit: 1 });
    expect(promise(verdict)?.reason).toMatch(/99\.9 % sure/);
  });

  it("below it changes nothing", () => {
    const without = decide(profile("public"), sampleReport(), sampleContext());
    const verdict = verdictWith("public", tested(0, 1), tested(0.9, 1));
    expect(promise(without)).toBeUndefined();
    expect(verdict.verdict).toBe(without.verdict);
    expect(promise(verdict)).toMatchObject({ outcome: "pass", measured: 0.9 });
  });

  it("is not decided without numbers, and a missing number does not hide a broken promise", () => {
    expect(promise(verdictWith("public", tested(null, 1)))).toMatchObject({ outcome: "inconclusive" });
    expect(promise(verdictWith("public", tested(0.5, null)))).toMatchObject({ outcome: "inconclusive" });
    expect(promise(verdictWith("public", tested(null, 1), tested(2, 1)))).toMatchObject({ outcome: "fail" });
  });
});
