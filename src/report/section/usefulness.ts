import type { Utility } from "../../formats/report.js";
import { heatMap } from "../chart/heat-map.js";
import { MOST_BARS, shareBars } from "../chart/share-bars.js";
import { html, type Markup } from "../html.js";
import { count, figure, inMeasure, percent } from "../numbers.js";
import { foldedTable, table } from "../table.js";
import { compatPart, conformityPart, coveragePart, groupsPart } from "./usefulness-parts.js";

const MOST_COLUMNS = 60;

/** Similarity, columns, pairs, associations, and models trained on the release. */
export function utilitySection(u: Utility | null): Markup {
  if (u === null) return html`<section aria-labelledby="utility"><h2 id="utility">Usefulness</h2><p>Usefulness was not measured.</p></section>`;
  return html`<section aria-labelledby="utility"><h2 id="utility">Usefulness</h2><p>${u.summary}</p>${similarity(u)}${columns(u)}${pairs(u)}${associations(u)}${propensity(u)}${learning(u)}${groupsPart(u.subgroups)}${coveragePart(u.coverage)}${conformityPart(u.conformity)}${compatPart(u.compat)}</section>`;
}

function similarity(u: Utility): Markup {
  const rows = u.similarity.map((s) => [s.ways === 1 ? "Single columns" : `Tables of ${s.ways} columns`, count(s.marginals), percent(s.release), percent(s.resample), percent(s.chance)]);
  const heads = [
    { title: "What" },
    { title: "Tables", kind: "num" },
    { title: "Release", kind: "num" },
    { title: "Second real sample", kind: "num" },
    { title: "Drawn from the data itself", kind: "num" },
  ] as const;
  const unseen = u.similarity.find((s) => s.resampleRows > 0)?.resampleRows;
  // A fresh sample, or a model of one, can come no nearer than chance: half of that is a copy.
  const close = u.similarity.some((s) => s.release !== null && s.chance !== null && s.chance > 0.001 && s.release < s.chance / 2);
  const copied = close ? html`<p><strong>The release is nearer to the data than rows drawn from them by chance would be: it repeats them.</strong> See the attacks on copies.</p>` : null;
  const worst = u.similarity.flatMap((s) => s.worst.map((w) => [w.columns.join(" × "), percent(w.release), percent(w.chance)]));
  return html`<h3>How far off are the tables?</h3><p class="soft">Mean total variation distance: the share of people one would have to move to turn one table into the other. A second sample of real people${unseen === undefined ? null : html` (${count(unseen)} rows nobody learnt from; fewer rows, more chance)`} shows what mere chance does; the last column is what as many rows as the release has would show if they were drawn from the data themselves.</p>${copied}${table("Error of tables, against the data learnt from", heads, rows)}${
    worst.length === 0
      ? null
      : foldedTable("Furthest off beyond chance", "Tables that are furthest off", [{ title: "Columns" }, { title: "Release", kind: "num" }, { title: "Drawn from the data", kind: "num" }], worst)
  }`;
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
  const change = (a: (typeof sorted)[number]): string => figure(a.train === null || a.release === null ? null : a.release - a.train);
  const row = (a: (typeof sorted)[number]): string[] => [`${a.a} × ${a.b}`, KIND[a.kind], figure(a.train), figure(a.release), change(a), figure(a.unseen)];
  const heads = [
    { title: "Pair" },
    { title: "Measure" },
    { title: "Data", kind: "num" },
    { title: "Release", kind: "num" },
    { title: "Change", kind: "num" },
    { title: "Second real sample", kind: "num" },
  ] as const;
  const rest = sorted.slice(8, 300);
  const means = u.associationChange.map((c) => [KIND[c.kind], count(c.pairs), figure(c.release), figure(c.largest), figure(c.unseen)]);
  const meanHeads = [
    { title: "Measure" },
    { title: "Pairs", kind: "num" },
    { title: "Mean change", kind: "num" },
    { title: "Largest", kind: "num" },
    { title: "Mean, second real sample", kind: "num" },
  ] as const;
  return html`<h3>Do the columns still go together?</h3>${means.length > 0 ? table("How much associations changed", meanHeads, means) : null}${table("Associations that changed most", heads, sorted.slice(0, 8).map(row))}${rest.length > 0 ? foldedTable("The others", "Associations, in order of change", heads, rest.map(row)) : null}`;
}

function propensity(u: Utility): Markup {
  if (u.propensity.length === 0) return html``;
  const rows = u.propensity.map((p) => [p.learner, figure(p.pmse), figure(p.expected), figure(p.ratio), figure(p.unseenRatio), count(p.rows)]);
  const heads = [
    { title: "Learner" },
    { title: "pMSE", kind: "num" },
    { title: "By chance", kind: "num" },
    { title: "Ratio", kind: "num" },
    { title: "Ratio, second real sample", kind: "num" },
    { title: "Rows", kind: "num" },
  ] as const;
  return html`<h3>Can released rows be told from real ones?</h3><p class="soft">A classifier is asked which rows were released. pMSE is the mean squared distance of its answers from a coin's; the ratio to what chance gives is 1 for a second sample of the same people. A ratio near 1 says that this classifier sees nothing, not that there is nothing.</p>${table("Telling released rows from real ones", heads, rows)}`;
}

function learning(u: Utility): Markup {
  if (u.learning.length === 0) return html``;
  const show = (x: number, i: readonly [number, number], m: string): string => `${inMeasure(x, m)} (${inMeasure(i[0], m)} to ${inMeasure(i[1], m)})`;
  const gap = (l: (typeof u.learning)[number]): string => (l.difference === null || l.differenceInterval === null ? "–" : show(l.difference, l.differenceInterval, l.metric));
  const rows = u.learning.map((l) => [l.target, l.learner, l.metric, show(l.tstr, l.tstrInterval, l.metric), show(l.trtr, l.trtrInterval, l.metric), gap(l), count(l.n)]);
  const heads = [
    { title: "Predicted column" },
    { title: "Learner" },
    { title: "Metric" },
    { title: "Trained on the release" },
    { title: "Trained on real data" },
    { title: "Difference" },
    { title: "Tested on", kind: "num" },
  ] as const;
  return html`<h3>Can one learn from it?</h3><p class="soft">The same learner, trained on the release and on real data, tested on real people neither has seen. Intervals are for the people tested; the difference is taken on the same people.</p>${table("Train on synthetic, test on real", heads, rows)}`;
}
