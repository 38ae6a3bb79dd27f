// Writes bench/results/index.html, self-contained, and docs/benchmarks.md from bench/results/*.json: no number is typed by hand.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeXml, legend, logChart } from "./page/chart.mjs";
import { cellsOf, DEFAULT, exponent, figure, find, losses, nistCells, targetRows } from "./page/facts.mjs";
import { markdownPage } from "./page/markdown.mjs";
import { NIST, NIST_ANCHORS, PEER_NOTE, REFERENCE } from "./page/published.mjs";
import { readResults, resultsFile } from "./results-file.mjs";

const [methods, peerFile, nistFile, growth] = ["methods.json", "peers.json", "nist.json", "growth.json"].map(readResults);
const cells = cellsOf(methods.results);
const peers = cellsOf(peerFile.results);
const nist = nistCells(nistFile.results);
const tables = [...new Set(cells.map((c) => c.table))];
const ours = [DEFAULT, "aim", "privbayes", "mst", "independent"].filter((m) => cells.some((c) => c.method === m));
const theirs = [...new Set(peers.filter((c) => c.status === "ok").map((c) => c.method))];
const EPSILONS = [0.1, 1, 10];
const targets = targetRows(cells, nist, nistFile.targets);
const lost = losses(cells, peers, nist);

const shapeOf = (method) => (method.endsWith("-sampled") ? "diamond" : method.startsWith("smartnoise") ? "square" : method.startsWith("dpmm") ? "triangle" : "circle");
const keyOf = (method) =>
  method
    .replace(/-sampled$/, "")
    .split("-")
    .at(-1);
const sizeOf = (table) => cells.find((c) => c.table === table);
const table = (head, rows) =>
  `<div class="wide"><table><thead><tr>${head.map((h) => `<th scope="col">${h}</th>`).join("")}</tr></thead><tbody>${rows.map((r) => `<tr>${r.map((c, i) => (i === 0 ? `<th scope="row">${c}</th>` : `<td>${c}</td>`)).join("")}</tr>`).join("")}</tbody></table></div>`;
const details = (words, body) => `<details><summary>${words}</summary>${body}</details>`;

function errorChart(name, ways) {
  const line = (list, method) => list.filter((c) => c.table === name && c.method === method && c.tvd[ways] > 0).map((c) => [c.epsilon, c.tvd[ways]]);
  const printed = REFERENCE.filter((r) => r.table === name).map((r) => ({
    name: r.label,
    key: r.method,
    shape: "hollow",
    points: Object.entries(r.at)
      .filter(([, v]) => v[ways] !== undefined)
      .map(([e, v]) => [Number(e), v[ways]]),
  }));
  const series = [
    ...printed,
    ...theirs.map((m) => ({ name: m, key: keyOf(m), shape: shapeOf(m), points: line(peers, m) })),
    ...[...ours].reverse().map((m) => ({ name: m, key: m, shape: "circle", points: line(cells, m) })),
  ];
  const bootstrap = find(cells, name, "bootstrap", null)?.tvd[ways];
  const { rows, columns } = sizeOf(name);
  const svg = logChart({
    title: `${name}: ${ways} error against ε`,
    x: "ε",
    y: `mean ${ways.replace("way", "-way")} error`,
    series: series.filter((s) => s.points.length > 0),
    levels: bootstrap === undefined ? [] : [{ name: "real rows, resampled", y: bootstrap }],
    xs: EPSILONS,
  });
  return svg === "" ? "" : `<figure><h3>${name}</h3><figcaption>${rows.toLocaleString("en")} rows × ${columns} columns</figcaption>${svg}</figure>`;
}

function errorTable(name) {
  const all = [...ours.map((m) => [m, cells]), ...[...new Set(peers.filter((c) => c.table === name).map((c) => c.method))].map((m) => [m, peers])];
  const rows = all.flatMap(([method, list]) => {
    const at = EPSILONS.map((e) => find(list, name, method, e));
    return at.every((c) => c === undefined)
      ? []
      : [[method, ...at.flatMap((c) => ["1way", "2way", "3way"].map((k) => (c === undefined ? "" : c.tvd[k] === undefined ? (c.status === "ok" ? "–" : c.status) : figure(c.tvd[k]))))]];
  });
  const base = find(cells, name, "bootstrap", null);
  if (base !== undefined) rows.push(["real rows, resampled", ...EPSILONS.flatMap(() => ["1way", "2way", "3way"].map((k) => figure(base.tvd[k])))]);
  return details(`Numbers of ${name}`, table(["", ...EPSILONS.flatMap((e) => [1, 2, 3].map((k) => `ε = ${e}<br>${k}-way`))], rows));
}

