import { FAMILIES, type Finding, type ReportFile } from "../../formats/report.js";
import { lineChart, thin } from "../chart/line-chart.js";
import { html, type Markup } from "../html.js";
import { count, figure, inMeasure } from "../numbers.js";
import { facts, foldedTable, table } from "../table.js";
import { FAMILY } from "../words.js";

/** Each finding with all that is needed to doubt it. */
export function attacksSection(report: ReportFile): Markup {
  const groups = FAMILIES.filter((f) => f !== "utility").map((family) => {
    const findings = report.findings.filter((f) => f.family === family);
    if (findings.length === 0) return null;
    const words = FAMILY[family];
    return html`<h3 id="${`family-${family}`}">${words.title} <span class="soft">(${words.risk})</span></h3><p class="soft">${words.question}</p>${overview(words.title, findings)}${findings.map(attack)}`;
  });
  return html`<section aria-labelledby="attacks"><h2 id="attacks">The attacks</h2>
<p>Every attack is made twice: on people the model learnt from, and on people it never saw. Only the difference tells of a leak; the rest is what anybody could infer about anybody. Each attack unfolds: what the attacker knows, its figures, and what it cannot show.</p>${off(report)}${groups}</section>`;
}

/** Attacks that were not made. */
function off({ switchedOff }: ReportFile): Markup | null {
  if (switchedOff.length === 0) return null;
  return html`<div class="card"><h3>Not made</h3><ul class="plain">${switchedOff.map((a) => html`<li><strong>${a.name}</strong>: ${a.why}. No rule on ${a.families.map((f) => FAMILY[f].title.toLowerCase()).join(" or ")} can pass without it.</li>`)}</ul></div>`;
}

/** One line an attack, so that an officer sees the family whole. */
function overview(title: string, findings: readonly Finding[]): Markup {
  const row = (f: Finding): string[] => {
    const m = (x: number | null | undefined): string => inMeasure(x, f.measure);
    const control = f.control === null ? (f.baseline === null ? "–" : `${m(f.baseline)} (chance)`) : m(f.control.estimate);
    return [
      f.title,
      f.estimate === null ? "none" : m(f.estimate),
      f.interval === null ? "–" : `${m(f.interval[0])} to ${m(f.interval[1])}`,
      control,
      f.n === 0 ? "0" : count(f.n),
      m(f.smallestDetectable),
    ];
  };
  const heads = [
    { title: "Attack" },
    { title: "People in the data", kind: "num" },
    { title: "Interval", kind: "num" },
    { title: "People held out", kind: "num" },
    { title: "Tried", kind: "num" },
    { title: "Smallest leak seen", kind: "num" },
  ] as const;
  return table(`Attacks: ${title}`, heads, findings.map(row));
}

/** Whether a number may be shown outside, and why. */
function leave(f: Finding): string {
  if (f.publishable) return "Yes: it was not computed from confidential rows.";
  if (f.sensitivity === null) return "No: one person can move it without bound, so no noise makes it safe.";
  return `Not as it stands: one person moves ${f.sensitivity === 1 ? "the count behind it by 1" : `it by ${figure(f.sensitivity)}`} at most. \`audit --public\` counts anew, under public settings and with noise.`;
}

function breakdown(f: Finding): Markup | null {
  if (f.breakdown.length === 0) return null;
  const rows = f.breakdown.map((b) => {
    const m = (x: number | null): string => inMeasure(x, b.measure);
    return [b.name, m(b.estimate), b.interval === null ? "–" : `${m(b.interval[0])} to ${m(b.interval[1])}`, m(b.control), count(b.n)];
  });
  const heads = [
    { title: "Part" },
    { title: "People in the data", kind: "num" },
    { title: "Interval", kind: "num" },
    { title: "People held out", kind: "num" },
    { title: "Tried", kind: "num" },
  ] as const;
  return table(`${f.title}: its parts`, heads, rows);
}

function attack(f: Finding): Markup {
  const level = `${figure(100 * f.level)} %`;
  const m = (x: number | null | undefined): string => inMeasure(x, f.measure);
  const range = (i: readonly [number, number] | null): string => (i === null ? "no interval" : `${level} interval ${m(i[0])} to ${m(i[1])}`);
  const control = f.control === null ? "none" : `${m(f.control.estimate)} (${range(f.control.interval)}, n = ${count(f.control.n)})`;
  const excess = f.excess === null ? "–" : `${m(f.excess.estimate)}, standard error ${m(f.excess.standardError)}`;
  const residual = f.residualRisk === null ? "–" : `${figure(f.residualRisk.estimate)} (${figure(f.residualRisk.interval[0])} to ${figure(f.residualRisk.interval[1])})`;
  return html`<details class="card attack keep"><summary>${f.title}</summary><p>${f.claim}</p><div class="two"><div>${facts([
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
    ["May leave", leave(f)],
    ...(f.note !== null && f.estimate !== null ? [["Note", f.note] as const] : []),
  ])}</div>${f.curves.length > 0 ? curves(f) : null}</div>${breakdown(f)}</details>`;
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
