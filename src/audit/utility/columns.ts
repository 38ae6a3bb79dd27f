import { codeText } from "../../domain/codec.js";
import type { Column } from "../../domain/column.js";
import type { Utility } from "../../formats/report.js";
import type { AuditContext } from "../context.js";

/** Bars of one chart. */
const MOST_BARS = 40;

/** Share of each category or bin in train and release, one chart per learned column, and their TVD over all codes. */
export function columnShares(context: AuditContext): Utility["columns"] {
  return context.real.domain.columns.map((column, c) => {
    const train = shares(context.real.codes[c], column.size, context.train);
    const release = shares(context.release.codes[c], column.size, null);
    let tvd = 0;
    for (let code = 0; code < column.size; code += 1) tvd += Math.abs(train[code] - release[code]) / 2;
    const groups = barsOf(column, train, release);
    const sum = (of: Float64Array, codes: readonly number[]): number => codes.reduce((total, code) => total + of[code], 0);
    return {
      name: column.name,
      ordered: column.ordered,
      labels: groups.map((codes) => barLabel(column, codes)),
      train: groups.map((codes) => sum(train, codes)),
      release: groups.map((codes) => sum(release, codes)),
      tvd,
    };
  });
}

/** Codes of each bar. Neighbours share a bar where codes have an order; else the largest shares stand alone, the others together. */
function barsOf(column: Column, train: Float64Array, release: Float64Array): number[][] {
  const codes = Array.from({ length: column.size }, (_, code) => code);
  if (column.size <= MOST_BARS) return codes.map((code) => [code]);
  if (column.ordered) {
    const outside = codes.slice(column.valueCount).map((code) => [code]);
    const width = Math.ceil(column.valueCount / (MOST_BARS - outside.length));
    const inside = Array.from({ length: Math.ceil(column.valueCount / width) }, (_, g) => codes.slice(g * width, Math.min(column.valueCount, (g + 1) * width)));
    return [...inside, ...outside];
  }
  const order = codes.sort((a, b) => train[b] + release[b] - train[a] - release[a] || a - b);
  return [
    ...order
      .slice(0, MOST_BARS - 1)
      .sort((a, b) => a - b)
      .map((code) => [code]),
    order.slice(MOST_BARS - 1),
  ];
}

/** The codes of one bar or group in words; of neighbours, the first and the last. */
export function barLabel(column: Column, codes: readonly number[]): string {
  const text = (code: number): string => (column.bins === undefined ? codeText(column, code) : codeText(column, code).replace(/\d+\.\d{3,}/g, shortened));
  if (codes.length === 1) return codes[0] === column.nullCode ? "(null)" : text(codes[0]);
  if (!column.ordered) return `(${codes.length} others)`;
  return `${text(codes[0])} … ${text(codes[codes.length - 1])}`;
}

/** An edge to six digits: enough for a chart. */
const shortened = (edge: string): string => String(Number(Number(edge).toPrecision(6)));

function shares(codes: ArrayLike<number>, size: number, rows: Uint32Array | null): Float64Array {
  const counts = new Float64Array(size);
  const n = rows === null ? codes.length : rows.length;
  for (let i = 0; i < n; i += 1) counts[codes[rows === null ? i : rows[i]]] += 1;
  return n === 0 ? counts : counts.map((count) => count / n);
}