function costTable() {
  const rows = tables.flatMap((name) =>
    [...ours.map((m) => [m, cells]), ...[...new Set(peers.filter((c) => c.table === name).map((c) => c.method))].map((m) => [m, peers])].flatMap(([method, list]) => {
      const at = EPSILONS.map((e) => find(list, name, method, e));
      if (at.every((c) => c === undefined)) return [];
      const seconds = (c) => (c === undefined ? "" : c.status === "timeout" ? `> ${c.limit ?? "limit"} s` : c.status === "failed" ? "failed" : c.seconds === null ? "not timed" : figure(c.seconds));
      return [[`${name}, ${method}`, ...at.map(seconds), ...at.map((c) => (c === undefined ? "" : figure(c.megabytes)))]];
    }),
  );
  return table(["", ...EPSILONS.map((e) => `seconds<br>ε = ${e}`), ...EPSILONS.map((e) => `MB at most<br>ε = ${e}`)], rows);
}

function nistSection() {
  const rows = nist.map((c) => {
    const best = NIST.filter((p) => p.table === c.table && p.features === c.features && p.at[c.epsilon] !== undefined).sort((a, b) => b.at[c.epsilon] - a.at[c.epsilon])[0];
    const anchors = NIST_ANCHORS[`${c.table} ${c.features}`];
    const aim = nistFile.targets?.[`${c.table} ${c.features}`]?.[c.epsilon];
    const name = c.method === "auto" ? "default" : c.method;
    const published = best === undefined ? "–" : `${best.at[c.epsilon]} ${best.label}${best.later ? " (later variant of the score)" : ""}`;
    return [
      `${c.table}, ${c.features}, ${name}`,
      c.epsilon,
      `<span class="${aim === undefined ? "" : c.score >= aim ? "yes" : "no"}">${c.score.toFixed(1)}</span>`,
      c.runs,
      aim ?? "–",
      published,
      anchors?.["2018"] ?? "–",
      anchors?.resampled ?? "–",
      figure(c.plain),
      figure(c.logistic),
      figure(c.tree),
    ];
  });
  return table(["", "ε", "score", "runs", "aim", "best published, DP", "the survey a year earlier", "real rows, resampled", "two-way error, not by area", "pMSE, logistic", "pMSE, tree"], rows);
}

function growthSection() {
  const axis = { rows: "rows", columns: "columns", epsilon: "ε" };
  const figures = Object.keys(axis).flatMap((part) =>
    [
      ["seconds", "seconds"],
      ["megabytes", "MB, peak"],
    ].map(([key, words]) => {
      const series = ["run", "fit"]
        .map((act) => ({
          act,
          name: act === "run" ? "fit and rows" : "fit alone",
          key: act === "run" ? "mosaic" : "independent",
          points: growth.results.filter((r) => r.part === part && r.act === act && r.status === "ok").map((r) => [r.x, r[key]]),
        }))
        .filter((s) => s.points.length > 0);
      if (series.length === 0) return "";
      const slopes = series.map(
        (s) =>
          `${s.name}: ${part === "epsilon" ? "ε" : part}^${exponent(s.points)?.toFixed(2) ?? "–"}, its upper half ^${exponent(s.points.slice(-Math.max(2, Math.ceil(s.points.length / 2))))?.toFixed(2) ?? "–"}`,
      );
      return `<figure>${logChart({ title: `${words} against ${axis[part]}`, x: axis[part], y: words, series, xs: series[0].points.map((p) => p[0]) })}<figcaption>${slopes.join("; ")}</figcaption></figure>`;
    }),
  );
  return figures.every((f) => f === "")
    ? `<p class="soft">Not measured yet.</p>`
    : `${legend([
        { name: "fit and rows", key: "mosaic" },
        { name: "fit alone", key: "independent" },
      ])}<div class="grid-of">${figures.join("")}</div>`;
}

