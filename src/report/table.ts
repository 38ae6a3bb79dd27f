import { html, type Markup, type Part } from "./html.js";

export interface TableColumn {
  readonly title: string;
  readonly kind?: "num" | "wide";
}

/** From so many columns on, a narrow screen shows each row as a list of titles and values. */
const MANY = 5;

/** A table with a caption and column headers, in a box that scrolls by itself and can be reached by keyboard. The first cell of a row is its header. */
export function table(caption: string, columns: readonly TableColumn[], rows: readonly (readonly Part[])[]): Markup {
  const head = columns.map((c) => html`<th scope="col" class="${c.kind ?? ""}">${c.title}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((v, i) => (i === 0 ? html`<th scope="row">${v}</th>` : html`<td class="${columns[i].kind ?? ""}" data-title="${columns[i].title}">${v}</td>`))}</tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${`Table: ${caption}`}"><table class="${columns.length >= MANY ? "many" : ""}"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** The same, folded away behind a line of text. */
export function foldedTable(summary: string, caption: string, columns: readonly TableColumn[], rows: readonly (readonly Part[])[]): Markup {
  return html`<details><summary>${summary}</summary>${table(caption, columns, rows)}</details>`;
}

/** Name and value pairs. */
export function facts(pairs: readonly (readonly [string, Part])[]): Markup {
  return html`<dl class="facts">${pairs.map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl>`;
}
