import type { Utility } from "../../formats/report.js";
import { heatMap } from "../chart/heat-map.js";
import { MOST_BARS, shareBars } from "../chart/share-bars.js";
import { html, type Markup } from "../html.js";
import { count, figure, inMeasure, percent } from "../numbers.js";
import { foldedTable, table } from "../table.js";

const MOST_COLUMNS = 60;

/** Similarity, columns, pairs, associations, and models trained on the release. */
export function utilitySection(u: Utility | null): Markup {
  if (u === null) return html`<section aria-labelledby="utility"><h2 id="utility">Usefulness</h2><p>Usefulness was not measured.</p></section>`;
  return html`<section aria-labelledby="utility"><h2 id="utility">Usefulness</h2><p>${u.summary}</p>${similarity(u)}${columns(u)}${pairs(u)}${associations(u)}${learning(u)}</section>`;
}

function similarity(u: Utility): Markup {
  const rows = u.similarity.map((s) => [s.ways === 1 ? "Single columns" : `Tables of ${s.ways} columns`, count(s.marginals), percent(s.release), percent(s.resample)]);
  const heads = [{ title: "What" }, { title: "Tables", kind: "num" }, { title: "Release", kind: "num" }, { title: "Second real sample", kind: "num" }] as const;
  return html`<h3>How far off are the tables?</h3><p class="soft">Mean total variation distance: the share of people one would have to move to turn one table into the other. A second sample of real people shows what mere chance does.</p>${table("Error of tables, against the data learnt from", heads, rows)}`;
}

function columns(u: Utility): Markup {
  if (u.columns.length === 0) return html``;
  const key = html`<ul class="key"><li><svg viewBox="0 0 26 14" aria-hidden="true"><path class="real-fill" d="M2 3h22v8H2z"/></svg>data learnt from (upper bar, or filled)</li><li><svg viewBox="0 0 26 14" aria-hidden="true"><path class="syn-fill" d="M2 3h22v8H2z"/></svg>release (lower bar, or outline)</li></ul>`;
  const charts = u.columns.slice(0, MOST_COLUMNS).map((c) => {
    const n = Math.min(c.labels.length, MOST_BARS);
    const rest = c.labels.length > n ? ` The first ${n} of ${c.labels.length} values are shown.` : "";
    const rows = c.labels.slice(0, n).map((label, i) => [label, percent(c.train[i]), percent(c.release[i])]);
    return html`<figure class="card"><h4>${c.name}</h4>${n > 0 ? shareBars(c) : null}<figcaption>Off by ${percent(c.tvd)}.${rest}</figcaption>${foldedTable("Numbers", `Shares of ${c.name}`, [{ title: "Value" }, { title: "Data", kind: "num" }, { title: "Release", kind: "num" }], rows)}</figure>`;
  });
  const more = u.columns.length > MOST_COLUMNS ? html`<p class="soft">The first ${MOST_COLUMNS} of ${u.columns.length} columns are drawn; report.json has all.</p>` : null;
  return html`<h3>Column by column</h3>${key}<div class="grid">${charts}</div>${more}`;
}

function pairs(u: Utility): Markup {
  const d = u.pairColumns.length;
  if (d < 2) return html``;
  const list: { a: string; b: string; v: number }[] = [];
  for (let i = 1; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const v = u.pairTvd[i * d + j];
      if (v !== null && v !== undefined && Number.isFinite(v)) list.push({ a: u.pairColumns[j], b: u.pairColumns[i], v });
    }
  }
  list.sort((x, y) => y.v - x.v);
  const caption = "Error of each pair of columns, in per cent; the stronger the colour, the worse.";
  const worst = list.slice(0, 300).map((p) => [`${p.a} × ${p.b}`, percent(p.v)]);
  const chart = heatMap(
    u.pairColumns,
    u.pairTvd,
    Math.max(0.05, list[0]?.v ?? 0),
    `${caption} The worst pair is ${list[0] === undefined ? "unknown" : `${list[0].a} and ${list[0].b}, ${percent(list[0].v)}`}.`,
  );
  return html`<h3>Pair by pair</h3><figure><div class="scroll" role="region" tabindex="0" aria-label="Heat map of pair errors">${chart}</div><figcaption>${caption}</figcaption>${foldedTable("Numbers, worst first", "Error of pairs of columns", [{ title: "Pair" }, { title: "Error", kind: "num" }], worst)}</figure>`;
}

const KIND = { pearson: "Pearson's r", "cramers-v": "Cramér's V", "correlation-ratio": "correlation ratio" } as const;

function associations(u: Utility): Markup {
  if (u.associations.length === 0) return html``;
  const gap = (a: (typeof u.associations)[number]): number => (a.train === null || a.release === null ? -1 : Math.abs(a.train - a.release));
  const sorted = [...u.associations].sort((a, b) => gap(b) - gap(a));
  const row = (a: (typeof sorted)[number]): string[] => [`${a.a} × ${a.b}`, KIND[a.kind], figure(a.train), figure(a.release)];
  const heads = [{ title: "Pair" }, { title: "Measure" }, { title: "Data", kind: "num" }, { title: "Release", kind: "num" }] as const;
  const rest = sorted.slice(8, 300);
  return html`<h3>Do the columns still go together?</h3>${table("Associations that changed most", heads, sorted.slice(0, 8).map(row))}${rest.length > 0 ? foldedTable("The others", "Associations, in order of change", heads, rest.map(row)) : null}`;
}

function learning(u: Utility): Markup {
  if (u.learning.length === 0) return html``;
  const show = (x: number, i: readonly [number, number], m: string): string => `${inMeasure(x, m)} (${inMeasure(i[0], m)} to ${inMeasure(i[1], m)})`;
  const rows = u.learning.map((l) => [l.target, l.learner, l.metric, show(l.tstr, l.tstrInterval, l.metric), show(l.trtr, l.trtrInterval, l.metric), count(l.n)]);
  const heads = [
    { title: "Predicted column" },
    { title: "Learner" },
    { title: "Metric" },
    { title: "Trained on the release" },
    { title: "Trained on real data" },
    { title: "Tested on", kind: "num" },
  ] as const;
  return html`<h3>Can one learn from it?</h3><p class="soft">The same learner, trained on the release and on real data, tested on real people neither has seen.</p>${table("Train on synthetic, test on real", heads, rows)}`;
}
