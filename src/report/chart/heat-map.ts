import { html, type Markup } from "../html.js";
import { at } from "./scale.js";

/** Lower triangle of a symmetric matrix of errors in [0, 1], row-major; numbers are hundredths. Strength of colour is relative to `full`; a key says what it stands for. */
export function heatMap(names: readonly string[], values: readonly (number | null)[], full: number, label: string): Markup {
  const d = names.length;
  const cell = d <= 16 ? 30 : Math.max(7, Math.floor(480 / d));
  const left = 130;
  const size = left + Math.max(cell * d, 230);
  const tall = cell * d + (d <= 40 ? 96 : 8);
  const cells: Markup[] = [];
  for (let i = 1; i < d; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const v = values[i * d + j];
      if (v === null || v === undefined || !Number.isFinite(v)) continue;
      const shade = Math.min(1, Math.max(0, full > 0 ? v / full : 0));
      cells.push(html`<rect class="heat" x="${left + cell * j}" y="${cell * i}" width="${cell - 1}" height="${cell - 1}" fill-opacity="${opacity(shade)}"/>`);
      if (d <= 16) cells.push(html`<text x="${left + cell * (j + 0.5)}" y="${cell * (i + 0.5) + 4}" text-anchor="middle">${at(Math.round(1000 * v) / 10)}</text>`);
    }
  }
  const rows = d <= 40 ? names.map((n, i) => html`<text x="${left - 6}" y="${cell * (i + 0.5) + 4}" text-anchor="end">${clip(n)}</text>`) : [];
  const base = cell * d + 10;
  const columns = d <= 40 ? names.slice(0, -1).map((n, j) => html`<text transform="translate(${left + cell * (j + 0.5)} ${base}) rotate(-55)" text-anchor="end">${clip(n)}</text>`) : [];
  return html`<svg viewBox="0 0 ${size + 10} ${tall}" width="${size + 10}" height="${tall}" style="max-width:none" role="img" aria-label="${label}">${cells}${rows}${columns}${key(left + 60, full)}</svg>`;
}

const STEPS = 5;
const SWATCH = 22;

/** Five shades with the values at both ends, in the empty corner above the diagonal. */
function key(from: number, full: number): Markup {
  const shades = Array.from({ length: STEPS }, (_, i) => html`<rect class="heat" x="${from + SWATCH * i}" y="4" width="${SWATCH - 1}" height="12" fill-opacity="${opacity(i / (STEPS - 1))}"/>`);
  return html`${shades}<text x="${from - 6}" y="14" text-anchor="end">0 %</text><text x="${from + STEPS * SWATCH + 4}" y="14">${at(Math.round(1000 * full) / 10)} %</text>`;
}

const opacity = (shade: number): string => at(0.06 + 0.5 * shade);

function clip(text: string): string {
  const characters = [...text];
  return characters.length > 18 ? `${characters.slice(0, 17).join("")}…` : text;
}
