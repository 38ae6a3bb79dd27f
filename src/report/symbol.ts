import { html, type Markup } from "./html.js";
import { OUTCOME, type OutcomeName } from "./words.js";

const SHAPES: Record<OutcomeName, readonly [string, string]> = {
  pass: ["M26 4a22 22 0 1 0 0 44a22 22 0 1 0 0-44z", "M15 27l8 8 14-17"],
  fail: ["M17 4h18l13 13v18l-13 13h-18l-13-13v-18z", "M18 18l16 16M34 18l-16 16"],
  inconclusive: ["M26 4L48 26L26 48L4 26z", "M20.500 21a5.500 5.500 0 1 1 7.500 5.100c-1.500.6-2 1.600-2 3.400M26 35v.5"],
  warn: ["M26 5L49 46H3z", "M26 19v13M26 38v.5"],
  none: ["M8 8h36v36h-36z", "M17 26h18"],
};

/** The outcome's sign: circle with tick, octagon with cross, diamond with question mark, triangle. Shape and word tell it, not only colour. */
export function symbol(outcome: OutcomeName): Markup {
  const [outer, inner] = SHAPES[outcome];
  return html`<svg viewBox="0 0 52 52" width="52" height="52" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"><path d="${outer}" stroke-width="3"/><path d="${inner}" stroke-width="5"/></svg>`;
}

/** A small label: sign and word. */
export function mark(outcome: OutcomeName): Markup {
  const signs: Record<OutcomeName, string> = { pass: "✓", fail: "✗", inconclusive: "?", warn: "!", none: "–" };
  return html`<span class="mark ${OUTCOME[outcome].css}"><span aria-hidden="true">${signs[outcome]} </span>${OUTCOME[outcome].word}</span>`;
}
