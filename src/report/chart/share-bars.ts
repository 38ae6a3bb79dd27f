import { html, type Markup } from "../html.js";
import { at } from "./scale.js";

const W = 320;
const MOST_ROWS = 12;
export const MOST_BARS = 120;

/** Shares of train and release per bin or category: rows of two bars where few, else columns side by side. */
export function shareBars(name: string, labels: readonly string[], train: readonly number[], release: readonly number[]): Markup {
  const n = Math.min(labels.length, MOST_BARS);
  const top = [...train.slice(0, n), ...release.slice(0, n)].reduce((a, b) => Math.max(a, b), 1e-9);
  const label = `Shares of ${name} in the data learnt from and in the release; the numbers are in the table below`;
  return n <= MOST_ROWS ? rows(label, labels.slice(0, n), train, release, top) : columns(label, labels.slice(0, n), train, release, top);
}

function rows(label: string, labels: readonly string[], train: readonly number[], release: readonly number[], top: number): Markup {
  const pitch = 20;
  const from = 118;
  const width = (v: number): number => Math.max(0, ((W - from - 8) * v) / top) || 0;
  const bars = (values: readonly number[], shift: number): string => labels.map((_, i) => `M${from} ${pitch * i + shift}h${at(width(values[i]))}v6h-${at(width(values[i]))}z`).join("");
  const names = labels.map((text, i) => html`<text x="${from - 6}" y="${pitch * i + 13}" text-anchor="end">${clip(text, 16)}</text>`);
  const h = pitch * labels.length + 4;
  return html`<svg viewBox="0 0 ${W} ${h}" width="${W}" height="${h}" role="img" aria-label="${label}">${names}<path class="real-fill" d="${bars(train, 2)}"/><path class="syn-fill" d="${bars(release, 9)}"/></svg>`;
}

function columns(label: string, labels: readonly string[], train: readonly number[], release: readonly number[], top: number): Markup {
  const h = 150;
  const floor = h - 20;
  const pitch = (W - 8) / labels.length;
  const tall = (v: number): number => Math.max(0, ((floor - 6) * v) / top) || 0;
  const steps = labels.map((_, i) => `${i === 0 ? "M" : "L"}${at(4 + pitch * i)} ${at(floor - tall(release[i]))}h${at(pitch)}`).join("");
  const bars = labels.map((_, i) => `M${at(4 + pitch * i)} ${floor}v-${at(tall(train[i]))}h${at(pitch * 0.86)}v${at(tall(train[i]))}z`).join("");
  const last = labels.length - 1;
  return html`<svg viewBox="0 0 ${W} ${h}" width="${W}" height="${h}" role="img" aria-label="${label}"><path class="real-fill" d="${bars}" fill-opacity=".55"/><path class="syn-line" d="${steps}" stroke-width="2"/>
<path class="axis" d="M4 ${floor}H${W - 4}"/><text x="4" y="${h - 5}">${clip(labels[0], 20)}</text><text x="${W - 4}" y="${h - 5}" text-anchor="end">${clip(labels[last], 20)}</text></svg>`;
}

/** Characters, not code units, so that no pair is cut in half. */
function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}