const reachedOf = (r) => (r.reached === null ? "not measured" : r.reached ? `<span class="yes">reached</span>` : `<span class="no">missed</span>`);
const legendOf = legend([
  ...ours.map((m) => ({ name: m, key: m, shape: "circle" })),
  ...theirs.map((m) => ({ name: m, key: keyOf(m), shape: shapeOf(m) })),
  ...REFERENCE.map((r) => ({ name: r.label, key: r.method, shape: "hollow" })),
]);
const unfinished = peers
  .filter((c) => c.status !== "ok")
  .map((c) => `${c.method} on ${c.table} at ε = ${c.epsilon}: ${c.status === "timeout" ? `not done after ${c.limit} s` : (c.error ?? c.status)}`);
const list = (items) => `<ul>${items.map((i) => `<li>${escapeXml(i)}</li>`).join("")}</ul>`;

const body = [
  `<h1>dpsynth: benchmark</h1>`,
  `<p>Every method on ${tables.length} tables, one cold run of the program each: fit, and as many rows as the table has. Error is the mean total variation distance over all marginals of a kind, real table against synthetic rows, by an independent judge; 0 is perfect, 1 the worst. Each fit takes the whole of an untouched budget and is priced alone; peers price themselves. δ = ${methods.delta ?? "–"}, one row is one unit. Node ${methods.node ?? "–"}, ${escapeXml(methods.machine ?? "–")}.</p>`,
  `<h2>Where we lose</h2>`,
  lost.length === 0 ? `<p>Nowhere in what was measured.</p>` : list(lost),
  `<h2>Aims</h2>`,
  table(
    ["", "ε", "aim", "is", ""],
    targets.map((r) => [r.what, r.epsilon, `${r.most ? "≤" : "≥"} ${r.must}`, figure(r.is), reachedOf(r)]),
  ),
  `<h2>Error against ε, pairs of columns</h2>`,
  `<p class="soft">Both axes logarithmic. Filled circles are ours; squares smartnoise-synth, diamonds the same with rows drawn independently, triangles dpmm, run here on the same tables, (ε, δ) and domain; hollow circles reference implementations measured elsewhere. The dashed line is what a second sample of the same people would have: the real rows drawn again with replacement, without any privacy.</p>`,
  `<p class="soft">${escapeXml(PEER_NOTE)}</p>`,
  legendOf,
  `<div class="grid-of">${tables.map((t) => errorChart(t, "2way")).join("")}</div>`,
  `<h2>Error against ε, triples</h2>`,
  `<div class="grid-of">${tables.map((t) => errorChart(t, "3way")).join("")}</div>`,
  `<h2>Numbers</h2>`,
  ...tables.map(errorTable),
  `<h2>Time and memory</h2>`,
  `<p class="soft">Whole program from a cold start, rows written; median seconds of runs that had the machine to themselves, largest peak memory. “not timed”: other work ran beside it.</p>`,
  costTable(),
  unfinished.length === 0 ? "" : `<p>Peers that did not end:</p>${list(unfinished)}`,
  `<h2>NIST k-marginal score</h2>`,
  `<p class="soft">${escapeXml(nistFile.what ?? "")}. δ = ${nistFile.delta ?? "–"}. The score is 1000 × (1 − mean error of pairs within areas), variant A. The default knows nothing of it and does not treat the area as special.</p>`,
  nistSection(),
  `<h2>How cost grows</h2>`,
  `<p class="soft">The default at ε = 1 unless ε is the axis: rows from a model of Adult (14 columns), columns of stroke and, beyond its own, of copies in another row order. Exponents by least squares on logarithms; the start of the program, about half a second and 100 MB, flattens the small end.</p>`,
  growthSection(),
];

const css = readFileSync(new URL("page/style.css", import.meta.url), "utf8");
mkdirSync(dirname(resultsFile("index.html")), { recursive: true });
writeFileSync(
  resultsFile("index.html"),
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>dpsynth: benchmark</title><style>${css}</style></head>\n<body>\n${body.join("\n")}\n</body></html>\n`,
);
writeFileSync(
  process.env.DPSYNTH_BENCHMARKS_MD ?? fileURLToPath(new URL("../docs/benchmarks.md", import.meta.url)),
  markdownPage({ methods, cells, peers, nist, nistTargets: nistFile.targets, growth: growth.results, tables, ours, targets, lost, unfinished }),
);
