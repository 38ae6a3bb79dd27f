import { html, type Markup, trusted } from "./html.js";
import { STYLE } from "./style.js";

/** One page that stands alone: no script, no request, and a policy that forbids both. `stamp` is the strip above everything. */
export function shell(title: string, stamp: Markup, body: Markup): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${title}</title><style>${trusted(STYLE)}</style></head>
<body><a class="skip" href="#main">Skip to the content</a>${stamp}${body}</body></html>
`.text;
}
