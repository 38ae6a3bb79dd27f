import { normalQuantile } from "../base/normal.js";
import type { PolicyRule } from "../formats/policy.js";
import type { Finding } from "../formats/report.js";
import { type Weighed, weighEstimate, weighExcess } from "./bounds.js";
import { conclude, type RuleVerdict, shown } from "./rule-verdict.js";

export type WeighingRule = Extract<PolicyRule, { kind: "excess-at-most" | "estimate-at-most" }>;

interface Judged {
  readonly finding: Finding;
  readonly weighed: Weighed | string;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly outcome: "pass" | "fail" | "inconclusive";
  readonly why: string;
}

/**
 * One rule over the findings of its family. It passes where every one-sided upper bound, Bonferroni within the family, is at most
 * the limit; it fails where Holm's step-down test finds one above; a finding too weak to decide makes it inconclusive.
 */
export function weighFamily(rule: WeighingRule, all: readonly Finding[]): RuleVerdict {
  const findings = all.filter((f) => f.family === rule.family && (rule.measure === undefined || f.measure === rule.measure));
  if (findings.length === 0) return conclude(rule, "inconclusive", `The report has no ${rule.measure ?? ""} finding of the family “${rule.family}”.`.replace("  ", " "), { limit: rule.limit });
  const judged = judge(rule, findings);
  const worst = judged.reduce((a, b) => (severity(b) > severity(a) ? b : a));
  const outcome = worst.outcome;
  return conclude(rule, outcome, sentence(rule, worst, judged), {
    measured: typeof worst.weighed === "string" ? null : worst.weighed.value,
    bound: outcome === "fail" ? worst.lower : worst.upper,
    limit: rule.limit,
    family: rule.family,
    basis: rule.kind === "excess-at-most" ? "excess" : "estimate",
    findings: judged.map((j) => ({ id: j.finding.id, measured: typeof j.weighed === "string" ? null : j.weighed.value, lower: j.lower, upper: j.upper, outcome: j.outcome })),
  });
}

function judge(rule: WeighingRule, findings: readonly Finding[]): Judged[] {
  const weighed = findings.map((f) => (rule.kind === "excess-at-most" ? weighExcess(f) : weighEstimate(f)));
  const alpha = 1 - rule.level;
  const z = normalQuantile(1 - alpha / findings.length);
  const violations = holm(weighed, rule.limit, alpha);
  return findings.map((finding, i) => {
    const w = weighed[i];
    if (typeof w === "string") return { finding, weighed: w, lower: null, upper: null, outcome: "inconclusive", why: w };
    const lower = w.value - z * w.below;
    const upper = w.value + z * w.above;
    return { finding, weighed: w, lower, upper, ...verdictOf(rule, finding, upper, violations.has(i)) };
  });
}

function verdictOf(rule: WeighingRule, finding: Finding, upper: number, violated: boolean): Pick<Judged, "outcome" | "why"> {
  if (violated) return { outcome: "fail", why: "" };
  if (rule.decides === "violation") return { outcome: "pass", why: "" };
  const needed = rule.limit - (rule.kind === "estimate-at-most" ? chance(finding) : 0);
  if (finding.smallestDetectable === null) return { outcome: "inconclusive", why: "its power is unknown" };
  if (!(finding.smallestDetectable <= needed)) {
    return { outcome: "inconclusive", why: `${finding.n} targets can show an excess of ${shown(finding.smallestDetectable)} at the least, and the limit needs ${shown(needed)}` };
  }
  return upper <= rule.limit ? { outcome: "pass", why: "" } : { outcome: "inconclusive", why: "the limit lies inside its interval" };
}

/** Success without any knowledge, from which `smallestDetectable` is counted. */
function chance(finding: Finding): number {
  return finding.baseline ?? finding.control?.estimate ?? (finding.measure === "auc" ? 0.5 : 0);
}

/** Holm (1979): indices whose excess over the limit is significant at family-wise level α. Findings that cannot be weighed still count. */
function holm(weighed: readonly (Weighed | string)[], limit: number, alpha: number): Set<number> {
  const score = weighed.map((w) => (typeof w === "string" ? Number.NEGATIVE_INFINITY : (w.value - limit) / w.below));
  const order = score.map((_, i) => i).sort((a, b) => score[b] - score[a]);
  const out = new Set<number>();
  for (const [rank, i] of order.entries()) {
    if (!(score[i] > normalQuantile(1 - alpha / (weighed.length - rank)))) break;
    out.add(i);
  }
  return out;
}

function severity(j: Judged): number {
  const rank = { pass: 0, inconclusive: 1, fail: 2 }[j.outcome];
  const upper = j.upper === null ? 0.5 : Math.max(-1, Math.min(1, j.upper / 1e3));
  return rank * 10 + upper; // among equals the one with the highest bound speaks
}

function sentence(rule: WeighingRule, worst: Judged, judged: readonly Judged[]): string {
  const excess = rule.kind === "excess-at-most";
  const amount = (x: number): string => (excess ? `${shown(100 * x)} points above its control` : shown(x));
  const limit = excess ? `${shown(100 * rule.limit)} points` : shown(rule.limit);
  const sure = `${shown(100 * rule.level)} % sure`;
  const others = judged.filter((j) => j !== worst && j.outcome === worst.outcome).length;
  const more = others === 0 ? "" : ` The same holds for ${others} more.`;
  const name = `“${worst.finding.title}”`;
  if (worst.outcome === "fail") return `${name} is at least ${amount(worst.lower as number)} (${sure}); the limit is ${limit}.${more}`;
  if (worst.outcome === "inconclusive") return `${name} cannot be decided: ${worst.why}.${more}`;
  if (rule.decides === "violation") return `Nothing above the limit of ${limit} is proved (${sure}). A tripwire's silence proves nothing.`;
  return `The highest, ${name}, is at most ${amount(worst.upper as number)} (${sure}); the limit is ${limit}.`;
}
