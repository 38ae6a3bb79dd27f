import { posteriorPercent } from "../../base/posterior.js";
import type { Receipt, StatedReceipt } from "../../formats/ledger.js";
import { PRICED } from "../../formats/own-price.js";
import { html, type Markup } from "../html.js";
import { figure, oddsFactor, oneIn } from "../numbers.js";
import { unitWords } from "../words.js";

type Priced = Pick<Receipt, "epsilon" | "delta" | "spentEpsilon" | "capEpsilon" | "capDelta" | "noise" | "ownPrice"> & { readonly price?: Receipt["price"] | undefined };

/** ε, δ and the unit in words and as odds; says so plainly where nobody promises anything. */
export function promise(receipt: Receipt | null, claim: StatedReceipt | null = null): Markup {
  if (claim !== null) return claimed(claim);
  if (receipt === null) {
    return html`<section class="card" aria-labelledby="promise"><h2 id="promise">No promise</h2><p>This release carries no receipt. Nobody vouches for noise in it, so there is no bound on what it tells about a person. The most these attacks can say is that they found no leakage.</p></section>`;
  }
  return html`<section class="card" aria-labelledby="promise"><h2 id="promise">What is promised</h2>${promiseWords(receipt, unitWords(receipt.unit))}${
    receipt.unit.kind === "row" ? html`<p class="soft">The promise is per row: a person with several rows is protected less.</p>` : null
  }</section>`;
}

/** What others say, told as theirs. */
function claimed({ source, epsilon, delta, unit, note }: StatedReceipt): Markup {
  const price = epsilon === null ? "They name no ε." : `They state ε = ${figure(epsilon)}${delta === null ? "" : `, δ = ${figure(delta)}`}${unit === null ? "" : `, for ${unit}`}.`;
  return html`<section class="card" aria-labelledby="promise"><h2 id="promise">A claim, not a promise</h2><p>Noise and price are stated by others, unverified: ${source}.</p><p>${price}${note === null ? "" : ` ${note}`}</p><p class="soft">dpsynth saw noisy tables and no ledger. Whether noise was added, and how much, only they know.</p></section>`;
}

/** The promise's number, its odds and its share of the cap; the same in report and certificate. */
export function promiseWords(p: Priced, unit: string): Markup {
  const sure = posteriorPercent(p.epsilon);
  const test = p.noise === "secure" ? null : html`<p><strong class="mark fail">TEST ONLY</strong> Made with test noise: it protects nobody.</p>`;
  const delta = p.delta > 0 ? html` This may fail with a chance of ${oneIn(p.delta)}.` : null;
  return html`${test}<p class="big">ε = ${figure(p.epsilon)}, δ = ${figure(p.delta)}</p><p class="soft">for the presence or absence of ${unit}</p>${odds(sure)}
<p>An attacker who gave a claim about one person an even chance can be <strong>at most ${figure(sure)}\u00a0% sure</strong> of it afterwards, whatever else they know. Odds change by a factor of at most ${oddsFactor(p.epsilon)}.${delta}</p>
<p class="soft">Of all fits of this dataset together the budget's cap holds: ε = ${figure(p.capEpsilon)}, δ = ${figure(p.capDelta)}, so at most ${figure(posteriorPercent(p.capEpsilon))}\u00a0% sure. Spent so far: ε = ${figure(p.spentEpsilon)}.</p>${ownPriceWords(p)}`;
}

/** Where the fit is priced alone: by what, ρ beside it, and what became of the ledger. */
function ownPriceWords({ ownPrice, price }: Priced): Markup | null {
  if (ownPrice === undefined) return null;
  const rho = price === undefined ? "" : `; ρ = ${figure(Number(price.rhoFemto) / 1e15)} beside it`;
  const closed = ownPrice.closesLedger ? " It took the whole budget and closed it: no other fit stands beside this one, unless the cap is raised to cover its ρ." : "";
  const how =
    ownPrice.by === "gaussian-dp"
      ? "each question was counted against a limit set before the data were read, which costs"
      : "number, kinds and noise of all questions were declared before the data were read, and cost";
  return html`<p class="soft">Priced ${PRICED[ownPrice.by]}: ${how} ε = ${figure(ownPrice.epsilon)} at δ = ${figure(ownPrice.delta)} together${rho}.${closed}</p>`;
}

function odds(sure: number): Markup {
  const label = `From 50 % sure before the release to at most ${sure} % after it`;
  return html`<svg class="bar" role="img" aria-label="${label}"><line class="axis" x1="1%" x2="99%" y1="22" y2="22"/><rect class="zone" x="1%" y="6" width="49%" height="16"/><rect class="meas" x="50%" y="6" width="${Math.max(0.5, 0.98 * (sure - 50)).toFixed(2)}%" height="16" stroke="none"/>
<text x="50%" y="39" text-anchor="middle">50 % before</text><text x="${Math.min(99, 1 + 0.98 * sure).toFixed(2)}%" y="39" text-anchor="${sure > 80 ? "end" : "start"}">${figure(sure)} % after</text></svg>`;
}
