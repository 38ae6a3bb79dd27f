import type { ReportFile } from "../../formats/report.js";
import { html, type Markup } from "../html.js";
import { table } from "../table.js";

type Declaration = ReportFile["declarations"][number];

const SOURCE = { public: "declared from outside the data", data: "read from the data, then declared public", discover: "found by the fit, and paid for" } as const;

/** Facts that the guarantee takes for public, and who said so. */
export function declarationsTable(declarations: readonly Declaration[]): Markup {
  if (declarations.length === 0) return html`<p>None.</p>`;
  const rows = declarations.map((d) => [d.key, d.what, SOURCE[d.source], d.by ?? "–", d.reason ?? "–"]);
  return table("Facts taken for public", [{ title: "Key" }, { title: "What", kind: "wide" }, { title: "Where from" }, { title: "By" }, { title: "Reason", kind: "wide" }], rows);
}

export function declarationsSection(declarations: readonly Declaration[]): Markup {
  return html`<section aria-labelledby="declared"><h2 id="declared">Public by declaration</h2><p>The guarantee covers what is measured, not what was known beforehand. These facts are taken for public; those read from the data stand outside the guarantee.</p>${declarationsTable(declarations)}</section>`;
}
