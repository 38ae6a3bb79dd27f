import type { ReportFile, VerdictFile } from "../../formats/report.js";
import { intervalKey } from "../chart/interval-bar.js";
import { html, type Markup } from "../html.js";
import { count, percent } from "../numbers.js";
import { type Risk, riskItem, risksOf } from "../risk.js";
import { symbol } from "../symbol.js";
import { OUTCOME, type OutcomeName } from "../words.js";
import { promise } from "./promise.js";

/** The first screen: verdict, risks against their limits, the promise in odds, usefulness, and what none of it proves. */
export function leadSection(report: ReportFile, verdict: VerdictFile | null): Markup {
  const risks = risksOf(report, verdict);
  return html`<section class="lead" aria-label="Result in short">${banner(report, verdict)}
<div class="first"><section class="card" aria-labelledby="risks"><h2 id="risks">Can the release betray a person?</h2>${riskList(risks)}</section>
<div class="stack">${promise(report.receipt, report.claim)}${usefulness(report)}${notProved(report)}</div></div></section>`;
}

function banner(report: ReportFile, verdict: VerdictFile | null): Markup {
  const name: OutcomeName = verdict?.verdict ?? "none";
  const policy = verdict === null ? "" : `“${verdict.policy}”`;
  const headline = {
    pass: `Pass: this release meets the policy ${policy}`,
    fail: `Fail: this release breaks the policy ${policy}`,
    inconclusive: `Undecided: nothing forbids this release, nothing clears it (policy ${policy})`,
    none: "Not judged yet: the gate has not run",
    warn: "",
  }[name];
  const all = (verdict?.rules ?? []).filter((r) => r.outcome === "fail" || r.outcome === "inconclusive");
  const blocking = all.filter((r, i) => all.findIndex((s) => s.reason === r.reason) === i).sort((a, b) => (a.outcome === b.outcome ? 0 : a.outcome === "fail" ? -1 : 1));
  const list = blocking.slice(0, 3).map((r) => html`<li><strong>${r.title}</strong>: ${r.reason}</li>`);
  const more = blocking.length > 3 ? html`<li>and ${blocking.length - 3} more, in <a href="#rules">rule by rule</a></li>` : null;
  const treat = name === "inconclusive" ? html`<p>Treat it as not passed.</p>` : null;
  return html`<div class="banner ${OUTCOME[name].css}">${symbol(name)}<div><h2>${headline}</h2><p>${tested(report)}</p>${treat}${blocking.length > 0 ? html`<ul>${list}${more}</ul>` : null}</div></div>`;
}

/** What was tested, in one sentence. */
function tested(report: ReportFile): string {
  const attacks = report.findings.filter((f) => f.family !== "utility" && f.estimate !== null);
  const who = report.parts.unit === "person" ? "people" : "rows";
  if (attacks.length === 0) return "No attack could be made on it.";
  const made = `Tested with ${attacks.length} measurements of known attacks on the ${count(report.parts.train)} ${who} it was learnt from`;
  return report.parts.holdout > 0 ? `${made}, each compared with the same attack on ${who} it never saw (${count(report.parts.holdout)}).` : `${made}, with nobody held out to compare them with.`;
}

function riskList(risks: readonly Risk[]): Markup {
  if (risks.length === 0) return html`<p>No risk was measured.</p>`;
  return html`<ul class="risks">${risks.map(riskItem)}</ul>${intervalKey()}`;
}

function usefulness(report: ReportFile): Markup {
  const pairs = report.utility?.similarity.find((s) => s.ways === 2) ?? null;
  const line =
    pairs === null || pairs.release === null
      ? null
      : html`<p class="soft">Tables of two columns are off by ${percent(pairs.release)} on average${pairs.resample === null ? "" : `; a second sample of real people is off by ${percent(pairs.resample)}`}.</p>`;
  return html`<section class="card" aria-labelledby="useful"><h2 id="useful">Is it useful?</h2><p>${report.utility?.summary ?? "Usefulness was not measured."}</p>${line}</section>`;
}

function notProved(report: ReportFile): Markup {
  const share = report.receipt?.shareLearned ?? 1;
  const declared = report.declarations.filter((d) => d.source === "data").length;
  const points = [
    "That no other attack works. Attacks can only show leaks; the guarantee is the noise above.",
    "That groups stay secret. What is true of many people may be learnt from the release, and is meant to be.",
    declared > 0 ? `That the ${count(declared)} ${declared === 1 ? "fact" : "facts"} declared public, though read from the data, may be public.` : null,
    share < 1 ? `Anything about a model refitted to the whole table: this one learnt from ${percent(share)} of it.` : null,
  ].filter((t) => t !== null);
  return html`<section class="card" aria-labelledby="unproved"><h2 id="unproved">What this does not prove</h2><ul class="plain">${points.map((t) => html`<li>${t}</li>`)}</ul></section>`;
}
