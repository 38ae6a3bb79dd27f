import type { ReportFile } from "../../formats/report.js";
import { html, type Markup } from "../html.js";
import { facts } from "../table.js";

/** Limits of the audit. */
export function limitsSection(limits: readonly string[]): Markup {
  return html`<section aria-labelledby="limits"><h2 id="limits">Limits of this audit</h2>${limits.length === 0 ? html`<p>None were noted.</p>` : html`<ul>${limits.map((l) => html`<li>${l}</li>`)}</ul>`}</section>`;
}

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["Differential privacy", "A property of the way the release was made: its chances come out nearly the same whether or not one person's record was in the data."],
  ["ε (epsilon)", "How nearly the same: no chance changes by more than the factor e to the ε. Smaller is stricter."],
  ["δ (delta)", "A small chance that the bound of ε does not hold."],
  ["ρ (rho)", "The unit the ledger counts in (zero-concentrated differential privacy). Costs add up in ρ, not in ε."],
  ["Unit", "Whose presence is hidden: one row, or one person with all their rows."],
  ["Held-out people, control", "Records kept from the model. What an attack achieves on them comes from knowing the population, not from a leak."],
  ["Excess", "Success on people in the data minus success on people held out: the part that having been in the data adds."],
  ["Interval", "The range in which the true value lies with the stated confidence. More targets make it shorter."],
  ["AUC", "How often an attack ranks a person in the data above one who is not. 0.5 is guessing, 1 is certainty."],
  ["TPR at 1 % FPR", "The share of people in the data an attacker finds while at most one in a hundred accusations of others is wrong."],
  ["Closest record (DCR)", "The distance from a released row to the nearest real one. A tripwire for copies; a good value proves nothing."],
  ["Residual risk", "Excess over what was left to gain: (a − c)/(1 − c). Shown because others use it; no rule decides on it."],
  ["Total variation distance", "Half the sum of absolute differences between two tables of shares: the share of people who would have to move."],
  ["Tripwire", "A rule that can fail a release but not clear it."],
];

export function glossarySection(): Markup {
  return html`<section aria-labelledby="glossary"><h2 id="glossary">Words</h2><dl class="glossary">${GLOSSARY.map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl></section>`;
}

/** Hashes, and room to sign. */
export function evidenceSection(report: ReportFile): Markup {
  const s = report.subject;
  const hash = (h: string | null): Markup => (h === null ? html`none` : html`<code>${h}</code>`);
  return html`<section aria-labelledby="evidence"><h2 id="evidence">What this report speaks of</h2>${facts([
    ["Release (SHA-256)", hash(s.releaseSha256)],
    ["Model", hash(s.modelSha256)],
    ["Schema", hash(s.schemaSha256)],
    ["Policy", hash(s.policySha256)],
    ["Ledger head", s.ledger === null ? "none" : html`entry ${s.ledger.seq}, <code>${s.ledger.hash}</code>`],
    ["Tool", `${report.tool.name} ${report.tool.version}`],
    ["Seed of the audit", report.seed],
  ])}<h3>Decision</h3><p class="soft">Sign with <code>dpsynth gate --sign NAME --note TEXT</code>, or here on paper.</p>${facts([
    ["Name", "\u2026".repeat(16)],
    ["Date", "\u2026".repeat(16)],
    ["Decision", "\u2026".repeat(16)],
  ])}</section>`;
}
