import type { PolicyRule } from "../formats/policy.js";
import type { VerdictFile } from "../formats/report.js";

export type RuleVerdict = VerdictFile["rules"][number];
export type Outcome = RuleVerdict["outcome"];

type Numbers = Partial<Pick<RuleVerdict, "measured" | "bound" | "limit" | "family" | "basis" | "findings">>;

/** A rule's line in the verdict. A rule that only warns turns fail and inconclusive into `warn`; numbers that are not finite become null. */
export function conclude(rule: Pick<PolicyRule, "id" | "title" | "source" | "severity">, outcome: "pass" | "fail" | "inconclusive", reason: string, numbers: Numbers = {}): RuleVerdict {
  const finite = (x: number | null | undefined): number | null => (x !== undefined && x !== null && Number.isFinite(x) ? x : null);
  return {
    id: rule.id,
    title: rule.title,
    outcome: rule.severity === "warn" && outcome !== "pass" ? "warn" : outcome,
    measured: finite(numbers.measured),
    bound: finite(numbers.bound),
    limit: finite(numbers.limit),
    reason,
    source: rule.source,
    family: numbers.family ?? null,
    basis: numbers.basis ?? "fact",
    findings: (numbers.findings ?? []).map((f) => ({ ...f, measured: finite(f.measured), lower: finite(f.lower), upper: finite(f.upper) })),
  };
}

/** A number for a sentence: at most three significant digits. */
export function shown(x: number): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(3))) : "unknown";
}
