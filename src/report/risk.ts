import type { Finding, ReportFile, VerdictFile } from "../formats/report.js";
import { type IntervalBar, intervalBar } from "./chart/interval-bar.js";
import { html, type Markup } from "./html.js";
import { count, figure, percent } from "./numbers.js";
import { mark } from "./symbol.js";
import { FAMILY, type OutcomeName } from "./words.js";

type Rule = VerdictFile["rules"][number];

/** One line of the first screen: a rule that weighed findings, or, before the gate has run, the strongest finding of a family. */
export interface Risk {
  readonly family: Finding["family"];
  readonly outcome: OutcomeName;
  readonly finding: Finding | null;
  /** Bounds the rule decided on, in the rule's basis. */
  readonly bounds: { readonly lower: number; readonly upper: number } | null;
  readonly rule: Rule | null;
}

export function risksOf(report: ReportFile, verdict: VerdictFile | null): Risk[] {
  return verdict === null ? unjudged(report) : verdict.rules.filter((r) => r.family !== null).map((r) => judged(report, r));
}

function judged(report: ReportFile, rule: Rule): Risk {
  const rank = { fail: 3, inconclusive: 2, warn: 1, pass: 0 };
  const worst = rule.findings.reduce<Rule["findings"][number] | null>((a, b) => {
    if (a === null || rank[b.outcome] > rank[a.outcome]) return b;
    return rank[b.outcome] === rank[a.outcome] && (b.upper ?? -1) > (a.upper ?? -1) ? b : a;
  }, null);
  const finding = report.findings.find((f) => f.id === worst?.id) ?? null;
  const bounds = worst !== null && worst.lower !== null && worst.upper !== null ? { lower: worst.lower, upper: worst.upper } : null;
  return { family: rule.family as Finding["family"], outcome: rule.outcome, finding, bounds, rule };
}

function unjudged(report: ReportFile): Risk[] {
  const out: Risk[] = [];
  for (const family of Object.keys(FAMILY) as Finding["family"][]) {
    if (family === "utility" || family === "class-size") continue; // neither tells of the release's harm
    const all = report.findings.filter((f) => f.family === family);
    if (all.length === 0) continue;
    const strength = (f: Finding): number => f.excess?.estimate ?? f.estimate ?? Number.NEGATIVE_INFINITY;
    const finding = all.reduce((a, b) => (strength(b) > strength(a) ? b : a));
    const bounds = finding.interval === null ? null : { lower: finding.interval[0], upper: finding.interval[1] };
    out.push({ family, outcome: "none", finding, bounds, rule: null });
  }
  return out;
}

/** A list item: rule, outcome, bar and the numbers in words. */
export function riskItem(risk: Risk): Markup {
  const bar = risk.finding === null || risk.bounds === null ? null : barOf(risk, risk.finding, risk.bounds);
  const numbers = bar === null ? (risk.rule?.reason ?? risk.finding?.note ?? "Too little data to say anything.") : bar.label;
  const overLimit = bar?.limit !== null && bar?.limit !== undefined && bar.high > bar.limit; // a tripwire may pass so
  const explain = bar !== null && risk.rule !== null && risk.outcome !== "fail" && (risk.outcome !== "pass" || overLimit);
  const power = risk.finding === null ? null : powerWords(risk.finding, risk.rule);
  return html`<li class="risk"><div class="risk-head"><h3>${risk.rule?.title ?? FAMILY[risk.family].title}</h3>${mark(risk.outcome)}</div><div>${bar === null ? null : intervalBar(bar)}<p>${numbers}</p>${
    explain ? html`<p class="soft">${risk.rule?.reason ?? ""}</p>` : null
  }${power === null ? null : html`<p class="soft">${power}</p>`}</div></li>`;
}

/** How small a leak this many targets would have shown, and how many attacks stand behind the line. */
function powerWords(f: Finding, rule: Rule | null): string | null {
  if (f.smallestDetectable === null) return null;
  const chance = f.baseline ?? 0.5;
  const seen = f.measure === "auc" ? `picks right ${percent(chance + f.smallestDetectable)} of the time` : `adds ${points(f.smallestDetectable)} points`;
  const others = (rule?.findings.length ?? 1) - 1;
  const behind = others > 0 ? ` ${others} more of this kind in the annex.` : "";
  return `Power: with ${count(f.n)} tried, a leak that ${seen} would have been seen four times in five.${behind}`;
}

function barOf(risk: Risk, finding: Finding, bounds: { lower: number; upper: number }): IntervalBar | null {
  const excess = risk.rule?.basis === "excess";
  const control = finding.control?.estimate ?? finding.baseline ?? (finding.measure === "auc" ? 0.5 : null);
  const shift = excess ? (control ?? 0) : 0;
  const measured = excess ? shift + (finding.excess?.estimate ?? Number.NaN) : (finding.estimate ?? Number.NaN);
  if (!Number.isFinite(measured)) return null;
  const [low, high] = [shift + bounds.lower, shift + bounds.upper];
  const limitGiven = risk.rule?.limit ?? null;
  const limit = limitGiven === null ? null : shift + limitGiven;
  const plain = finding.measure === "ratio";
  const from = finding.measure === "auc" ? 0.4 : 0;
  const top = [measured, high, control ?? 0, limit ?? 0].reduce((a, b) => Math.max(a, b), 0);
  const to = plain ? niceTop(top) : Math.min(1, niceTop(top));
  const text = plain ? figure : percent;
  const limitText = limit === null ? "" : excess ? `limit +${points(limitGiven as number)} points` : `limit ${text(limit)}`;
  return { from, to, measured, low, high, control, limit, limitText, text, label: sentence(finding, measured, low, high, control, excess ? limitGiven : null, limit, text) };
}

function sentence(f: Finding, measured: number, low: number, high: number, control: number | null, extraLimit: number | null, limit: number | null, text: (x: number) => string): string {
  const against = limit === null ? "" : `; the limit is ${text(limit)}`;
  if (f.measure === "auc") {
    return `Shown one person who is in the data and one who is not, the attack picks the right one ${text(measured)} of the time (between ${text(low)} and ${text(high)}; a coin does 50 %)${against}.`;
  }
  const without = f.control === null ? (control === null ? "" : `; guessing does ${text(control)}`) : `; on people who are not, ${text(control as number)}`;
  if (extraLimit === null) return `${text(measured)} on people in the data (between ${text(low)} and ${text(high)})${without}${against}.`;
  return `${text(measured)} on people in the data${without}. The difference is ${points(measured - (control ?? 0))} points, at most ${points(high - (control ?? 0))}; the limit is ${points(extraLimit)}.`;
}

/** A difference of shares in percentage points. */
function points(x: number): string {
  return percent(x).replace("\u00a0%", "");
}

/** The next of 0.05, 0.1, 0.2, 0.25, 0.5, 1 times a power of ten at or above 1.1 x. */
function niceTop(x: number): number {
  const want = Math.max(1.1 * x, 0.05);
  const unit = 10 ** Math.floor(Math.log10(want));
  const step = [1, 2, 2.5, 5, 10].find((s) => s * unit >= want) ?? 10;
  return step * unit;
}
