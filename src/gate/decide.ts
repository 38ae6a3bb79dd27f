import type { PolicyFile, PolicyRule } from "../formats/policy.js";
import type { ReportFile, VerdictFile } from "../formats/report.js";
import { weighBinding, weighProvenance } from "./binding.js";
import type { GateContext } from "./context.js";
import { weighAttempts, weighCeiling, weighDelta, weighEpsilon, weighHoldout, weighRowsRatio } from "./facts.js";
import { conclude, type RuleVerdict } from "./rule-verdict.js";
import { weighFamily } from "./weigh-family.js";
import { weighPromise } from "./weigh-promise.js";

/**
 * Policy × report × present state → verdict, a pure function. Any blocking fail fails; else any blocking inconclusive is
 * inconclusive; else it passes. Findings of a report that speaks of other files are not weighed at all.
 */
export function decide(policy: PolicyFile, report: ReportFile, context: GateContext): VerdictFile {
  const binding = weighBinding(report, context);
  const bound = binding.outcome === "pass";
  const rules = [weighProvenance(report, context), binding, ...weighPromise(report.findings), ...policy.rules.map((rule) => weigh(rule, report, context, bound))];
  return {
    format: "dpsynth-verdict",
    version: 1,
    verdict: overall(rules),
    policy: policy.name,
    attempts: context.attempts === null ? null : { audits: report.attempts.audits, gates: context.attempts },
    rules,
    subject: {
      releaseSha256: context.now.releaseSha256,
      modelSha256: context.now.modelSha256,
      schemaSha256: context.now.schemaSha256,
      policySha256: context.now.policySha256,
      ledgerSha256: context.ledgerHead?.hash ?? null,
    },
  };
}

function weigh(rule: PolicyRule, report: ReportFile, context: GateContext, bound: boolean): RuleVerdict {
  switch (rule.kind) {
    case "epsilon-at-most":
      return weighEpsilon(rule, report, context);
    case "delta-at-most":
      return weighDelta(rule, report, context);
    case "holdout-at-least":
      return weighHoldout(rule, report, context);
    case "rows-ratio-at-most":
      return weighRowsRatio(rule, report, context);
    case "attempts-at-most":
      return weighAttempts(rule, report, context);
    case "below-theory-ceiling":
      return bound ? weighCeiling(rule, report) : conclude({ ...rule, severity: "warn" }, "inconclusive", OTHER);
    case "excess-at-most":
    case "estimate-at-most":
      return bound ? unlessOff(rule, report, weighFamily(rule, report.findings)) : conclude(rule, "inconclusive", OTHER, { limit: rule.limit, family: rule.family });
  }
}

/** What an attack would have shown that was switched off, nobody knows: the others can fail a rule and no longer pass it. */
function unlessOff(rule: Extract<PolicyRule, { family: string; limit: number }>, { switchedOff }: ReportFile, found: RuleVerdict): RuleVerdict {
  const off = switchedOff.filter(({ families }) => (families as readonly string[]).includes(rule.family)).map(({ name }) => name);
  if (off.length === 0 || found.outcome !== "pass") return found;
  const { measured, bound, limit, family, basis, findings } = found;
  return conclude(rule, "inconclusive", `Switched off: ${off.join(", ")}. ${found.reason}`, { measured, bound, limit, family, basis, findings });
}

const OTHER = "Not weighed: the report speaks of other files or another ledger.";

function overall(rules: readonly RuleVerdict[]): VerdictFile["verdict"] {
  if (rules.some((r) => r.outcome === "fail")) return "fail";
  return rules.some((r) => r.outcome === "inconclusive") ? "inconclusive" : "pass";
}
