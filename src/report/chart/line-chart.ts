import { ticks } from "d3-array";
import { html, type Markup } from "../html.js";
import { at, linear } from "./scale.js";

export interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const W = 400;
const H = 270;
const BOX = { left: 44, right: 12, top: 12, bottom: 40 };
const DASHES = ["", "6 3", "2 3", "8 3 2 3"];

/** Curves over two linear axes. Lines differ in dash as well as colour; `diagonal` draws chance. At most 200 points of each are drawn. */
export function lineChart(curves: readonly Curve[], xTitle: string, yTitle: string, label: string, diagonal: boolean): Markup {
  const finite = curves.map((c) => thin(c)).filter((c) => c.x.length > 1);
  const [x0, x1] = diagonal ? [0, 1] : extent(finite.flatMap((c) => c.x));
  const [, y1] = diagonal ? [0, 1] : extent(finite.flatMap((c) => c.y));
  const x = linear(x0, x1, BOX.left, W - BOX.right);
  const y = linear(0, y1, H - BOX.bottom, BOX.top);
  const base = H - BOX.bottom;
  const xs = ticks(x0, x1, 5).map((t) => html`<text x="${at(x(t))}" y="${base + 16}" text-anchor="middle" class="dim">${short(t)}</text>`);
  const ys = ticks(0, y1, 4).map(
    (t) => html`<path class="grid-line" d="M${BOX.left} ${at(y(t))}H${W - BOX.right}"/><text x="${BOX.left - 6}" y="${at(y(t) + 4)}" text-anchor="end" class="dim">${short(t)}</text>`,
  );
  const lines = finite.map((c, i) => {
    const d = c.x.map((v, k) => `${k === 0 ? "M" : "L"}${at(x(v))} ${at(y(c.y[k]))}`).join("");
    return html`<path class="${i % 2 === 0 ? "syn-line" : "real-line"}" d="${d}" stroke-width="2.2" stroke-dasharray="${DASHES[i % DASHES.length]}"/>`;
  });
  const keys = finite.map(
    (c, i) =>
      html`<li><svg viewBox="0 0 26 14" aria-hidden="true"><path class="${i % 2 === 0 ? "syn-line" : "real-line"}" d="M1 7H25" stroke-width="2.2" stroke-dasharray="${DASHES[i % DASHES.length]}"/></svg>${c.name}</li>`,
  );
  const chance = diagonal ? html`<path class="axis" d="M${at(x(0))} ${at(y(0))}L${at(x(1))} ${at(y(1))}" stroke-width="1.5" stroke-dasharray="2 3"/>` : null;
  return html`<svg viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" role="img" aria-label="${label}">${ys}${xs}<path class="axis" d="M${BOX.left} ${BOX.top}V${base}H${W - BOX.right}"/>${chance}${lines}
<text x="${(W + BOX.left) / 2}" y="${H - 6}" text-anchor="middle">${xTitle}</text><text x="12" y="${base / 2}" text-anchor="middle" transform="rotate(-90 12 ${base / 2})">${yTitle}</text></svg>
<ul class="key">${keys}${diagonal ? html`<li><svg viewBox="0 0 26 14" aria-hidden="true"><path class="axis" d="M1 7H25" stroke-width="1.5" stroke-dasharray="2 3"/></svg>guessing</li>` : null}</ul>`;
}

/** Finite points only, every k-th so that at most 200 stay; the last is kept. */
export function thin(curve: Curve, most = 200): Curve {
  const good = curve.x.map((v, i) => [v, curve.y[i]] as const).filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const step = Math.max(1, Math.ceil(good.length / most));
  const kept = good.filter((_, i) => i % step === 0 || i === good.length - 1);
  return { name: curve.name, x: kept.map((p) => p[0]), y: kept.map((p) => p[1]) };
}

function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return high > low ? [low, high] : [0, Number.isFinite(high) && high > 0 ? high : 1];
}

function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}
