import { html, type Markup } from "../html.js";
import { at } from "./scale.js";

const W = 320;
/** Most rows of a chart: names have to be read one by one, of bins the ends are enough. */
const MOST_ROWS = { names: 24, ordered: 12 };
export const MOST_BARS = 120;
const MOST_LETTERS = 16;
/** What the audit calls the bar of nulls, which stands apart from an order. */
const NULL = "(null)";

interface Shares {
  readonly name: string;
  readonly ordered: boolean;
  readonly labels: readonly string[];
  readonly train: readonly number[];
  readonly release: readonly number[];
}

/** Shares of train and release per bin or category: rows of two bars where few, else columns side by side. */
export function shareBars({ name, ordered, labels, train, release }: Shares): Markup {
  const n = Math.min(labels.length, MOST_BARS);
  const top = [...train.slice(0, n), ...release.slice(0, n)].reduce((a, b) => Math.max(a, b), 1e-9);
  const label = `Shares of ${name} in the data learnt from and in the release; the numbers are in the table below`;
  return n <= (ordered ? MOST_ROWS.ordered : MOST_ROWS.names) ? rows(label, labels.slice(0, n), train, release, top) : columns(label, labels.slice(0, n), train, release, top);
}

function rows(label: string, labels: readonly string[], train: readonly number[], release: readonly number[], top: number): Markup {
  const pitch = 20;
  const from = 22 + 6.5 * labels.reduce((most, text) => Math.max(most, Math.min(MOST_LETTERS, [...text].length)), 0);
  const width = (v: number): number => Math.max(0, ((W - from - 8) * v) / top) || 0;
  const bars = (values: readonly number[], shift: number): string => labels.map((_, i) => `M${at(from)} ${pitch * i + shift}h${at(width(values[i]))}v6h-${at(width(values[i]))}z`).join("");
  const names = labels.map((text, i) => html`<text x="${at(from - 6)}" y="${pitch * i + 13}" text-anchor="end">${clip(text, MOST_LETTERS)}</text>`);
  const h = pitch * labels.length + 4;
  return html`<svg viewBox="0 0 ${W} ${h}" width="${W}" height="${h}" role="img" aria-label="${label}">${names}<path class="real-fill" d="${bars(train, 2)}"/><path class="syn-fill" d="${bars(release, 9)}"/></svg>`;
}

function columns(label: string, labels: readonly string[], train: readonly number[], release: readonly number[], top: number): Markup {
  const h = 150;
  const floor = h - 20;
  const last = labels.length - 1;
  const apart = labels[last] === NULL ? 12 : 0;
  const pitch = (W - 8 - apart) / labels.length;
  const x = (i: number): number => 4 + pitch * i + (i === last ? apart : 0);
  const tall = (v: number): number => Math.max(0, ((floor - 6) * v) / top) || 0;
  const steps = labels.map((_, i) => `${i === 0 || (i === last && apart > 0) ? "M" : "L"}${at(x(i))} ${at(floor - tall(release[i]))}h${at(pitch)}`).join("");
  const bars = labels.map((_, i) => `M${at(x(i))} ${floor}v-${at(tall(train[i]))}h${at(pitch * 0.86)}v${at(tall(train[i]))}z`).join("");
  const ends = apart > 0 ? html`<text x="${W - 48}" y="${h - 5}" text-anchor="end">${clip(labels[last - 1], MOST_LETTERS)}</text>` : null;
  return html`<svg viewBox="0 0 ${W} ${h}" width="${W}" height="${h}" role="img" aria-label="${label}"><path class="real-fill" d="${bars}" fill-opacity=".55"/><path class="syn-line" d="${steps}" stroke-width="2"/>
<path class="axis" d="M4 ${floor}H${W - 4}"/><text x="4" y="${h - 5}">${clip(labels[0], MOST_LETTERS)}</text>${ends}<text x="${W - 4}" y="${h - 5}" text-anchor="end">${clip(labels[last], MOST_LETTERS)}</text></svg>`;
}

/** Characters, not code units, so that no pair is cut in half. */
function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}
