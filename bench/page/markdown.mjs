// The same facts as a page of docs/.
import { exponent, figure, find } from "./facts.mjs";
import { NIST, PEER_NOTE } from "./published.mjs";

const EPSILONS = [0.1, 1, 10];
const table = (head, rows) => [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows.map((r) => `| ${r.join(" | ")} |`)].join("\n");

export function markdownPage({ methods, cells, peers, nist, nistTargets, growth, tables, ours, targets, lost, unfinished }) {
  const linesOf = (name) => [...ours.map((m) => [m, cells]), ...[...new Set(peers.filter((c) => c.table === name).map((c) => c.method))].map((m) => [m, peers])];
  const sections = [
    "# Benchmarks",
    "Written by `bench/page.mjs` from `bench/results`; charts and all numbers are in `bench/results/index.html`. The scripts in `bench` make the results and say what they need.",
    `One cold run of the program: fit, and as many rows as the table has. Error is the mean total variation distance over all marginals of a kind, real table against synthetic rows, by an independent judge. δ = ${methods.delta ?? "–"}; one row is one unit. Node ${methods.node ?? "–"}, ${methods.machine ?? "–"}.`,
    "## Two-way error",
    table(
      ["table", "method", ...EPSILONS.map((e) => `ε = ${e}`)],
      tables.flatMap((name) => {
        const rows = linesOf(name).map(([method, list]) => [name, method, ...EPSILONS.map((e) => errorOf(find(list, name, method, e)))]);
        const base = find(cells, name, "bootstrap", null);
        return base === undefined ? rows : [...rows, [name, "real rows, resampled", ...EPSILONS.map(() => figure(base.tvd["2way"]))]];
      }),
    ),
    PEER_NOTE,
    "## Where we lose",
    lost.length === 0 ? "Nowhere in what was measured." : lost.map((l) => `- ${l}`).join("\n"),
    "## Aims",
    table(
      ["", "ε", "aim", "is", ""],
      targets.map((r) => [r.what, r.epsilon, `${r.most ? "≤" : "≥"} ${r.must}`, figure(r.is), r.reached === null ? "not measured" : r.reached ? "reached" : "missed"]),
    ),
    "## Time and memory",
    "Median seconds of runs that had the machine to themselves, and the largest peak memory.",
    table(
      ["table", "method", ...EPSILONS.map((e) => `s, ε = ${e}`), ...EPSILONS.map((e) => `MB, ε = ${e}`)],
      tables.flatMap((name) =>
        linesOf(name).map(([m, list]) => [name, m, ...EPSILONS.map((e) => secondsOf(find(list, name, m, e))), ...EPSILONS.map((e) => figure(find(list, name, m, e)?.megabytes))]),
      ),
    ),
    ...(unfinished.length === 0 ? [] : ["Peers that did not end:", unfinished.map((u) => `- ${u}`).join("\n")]),
    "## NIST k-marginal score",
    "δ = 1e-5, variant A; the default knows nothing of the score and does not treat the area as special.",
    table(
      ["table", "features", "ε", "score", "aim", "best published, DP", "two-way error, not by area", "pMSE, logistic", "pMSE, tree"],
      nist.map((c) => [
        c.table,
        c.features,
        c.epsilon,
        c.score.toFixed(1),
        nistTargets?.[`${c.table} ${c.features}`]?.[c.epsilon] ?? "–",
        publishedOf(c),
        figure(c.plain),
        figure(c.logistic),
        figure(c.tree),
      ]),
    ),
    "## How cost grows",
    growth.length === 0
      ? "Not measured yet."
      : table(
          ["against", "what", "from", "to", "seconds", "exponent", "MB", "exponent"],
          ["rows", "columns", "epsilon"].flatMap((part) =>
            ["run", "fit"].flatMap((act) =>
              growthRow(
                part,
                act,
                growth.filter((r) => r.part === part && r.act === act && r.status === "ok"),
              ),
            ),
          ),
        ),
  ];
  return `${sections.join("\n\n")}\n`;
}

const errorOf = (c) => (c === undefined ? "" : c.tvd["2way"] === undefined ? c.status : figure(c.tvd["2way"]));
const secondsOf = (c) => (c === undefined ? "" : c.status === "ok" ? (c.seconds === null ? "not timed" : figure(c.seconds)) : c.status);

function publishedOf(c) {
  const best = NIST.filter((p) => p.table === c.table && p.features === c.features && p.at[c.epsilon] !== undefined).sort((a, b) => b.at[c.epsilon] - a.at[c.epsilon])[0];
  return best === undefined ? "–" : `${best.at[c.epsilon]} (${best.label}${best.later ? ", later variant of the score" : ""})`;
}

function growthRow(part, act, rows) {
  if (rows.length < 2) return [];
  const at = [...rows].sort((a, b) => a.x - b.x);
  const slope = (key) => exponent(at.map((r) => [r.x, r[key]]))?.toFixed(2) ?? "–";
  const span = (key) => `${figure(at[0][key])} to ${figure(at.at(-1)[key])}`;
  return [[part === "epsilon" ? "ε" : part, act === "run" ? "fit and rows" : "fit alone", at[0].x, at.at(-1).x, span("seconds"), slope("seconds"), span("megabytes"), slope("megabytes")]];
}
