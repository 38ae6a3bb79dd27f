// A chart on logarithmic axes as inline SVG: coloured by CSS classes, so that one drawing serves light, dark and print.
const escapeXml = (s) => String(s).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const decades = (from, to) => Array.from({ length: Math.floor(Math.log10(to) + 1e-9) - Math.ceil(Math.log10(from) - 1e-9) + 1 }, (_, i) => 10 ** (Math.ceil(Math.log10(from) - 1e-9) + i));
/** 1, 2, 5 of each decade where the axis spans few of them. */
function ticksOf(from, to) {
  const whole = decades(from, to).map((v) => Number(v.toPrecision(1)));
  if (whole.length > 3) return whole;
  const fine = decades(from / 10, to * 10).flatMap((v) => [1, 2, 5].map((m) => Number((m * v).toPrecision(1))));
  return fine.filter((v) => v >= from * 0.999 && v <= to * 1.001);
}

const plain = (v) => (v >= 1e6 ? `${v / 1e6} M` : v >= 1e4 ? `${v / 1e3} k` : String(Number(v.toPrecision(3))));

/** ● circle, ■ square, ▲ triangle: who made it, beside the colour that says which algorithm. */
function marker(shape, x, y, label) {
  const title = `<title>${escapeXml(label)}</title>`;
  if (shape === "square") return `<rect x="${x - 3.5}" y="${y - 3.5}" width="7" height="7">${title}</rect>`;
  if (shape === "triangle") return `<path d="M${x} ${y - 4.5}l4.5 8h-9z">${title}</path>`;
  if (shape === "diamond") return `<path d="M${x} ${y - 5}l5 5l-5 5l-5 -5z">${title}</path>`;
  if (shape === "hollow") return `<circle class="hollow" cx="${x}" cy="${y}" r="4">${title}</circle>`;
  return `<circle cx="${x}" cy="${y}" r="3.5">${title}</circle>`;
}

/**
 * @param series `{ name, key, shape, points: [x, y][], line }`; `key` is the CSS class of its colour
 * @param levels horizontal lines `{ name, y }`
 * @param xs ticks of the x axis (default: decades)
 */
export function logChart({ title, x, y, series, levels = [], xs, width = 360, height = 240 }) {
  const points = series.flatMap((s) => s.points);
  if (points.length === 0) return "";
  const [left, right, top, bottom] = [46, 12, 14, 36];
  const values = [...points.map((p) => p[1]), ...levels.map((l) => l.y)].filter((v) => v > 0);
  const [y0, y1] = [Math.min(...values) / 1.25, Math.max(...values) * 1.25];
  const allX = [...points.map((p) => p[0]), ...(xs ?? [])];
  const [x0, x1] = [Math.min(...allX), Math.max(...allX)];
  const [lx, ly] = [Math.log(x1 / x0) || 1, Math.log(y1 / y0) || 1];
  const px = (v) => Number((left + 8 + ((width - left - right - 16) * Math.log(v / x0)) / lx).toFixed(1));
  const py = (v) => Number((top + (height - top - bottom) * (1 - Math.log(v / y0) / ly)).toFixed(1));
  const parts = [`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`];
  for (const tick of ticksOf(y0, y1))
    parts.push(
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${py(tick)}" y2="${py(tick)}"/><text class="tick" text-anchor="end" x="${left - 5}" y="${py(tick) + 3.5}">${plain(tick)}</text>`,
    );
  for (const tick of xs ?? ticksOf(x0, x1)) parts.push(`<text class="tick" text-anchor="middle" x="${px(tick)}" y="${height - bottom + 15}">${plain(tick)}</text>`);
  parts.push(`<text class="axis" text-anchor="middle" x="${(left + width - right) / 2}" y="${height - 4}">${escapeXml(x)}</text>`);
  parts.push(`<text class="axis" transform="translate(10 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y)}</text>`);
  for (const level of levels)
    parts.push(
      `<line class="level" x1="${left}" x2="${width - right}" y1="${py(level.y)}" y2="${py(level.y)}"/><text class="levelname" text-anchor="end" x="${width - right}" y="${py(level.y) - 4}">${escapeXml(level.name)}</text>`,
    );
  for (const { name, key, shape, points: own, line = true } of series) {
    const at = [...own].sort((a, b) => a[0] - b[0]);
    const path = line && at.length > 1 ? `<path class="line ${shape ?? "circle"}" d="M${at.map(([a, b]) => `${px(a)} ${py(b)}`).join("L")}"/>` : "";
    parts.push(`<g class="series ${key}">${path}${at.map(([a, b]) => marker(shape, px(a), py(b), `${name}: ${plain(a)} → ${plain(b)}`)).join("")}</g>`);
  }
  return `${parts.join("")}</svg>`;
}

/** Legend of `[{ name, key, shape }]`. */
export function legend(entries) {
  return `<p class="legend">${entries.map(({ name, key, shape }) => `<span><svg viewBox="0 0 26 12" aria-hidden="true"><g class="series ${key}"><path class="line ${shape ?? "circle"}" d="M0 6L26 6"/>${marker(shape, 13, 6, name)}</g></svg>${escapeXml(name)}</span>`).join("")}</p>`;
}

export { escapeXml };
