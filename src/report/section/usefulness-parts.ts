import type { Utility } from "../../formats/report.js";
import { html, type Markup } from "../html.js";
import { count, figure, inMeasure, percent } from "../numbers.js";
import { foldedTable, table } from "../table.js";

type Groups = NonNullable<Utility["subgroups"]>;

/** Error group by group: does the noise hurt small groups more? */
export function groupsPart(groups: Utility["subgroups"]): Markup {
  if (groups === null) return html``;
  const taught = groups.columns.some((column) => column.groups.some((group) => group.learning !== null));
  const heads = [
    { title: "Group" },
    { title: "Rows in the data", kind: "num" },
    { title: "Share, data → release", kind: "num" },
    { title: "Error", kind: "num" },
    { title: "By chance", kind: "num" },
    { title: "Error beyond chance" },
    ...(taught ? [{ title: "Loss in learning" } as const] : []),
  ] as const;
  const of = ({ name, groups: all }: Groups["columns"][number], at: number): Markup => {
    const rows = all.map((group) => groupRow(group, taught));
    return at === 0 ? table(`${name}: error by group`, heads, rows) : foldedTable(`By ${name}`, `${name}: error by group`, heads, rows);
  };
  const source = groups.declared ? "Groups are the declared quasi-identifiers'." : "No quasi-identifier is declared: some columns of few values stand in.";
  const learnt =
    taught && groups.target !== null
      ? ` Loss in learning: how much better ${groups.learner ?? "a model"} trained on real data tells whether ${groups.target} than one trained on the release, in AUC, on real people of the group.`
      : "";
  return html`<h3>Is it worse about some people?</h3><p class="soft">${source} Error: how far the group's other columns are, on average, from the same group's in the data; by chance: what as many rows drawn from the data would show.${learnt} Groups too small to say anything are named as that.</p>${groups.columns.map(of)}`;
}

function groupRow(group: Groups["columns"][number]["groups"][number], taught: boolean): string[] {
  const { learning, excessInterval: interval } = group;
  const beyond = group.excess === null || interval === null ? `too small: ${group.tooSmall ?? "no number"}` : `${percent(group.excess)} (${percent(interval[0])} to ${percent(interval[1])})`;
  const loss = learning === null ? "too few to say" : `${figure(-learning.difference)} (${figure(-learning.interval[1])} to ${figure(-learning.interval[0])})`;
  return [group.label, count(group.train), `${percent(group.trainShare)} → ${percent(group.releaseShare)}`, percent(group.tvd), percent(group.chance), beyond, ...(taught ? [loss] : [])];
}

/** Which values and combinations the release has, and which it lacks or adds. */
export function coveragePart(coverage: Utility["coverage"]): Markup {
  if (coverage === null) return html``;
  const { pairs } = coverage;
  const rows = coverage.columns.map((c) => [
    c.name,
    `${count(c.kept)} of ${count(c.values)}`,
    percent(c.lost),
    percent(c.added),
    c.range === null ? "–" : `${c.range.release.join(" to ")} of ${c.range.train.join(" to ")} (${percent(c.range.covered)})`,
  ]);
  const heads = [
    { title: "Column" },
    { title: "Values kept", kind: "num" },
    { title: "Rows whose value is lost", kind: "num" },
    { title: "Released rows with a new value", kind: "num" },
    { title: "Range" },
  ] as const;
  const beside = pairs.unseenLost === null ? "" : `; for a second real sample ${percent(pairs.unseenLost)} and ${percent(pairs.unseenAdded)}`;
  const words =
    pairs.lost === null
      ? ""
      : `Of pairs of values, ${percent(pairs.lost)} of rows stand in combinations that the release lacks, and ${percent(pairs.added)} of released rows in combinations that the data lack${beside}.`;
  return html`<h3>What is missing, what is new?</h3><p>${words}</p>${foldedTable("Column by column", "Values and ranges kept", heads, rows)}`;
}

/** Cells that the schema does not allow. */
export function conformityPart(conformity: Utility["conformity"]): Markup {
  if (conformity === null) return html``;
  const heads = [
    { title: "Column" },
    { title: "Forbidden nulls", kind: "num" },
    { title: "Unknown values", kind: "num" },
    { title: "Unreadable", kind: "num" },
    { title: "Out of bounds", kind: "num" },
  ] as const;
  const side = (name: string, { rows, columns }: typeof conformity.release): Markup => {
    const bad = columns.map((c) => ({ ...c, nulls: c.nullable ? 0 : c.nulls })).filter((c) => c.nulls + c.unseen + c.unparsable + c.outOfBounds > 0);
    if (bad.length === 0) return html`<p>${name}: every cell of ${count(rows)} rows is one that the schema allows.</p>`;
    return table(
      `${name}: cells that the schema does not allow, of ${count(rows)} rows`,
      heads,
      bad.map((c) => [c.name, count(c.nulls), count(c.unseen), count(c.unparsable), count(c.outOfBounds)]),
    );
  };
  return html`<h3>Does it keep to the schema?</h3>${side("Release", conformity.release)}${side("Real rows", conformity.real)}<p class="soft">Such cells were read as the schema says (clamped, null, or the catch-all); everything above is measured after that.</p>`;
}

/** Scores under other tools' definitions. */
export function compatPart(compat: Utility["compat"]): Markup {
  if (compat === null) return html``;
  const { sdmetrics: s, kMarginal: k } = compat;
  const plain = (x: number | null): string => (x === null ? "–" : x.toFixed(4));
  const rows = [
    ...(s === null
      ? []
      : [
          [`sdmetrics ${s.version}: Quality`, plain(s.quality.overall), `shapes ${plain(s.quality.columnShapes)}, pair trends ${plain(s.quality.columnPairTrends)}`],
          [`sdmetrics ${s.version}: Quality, all pairs`, plain(s.quality.overallAllPairs), `pair trends ${plain(s.quality.columnPairTrendsAllPairs)}`],
          [`sdmetrics ${s.version}: Diagnostic`, plain(s.diagnostic.overall), `validity ${plain(s.diagnostic.dataValidity)}, structure ${plain(s.diagnostic.dataStructure)}`],
        ]),
    ...(k === null
      ? []
      : [
          [
            "NIST k-marginal",
            inMeasure(Math.round(10 * k.score) / 10, "score"),
            `${count(k.marginals)} tables of ${count(k.features.length)} columns${k.group === null ? "" : `, within each ${k.group}`}; second real sample ${figure(k.unseenScore === null ? null : Math.round(10 * k.unseenScore) / 10)}`,
          ],
        ]),
  ];
  return html`<h3>As other tools score it</h3>${table("Scores under other tools' definitions", [{ title: "Score" }, { title: "Value", kind: "num" }, { title: "Of which" }], rows)}`;
}
