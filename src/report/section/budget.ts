import type { PrivacyEvent } from "../../formats/event.js";
import { PRICED } from "../../formats/own-price.js";
import type { ReportFile, VerdictFile } from "../../formats/report.js";
import { html, type Markup } from "../html.js";
import { figure, percent } from "../numbers.js";
import { facts, table } from "../table.js";
import { eventWords, unitWords } from "../words.js";

/** What the fit asked of the data, what each look cost, and how much of the dataset's budget is gone. */
export function budgetSection(report: ReportFile, verdict: VerdictFile | null): Markup {
  const { audits, gates } = verdict?.attempts ?? report.attempts;
  const r = report.receipt;
  if (report.claim !== null)
    return html`<section aria-labelledby="budget"><h2 id="budget">Privacy budget</h2><p>Nothing was spent here: the model was made from ${report.claim.tables} noisy tables of others (${report.claim.source}). Noise and price are stated by them, unverified.</p></section>`;
  if (r === null) return html`<section aria-labelledby="budget"><h2 id="budget">Privacy budget</h2><p>No receipt: nothing is known of how these rows were made.</p></section>`;
  return html`<section aria-labelledby="budget"><h2 id="budget">Privacy budget</h2>${facts([
    [
      "Price of this fit",
      `ε = ${figure(r.epsilon)}, δ = ${figure(r.delta)} (${r.account === "zcdp" ? `ρ = ${figure(Number(r.price.rhoFemto) / 1e15)}, ${r.ownPrice === undefined ? "zero-concentrated" : `while ε is priced ${PRICED[r.ownPrice.by]}`}` : "pure"})`,
    ],
    ["Whole dataset", `cap ε = ${figure(r.capEpsilon)} at δ = ${figure(r.capDelta)}, the bound for several fits; spent so far ε = ${figure(r.spentEpsilon)}`],
    ["Protects", unitWords(r.unit)],
    ["Neighbours", "tables that differ by adding or removing one such unit"],
    ["Method", r.method],
    ["Learnt from", `${percent(r.shareLearned)} of the units (part: ${r.part})`],
    ["Noise", r.noise],
    ["Attempts on this fit", `${audits} ${audits === 1 ? "audit" : "audits"}, ${gates} gate ${gates === 1 ? "run" : "runs"}`],
    ...(report.published === null
      ? []
      : [["Published counts", `${report.published.counts} with noise, for ε = ${figure(report.published.epsilon)} (${report.published.spend}, in the ledger)`] as const]),
  ])}${worstCase(report, audits, gates)}<p class="soft">ε of several fits does not simply add up: the ledger adds ρ, and turns the sum into ε once.</p>${eventsTable(r.events)}</section>`;
}

/** Bits in an answer of three kinds. */
const BITS = Math.log2(3);

/** What the tries cost if every choice was made by looking: nothing that the ledger has not counted, but for the answers themselves. */
function worstCase(report: ReportFile, audits: number, gates: number): Markup {
  const { receipt: r, attempts } = report;
  if (r === null) return html``;
  const fits = attempts.fits ?? 1;
  const chosen =
    fits <= 1
      ? html`<li>One spend drew on this budget: nobody could choose among fits, and ε = ${figure(r.epsilon)} stands.</li>`
      : html`<li>${fits} spends drew on this budget. If this release was picked among them by looking, the promise for the pick is that of all together: the sum of their ε, and of their δ, at the most (${fits} × ε for ${fits} of the same ε), and never more than the cap, ε = ${figure(r.capEpsilon)} at δ = ${figure(r.capDelta)}.</li>`;
  return html`<h3>What trying costs, at the worst</h3><ul>${chosen}
<li>${audits} ${audits === 1 ? "audit" : "audits"}: free as long as the report stays inside. Whoever reads it sees exact numbers about people, outside the guarantee.</li>
<li>${gates} gate ${gates === 1 ? "run" : "runs"}: each answer, told outside, may tell up to ${figure(BITS)} bits about the data without noise, ${figure(Math.ceil(10 * gates * BITS) / 10)} in all. Sampling again from the same model costs nothing; fitting again pays again.</li></ul>`;
}

const FEW = 12;

/** One row an event; folded away on the screen, though never in print, where there are many. */
export function eventsTable(events: readonly PrivacyEvent[]): Markup {
  const rows = events.map((e, i) => {
    const w = eventWords(e);
    return [String(i + 1), w.kind, w.asked, w.amount, w.sensitivity];
  });
  const full = table("Every question the fit put to the data", [{ title: "No." }, { title: "What" }, { title: "Of what", kind: "wide" }, { title: "Noise" }, { title: "Sensitivity" }], rows);
  return events.length <= FEW ? full : html`<details class="keep"><summary>All ${events.length} questions the fit put to the data</summary>${full}</details>`;
}
