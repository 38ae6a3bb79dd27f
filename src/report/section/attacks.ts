import { FAMILIES, type Finding, type ReportFile } from "../../formats/report.js";
import { lineChart, thin } from "../chart/line-chart.js";
import { html, type Markup } from "../html.js";
import { count, figure, inMeasure } from "../numbers.js";
import { facts, foldedTable } from "../table.js";
import { FAMILY } from "../words.js";

/** Each finding with all that is needed to doubt it. */
export function attacksSection(report: ReportFile): Markup {
  const groups = FAMILIES.filter((f) => f !== "utility").map((family) => {
    const findings = report.findings.filter((f) => f.family === family);
    if (findings.length === 0) return null;
    const words = FAMILY[family];
    return html`<h3 id="${`family-${family}`}">${words.title} <span class="soft">(${words.risk})</span></h3><p class="soft">${words.question}</p>${findings.map(attack)}`;
  });
  return html`<section aria-labelledby="attacks"><h2 id="attacks">The attacks</h2>
<p>Every attack is made twice: on people the model learnt from, and on people it never saw. Only the difference tells of a leak; the rest is what anybody could infer about anybody.</p>${groups}</section>`;
}

function attack(f: Finding): Markup {
  const level = `${figure(100 * f.level)} %`;
  const m = (x: number | null | undefined): string => inMeasure(x, f.measure);
  const range = (i: readonly [number, number] | null): string => (i === null ? "no interval" : `${level} interval ${m(i[0])} to ${m(i[1])}`);
  const control = f.control === null ? "none" : `${m(f.control.estimate)} (${range(f.control.interval)}, n = ${count(f.control.n)})`;
  const excess = f.excess === null ? "–" : `${m(f.excess.estimate)}, standard error ${m(f.excess.standardError)}`;
  const residual = f.residualRisk === null ? "–" : `${figure(f.residualRisk.estimate)} (${figure(f.residualRisk.interval[0])} to ${figure(f.residualRisk.interval[1])})`;
  return html`<article class="card attack"><h4>${f.title}</h4><p>${f.claim}</p><div class="two"><div>${facts([
    ["The attacker knows", f.attackerKnows],
    [`Result (${f.measure})`, f.estimate === null ? `none: ${f.note ?? "too little data"}` : html`<strong>${m(f.estimate)}</strong> (${range(f.interval)}, n = ${count(f.n)})`],
    ["Control: people held out", control],
    ["Guessing", m(f.baseline)],
    ["Excess over control", excess],
    ["Residual risk (a − c)/(1 − c)", residual],
    ["Ceiling in theory", f.theoryCeiling === null ? "none known" : m(f.theoryCeiling)],
    ["Smallest leak it could see", m(f.smallestDetectable)],
    ["Attacks made", count(f.attacks)],
    ["Ties", f.tieRule],
    ["Seed", f.seed],
    ["Cannot show", f.cannotShow],
    ...(f.note !== null && f.estimate !== null ? [["Note", f.note] as const] : []),
  ])}</div>${f.curves.length > 0 ? curves(f) : null}</div></article>`;
}

function curves(f: Finding): Markup {
  const roc = f.measure === "auc" || f.measure.startsWith("tpr");
  const words = roc
    ? { x: "false alarms", y: "people found", caption: "Share of people found against share of false alarms; guessing is the diagonal." }
    : { x: "distance", y: "share", caption: "How the distances to the closest record are spread." };
  const points = f.curves.flatMap((c) => {
    const few = thin(c, 12);
    return few.x.map((x, i) => [c.name, figure(x), figure(few.y[i])]);
  });
  return html`<figure>${lineChart(f.curves, words.x, words.y, `${f.title}: ${words.caption} The numbers are in the table below.`, roc)}<figcaption>${words.caption}</figcaption>${foldedTable(
    "Points of the figure",
    `${f.title}: points`,
    [{ title: "Curve" }, { title: words.x, kind: "num" }, { title: words.y, kind: "num" }],
    points,
  )}</figure>`;
}
