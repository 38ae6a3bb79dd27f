import type { Column } from "../../domain/column.js";
import type { Utility } from "../../formats/report.js";
import type { AuditContext } from "../context.js";

/** Bars of one chart: longer columns keep their largest shares and a rest. */
const MOST_BARS = 40;
const SECONDS_A_DAY = 86_400;

/** Share of each category or bin in train and release, one chart per learned column, and their TVD over all codes. */
export function columnShares(context: AuditContext): Utility["columns"] {
  return context.real.domain.columns.map((column, c) => {
    const train = shares(context.real.codes[c], column.size, context.train);
    const release = shares(context.release.codes[c], column.size, null);
    let tvd = 0;
    for (let code = 0; code < column.size; code += 1) tvd += Math.abs(train[code] - release[code]) / 2;
    const labels = Array.from({ length: column.size }, (_, code) => codeLabel(column, code));
    if (column.size <= MOST_BARS) return { name: column.name, labels, train: Array.from(train), release: Array.from(release), tvd };
    const order = Array.from({ length: column.size }, (_, code) => code).sort((a, b) => train[b] + release[b] - train[a] - release[a]);
    const kept = order.slice(0, MOST_BARS - 1).sort((a, b) => a - b);
    const rest = order.slice(MOST_BARS - 1);
    const sum = (of: Float64Array): number => rest.reduce((total, code) => total + of[code], 0);
    return {
      name: column.name,
      labels: [...kept.map((code) => labels[code]), `(${rest.length} others)`],
      train: [...kept.map((code) => train[code]), sum(train)],
      release: [...kept.map((code) => release[code]), sum(release)],
      tvd,
    };
  });
}

function shares(codes: ArrayLike<number>, size: number, rows: Uint32Array | null): Float64Array {
  const counts = new Float64Array(size);
  const n = rows === null ? codes.length : rows.length;
  for (let i = 0; i < n; i += 1) counts[codes[rows === null ? i : rows[i]]] += 1;
  return n === 0 ? counts : counts.map((count) => count / n);
}

/** Public name of a code. */
function codeLabel(column: Column, code: number): string {
  if (code === column.nullCode) return "(null)";
  if (column.labels !== undefined) return column.labels[code];
  const edges = column.bins?.edges ?? new Float64Array(0);
  return `${edgeText(column, edges[code])} to ${edgeText(column, edges[code + 1])}`;
}

function edgeText(column: Column, edge: number): string {
  if (column.type !== "date" && column.type !== "datetime") return `${Number(edge.toPrecision(6))}`;
  const text = new Date(edge * 1000 * (column.type === "date" ? SECONDS_A_DAY : 1)).toISOString();
  return column.type === "date" ? text.slice(0, 10) : text.slice(0, 16);
}
