import type { CertificateFile } from "../formats/certificate.js";
import { PRICED } from "../formats/own-price.js";
import { html, type Markup } from "./html.js";
import { figure, percent } from "./numbers.js";
import { eventsTable } from "./section/budget.js";
import { declarationsTable } from "./section/declarations.js";
import { promiseWords } from "./section/promise.js";
import { publishedSection } from "./section/published.js";
import { shell } from "./shell.js";
import { mark } from "./symbol.js";
import { facts } from "./table.js";

/** The certificate for outside as one self-contained HTML page: the promise, its price, and what stands outside it. */
export function renderCertificate(c: CertificateFile): string {
  const p = c.privacy;
  const stamp = html`<aside class="stamp open-stamp" aria-label="Confidentiality"><div class="wrap"><strong>MAY BE SHOWN</strong>Holds no number computed from the data without noise.</div></aside>`;
  const body = html`<div class="wrap"><header class="top"><h1>Privacy certificate: ${c.dataset}</h1><p>Made ${c.createdAt.slice(0, 16).replace("T", " ")} UTC by ${c.tool.name} ${c.tool.version}</p></header><main id="main" tabindex="-1">
<section class="card lead" aria-labelledby="promise"><h2 id="promise">What is promised</h2>${promiseWords(p, p.unit)}${facts([
    ["Neighbours", p.neighbours],
    ["Mechanism", p.mechanism],
    [
      "Account",
      p.account === "zcdp"
        ? `zero-concentrated differential privacy, ${p.ownPrice === undefined ? "turned into ε at the stated δ" : `with this fit's ε priced ${PRICED[p.ownPrice.by]}`}`
        : "pure differential privacy",
    ],
    ["Learnt from", `${percent(p.shareLearned)} of the units`],
    ["Noise", p.noise],
  ])}</section>
${publishedSection(c.published)}<section aria-labelledby="outside"><h2 id="outside">Outside the DP guarantee</h2>${outside(c)}</section>
<section aria-labelledby="declared"><h2 id="declared">Public by declaration</h2>${declarationsTable(c.publicByDeclaration)}</section>
<section aria-labelledby="events"><h2 id="events">Every question put to the data</h2>${eventsTable(p.events)}</section>
<section aria-labelledby="evidence"><h2 id="evidence">Evidence</h2>${facts([
    ["Model (SHA-256)", html`<code>${c.hashes.model}</code>`],
    ["Schema", html`<code>${c.hashes.schema}</code>`],
    ["Release", c.hashes.release === null ? "none yet" : html`<code>${c.hashes.release}</code>`],
    ["Ledger head", html`entry ${c.ledger.seq}, <code>${c.ledger.hash}</code>`],
    ["Budget of the dataset", `cap ε = ${figure(p.capEpsilon)} at δ = ${figure(p.capDelta)}, the bound for several fits; spent so far ε = ${figure(p.spentEpsilon)}`],
  ])}</section></main><footer><p>Drawn from certificate.json alone. <code>dpsynth verify</code> derives the price again without the data.</p></footer></div>`;
  return shell(`Privacy certificate: ${c.dataset}`, stamp, body);
}

/** What is told to the world without being paid for: the gate's answer, declared facts, and whatever else the file lists. */
function outside(c: CertificateFile): Markup {
  const v = c.verdict;
  const gate =
    v === null
      ? html`<p>The gate has not judged a release of this model.</p>`
      : html`<p>The gate's answer under the policy “${v.policy}”, after ${v.attempts} ${v.attempts === 1 ? "attempt" : "attempts"}: ${mark(v.verdict)}. It comes from attacks on the real data, without noise, so the answer itself tells a little about it.</p>`;
  const read = c.publicByDeclaration.filter((d) => d.source === "data");
  const declared =
    read.length === 0
      ? html`<p>No fact read from the data was declared public.</p>`
      : html`<p>Read from the data and declared public without noise:</p><ul>${read.map((d) => html`<li><strong>${d.key}</strong>: ${d.what}. Declared by ${d.by ?? "nobody named"}; reason: ${d.reason ?? "none given"}.</li>`)}</ul>`;
  return html`<h3>Verdict</h3>${gate}<h3>Values declared public</h3>${declared}${c.outsideTheGuarantee.map((o) => html`<h3>${o.title}</h3><p>${o.text}</p>`)}`;
}
