/** Markup that is known to be safe: made by {@link html} only. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type Part = string | number | Markup | null | readonly Part[];

/** Tagged template: every value is escaped, for text and for quoted attributes alike, unless it is {@link Markup}; null is nothing, arrays are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  let out = strings[0];
  for (let i = 0; i < values.length; i += 1) out += render(values[i]) + strings[i + 1];
  return new Markup(out);
}

/** Our own constant text, such as the style sheet, as markup. Never for text from a file. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Control characters and characters that turn the direction of writing become U+FFFD: a name must not rewrite the sentence around it. */
export function escapeHtml(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd").replace(/[&<>"']/g, (c) => ENTITIES[c]);
}

function render(value: Part): string {
  if (value === null) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return escapeHtml(String(value));
  return value.map(render).join("");
}
