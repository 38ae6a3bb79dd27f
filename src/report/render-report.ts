import type { ReportFile, VerdictFile } from "../formats/report.js";
import { html, type Markup } from "./html.js";
import { attacksSection } from "./section/attacks.js";
import { budgetSection } from "./section/budget.js";
import { evidenceSection, glossarySection, limitsSection } from "./section/closing.js";
import { declarationsSection } from "./section/declarations.js";
import { leadSection } from "./section/lead.js";
import { rulesSection } from "./section/rules.js";
import { utilitySection } from "./section/usefulness.js";
import { shell } from "./shell.js";

/** The INTERNAL report as one self-contained HTML page: no script, no request. `verdict` is null before the gate has run. */
export async function renderReport(report: ReportFile, verdict: VerdictFile | null): Promise<string> {
  const stamp = html`<aside class="stamp" aria-label="Confidentiality"><div class="wrap"><strong>INTERNAL</strong>Computed from confidential data without noise. Do not pass it on; the certificate is the page for outside.</div></aside>`;
  const body = html`<div class="wrap"><header class="top"><h1>Privacy report: ${report.dataset}</h1><p>Made ${report.createdAt.slice(0, 16).replace("T", " ")} UTC by ${report.tool.name} ${report.tool.version} · release ${report.subject.releaseSha256.slice(0, 12)}</p></header>
<main id="main" tabindex="-1">${leadSection(report, verdict)}${contents(verdict !== null)}${rulesSection(verdict)}${budgetSection(report, verdict)}${attacksSection(report)}${utilitySection(report.utility)}${declarationsSection(report.declarations)}${limitsSection(report.limits)}${glossarySection()}${evidenceSection(report)}</main>
<footer><p>Drawn from report.json alone. This page holds no script and asks nothing of any network.</p></footer></div>`;
  return shell(`Privacy report: ${report.dataset}`, stamp, body);
}

function contents(judged: boolean): Markup {
  const links: readonly (readonly [string, string])[] = [
    ...(judged ? [["rules", "Rule by rule"] as const] : []),
    ["budget", "Privacy budget"],
    ["attacks", "The attacks"],
    ["utility", "Usefulness"],
    ["declared", "Public by declaration"],
    ["limits", "Limits"],
    ["glossary", "Words"],
    ["evidence", "Evidence"],
  ];
  return html`<nav aria-label="Contents"><ul class="toc">${links.map(([id, text]) => html`<li><a href="${`#${id}`}">${text}</a></li>`)}</ul></nav>`;
}
