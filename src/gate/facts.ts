import type { PolicyRule } from "../formats/policy.js";
import type { ReportFile } from "../formats/report.js";
import { claimed } from "./binding.js";
import type { GateContext } from "./context.js";
import { conclude, type RuleVerdict, shown } from "./rule-verdict.js";

type Rule<K extends PolicyRule["kind"]> = Extract<PolicyRule, { kind: K }>;

/**
 * The ε that may be claimed: of one fit alone, what its receipt names; of several, the cap, since a later fit may be chosen by what
 * earlier ones showed and what was spent so far is then no bound.
 * @proof docs/proofs/composition.md
 */
export function weighEpsilon(rule: Rule<"epsilon-at-most">, report: ReportFile, { budget }: GateContext): RuleVerdict {
  const own = report.receipt?.epsilon ?? null;
  if (report.claim !== null) return unvouched(rule, "ε", report.claim);
  if (own === null || budget === null) return conclude(rule, "inconclusive", "No ledger vouches for an ε.", { limit: rule.limit });
  const { fits, spentEpsilon, capEpsilon, capDelta } = budget;
  const spent = `spent so far: ε = ${shown(spentEpsilon)}`;
  const cap = `ε = ${shown(capEpsilon)} at δ = ${shown(capDelta)}`;
  // NaN stays NaN, and fails every comparison
  if (fits <= 1) return atMost(rule, Math.max(own, spentEpsilon), `One fit drew on this budget, of ε = ${shown(own)} (${spent}; cap: ${cap})`);
  return atMost(rule, Math.max(own, spentEpsilon, capEpsilon), `${fits} fits drew on this budget, so its cap is what counts, ${cap} (${spent}, which is no bound on fits chosen one after another)`);
}

/** δ of the dataset's cap, and δ × learnt units where the rule asks. */
export function weighDelta(rule: Rule<"delta-at-most">, report: ReportFile, context: GateContext): RuleVerdict {
  const own = report.receipt?.delta ?? null;
  if (report.claim !== null) return unvouched(rule, "δ", report.claim);
  if (own === null || context.budget === null) return conclude(rule, "inconclusive", "No ledger vouches for a δ.", { limit: rule.limit });
  const delta = Math.max(context.budget.capDelta, own);
  if (rule.timesUnits === undefined || delta === 0) return atMost(rule, delta, `The declared δ is ${shown(delta)}`);
  const units = context.learnedUnits ?? context.learnedRows; // each unit has a row, so rows are the larger number
  if (units === null) return conclude(rule, "inconclusive", "Nobody said how many units the model learnt from, so δ cannot be compared with their number.", { measured: delta, limit: rule.limit });
  const limit = Math.min(rule.limit, rule.timesUnits / Math.max(1, units));
  return atMost({ ...rule, limit }, delta, `The declared δ is ${shown(delta)}`);
}

/** Size of the part the model never saw. Too little of it cannot fail a release, and never passes one. */
export function weighHoldout(rule: Rule<"holdout-at-least">, _report: ReportFile, context: GateContext): RuleVerdict {
  const { units, share } = context.holdout;
  const numbers = { measured: units, limit: rule.units };
  if (units >= rule.units && share >= rule.share) return conclude(rule, "pass", `${units} units, ${shown(100 * share)} % of the table, were held out.`, numbers);
  const asked = `the policy asks for ${rule.units} and ${shown(100 * rule.share)} %`;
  return conclude(
    rule,
    "inconclusive",
    units === 0 ? `Nothing was held out, so no attack has a control; ${asked}.` : `${units} units, ${shown(100 * share)} % of the table, were held out; ${asked}.`,
    numbers,
  );
}

/** Rows of the release over rows learnt from: more rows make averaging attacks stronger. */
export function weighRowsRatio(rule: Rule<"rows-ratio-at-most">, _report: ReportFile, context: GateContext): RuleVerdict {
  if (context.learnedRows === null || !(context.learnedRows > 0)) return conclude(rule, "inconclusive", "Nobody said how many rows the model learnt from.", { limit: rule.limit });
  const ratio = context.releaseRows / context.learnedRows;
  return atMost(rule, ratio, `The release has ${shown(ratio)} rows for each row learnt from`);
}

/** Every answer of the gate is a small release; trying until it passes is selection. */
export function weighAttempts(rule: Rule<"attempts-at-most">, _report: ReportFile, context: GateContext): RuleVerdict {
  if (context.attempts === null) return conclude(rule, "inconclusive", "No ledger counts the attempts.", { limit: rule.limit });
  return atMost(rule, context.attempts, `This is attempt ${context.attempts} on this fit`);
}

/** Measured values whose lower end lies above what the theory allows point at a broken implementation, or at chance. */
export function weighCeiling(rule: Rule<"below-theory-ceiling">, report: ReportFile): RuleVerdict {
  const judged = report.findings.filter((f) => f.family === rule.family && f.theoryCeiling !== null && f.interval !== null);
  const warning = { ...rule, severity: "warn" as const };
  const above = judged.find((f) => !((f.interval as [number, number])[0] <= (f.theoryCeiling as number)));
  if (judged.length === 0) return conclude(warning, "pass", `No finding of the family “${rule.family}” has a ceiling in theory.`);
  if (above === undefined) return conclude(warning, "pass", `No finding lies above what the declared price allows in theory.`);
  const [low] = above.interval as [number, number];
  const ceiling = above.theoryCeiling as number;
  return conclude(warning, "fail", `“${above.title}” is at least ${shown(low)}; the declared price allows ${shown(ceiling)}. Chance, or an error in the implementation.`, {
    measured: above.estimate,
    bound: low,
    limit: ceiling,
  });
}

/** A figure of others is shown where ours would stand; however small, it meets no rule. */
function unvouched(rule: PolicyRule & { limit: number }, what: "ε" | "δ", claim: NonNullable<ReportFile["claim"]>): RuleVerdict {
  return conclude(rule, "inconclusive", `No ledger vouches for ${what === "ε" ? "an ε" : "a δ"}; the source states ${claimed(claim)}, unverified.`, { limit: rule.limit });
}

function atMost(rule: PolicyRule & { limit: number }, value: number, words: string): RuleVerdict {
  const numbers = { measured: value, bound: value, limit: rule.limit };
  if (value <= rule.limit) return conclude(rule, "pass", `${words}; the limit is ${shown(rule.limit)}.`, numbers);
  if (value > rule.limit) return conclude(rule, "fail", `${words}, above the limit ${shown(rule.limit)}.`, numbers);
  return conclude(rule, "inconclusive", `The number to compare with the limit ${shown(rule.limit)} is not one.`, numbers);
}
