import type { CertificateFile } from "../../formats/certificate.js";
import { html, type Markup } from "../html.js";
import { figure, percent } from "../numbers.js";
import { table } from "../table.js";

type Published = NonNullable<CertificateFile["published"]>;
type Tally = Published["findings"][number]["train"];

/** Attack counts that may leave, with what they cost. */
export function publishedSection(published: Published | undefined): Markup | null {
  if (published === undefined) return null;
  const { epsilon, share, level, findings, notes } = published;
  const heads = [{ title: "Attack" }, { title: "The attacker knows" }, { title: "People learnt from" }, { title: "People held out" }, { title: "Difference" }] as const;
  const rows = findings.map((f) => [
    f.title,
    f.attackerKnows,
    rate(f.train),
    rate(f.holdout),
    f.excess === null ? "lost in the noise" : `${points(f.excess.estimate)} (${points(f.excess.interval[0])} to ${points(f.excess.interval[1])}) points`,
  ]);
  return html`<section aria-labelledby="published"><h2 id="published">What attacks found, with noise</h2><p>Each attack was made on people learnt from and on people held out. The counts carry noise of their own, for ε = ${figure(epsilon)} beyond the ε above, charged to the same budget before they were taken. ${
    share === 1 ? "Everybody was tried." : `Each person was tried with the chance ${percent(share)}.`
  }</p>${table(`Success of attacks, with ${percent(level)} intervals`, heads, rows)}<ul>${notes.map((n) => html`<li>${n}</li>`)}</ul></section>`;
}

function rate({ rate, interval }: Tally): string {
  return rate === null || interval === null ? "lost in the noise" : `${percent(rate)} (${percent(interval[0])} to ${percent(interval[1])})`;
}

function points(x: number): string {
  return percent(x).replace("\u00a0%", "");
}
