import { html, type Markup } from "../html.js";
import { at, linear } from "./scale.js";

export interface IntervalBar {
  /** Ends of the axis. */
  readonly from: number;
  readonly to: number;
  readonly measured: number;
  readonly low: number;
  readonly high: number;
  /** The same attack on people outside the data, or chance. */
  readonly control: number | null;
  readonly limit: number | null;
  /** What stands at the limit. */
  readonly limitText: string;
  readonly text: (x: number) => string;
  /** The whole figure in words. */
  readonly label: string;
}

/** A strip of fixed height and any width: allowed zone up to the limit, interval and point, diamond for the control. Positions are percentages, so that text never shrinks. */
export function intervalBar(bar: IntervalBar): Markup {
  const x = linear(bar.from, bar.to, 1, 99);
  const p = (v: number): string => `${at(x(v))}%`;
  const zoneFrom = x(bar.control ?? bar.from);
  const zone = bar.limit === null ? null : html`<rect class="zone" x="${at(zoneFrom)}%" y="4" width="${at(Math.max(0, x(bar.limit) - zoneFrom))}%" height="18"/>`;
  const limit =
    bar.limit === null
      ? null
      : html`<line class="lim" x1="${p(bar.limit)}" x2="${p(bar.limit)}" y1="0" y2="26" stroke-width="2"/><text x="${p(bar.limit)}" y="39" text-anchor="${anchor(x(bar.limit))}">${bar.limitText}</text>`;
  const apart = bar.limit === null || Math.abs(x(bar.limit) - x(bar.from)) > 30;
  const ends = html`${apart ? html`<text class="dim" x="1%" y="39">${bar.text(bar.from)}</text>` : null}${
    bar.limit === null || Math.abs(x(bar.limit) - 99) > 30 ? html`<text class="dim" x="99%" y="39" text-anchor="end">${bar.text(bar.to)}</text>` : null
  }`;
  const control = bar.control === null ? null : html`<svg x="${p(bar.control)}" y="13" overflow="visible" width="1" height="1"><path class="ctl" d="M0-7L6 0 0 7-6 0Z" stroke-width="2"/></svg>`;
  return html`<svg class="bar" role="img" aria-label="${bar.label}"><line class="axis" x1="1%" x2="99%" y1="22" y2="22"/>${zone}${limit}${ends}
<line class="meas" x1="${p(bar.low)}" x2="${p(bar.high)}" y1="13" y2="13" stroke-width="5" stroke-linecap="round"/>${control}
<svg x="${p(bar.measured)}" y="13" overflow="visible" width="1" height="1"><circle class="meas" r="5"/></svg></svg>`;
}

/** What the marks mean, once for all bars. */
export function intervalKey(): Markup {
  return html`<ul class="key"><li><svg viewBox="0 0 26 14" aria-hidden="true"><line class="meas" x1="3" x2="23" y1="7" y2="7" stroke-width="4"/><circle class="meas" cx="13" cy="7" r="4"/></svg>attack on people in the data, with its interval</li>
<li><svg viewBox="0 0 26 14" aria-hidden="true"><path class="ctl" d="M13 1l5 6-5 6-5-6Z" stroke-width="2"/></svg>same attack on people who are not, or chance</li>
<li><svg viewBox="0 0 26 14" aria-hidden="true"><rect class="zone" x="1" y="2" width="16" height="10"/><line class="lim" x1="18" x2="18" y1="0" y2="14" stroke-width="2"/></svg>allowed, up to the limit</li></ul>`;
}

function anchor(x: number): string {
  return x > 85 ? "end" : x < 15 ? "start" : "middle";
}
