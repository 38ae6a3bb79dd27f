import { subsets } from "../../domain/clique.js";
import type { Utility } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { rawValues } from "../distance/space.js";
import { MAP_COLUMNS } from "./similarity.js";

/** A table cut to some rows, as associations see it: numbers of binned columns, codes of the rest. */
interface View {
  readonly numbers: readonly (Float64Array | null)[];
  readonly codes: readonly ArrayLike<number>[];
}

/** Pearson's r of two numbers, Cramér's V of two categories, the correlation ratio η of a number by a category, for every pair. */
export function associations(context: AuditContext): Utility["associations"] {
  const columns = context.real.domain.columns.slice(0, MAP_COLUMNS);
  const train = view(context.real, context.train);
  const release = view(context.release, null);
  return subsets(columns.length, 2).map(([a, b]) => {
    const kind = columns[a].bins !== undefined && columns[b].bins !== undefined ? "pearson" : columns[a].bins === undefined && columns[b].bins === undefined ? "cramers-v" : "correlation-ratio";
    const of = (side: View): number | null => {
      const [x, y] = [side.numbers[a], side.numbers[b]];
      if (x !== null && y !== null) return pearson(x, y);
      if (x !== null) return correlationRatio(side.codes[b], columns[b].size, x);
      if (y !== null) return correlationRatio(side.codes[a], columns[a].size, y);
      return cramersV(side.codes[a], columns[a].size, side.codes[b], columns[b].size);
    };
    return { a: columns[a].name, b: columns[b].name, kind, train: of(train), release: of(release) };
  });
}

function view(table: EncodedTable, rows: Uint32Array | null): View {
  const columns = table.domain.columns.slice(0, MAP_COLUMNS);
  const cut = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(column: T): ArrayLike<number> => (rows === null ? column : Float64Array.from(rows, (row) => column[row]));
  return {
    numbers: columns.map((column, c) => (column.bins === undefined ? null : Float64Array.from(cut(rawValues(table, c))))),
    codes: columns.map((_, c) => cut(table.codes[c])),
  };
}

/** Over the pairs without a null; null where a side does not vary. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i += 1) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
    n += 1;
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (x[i] - meanX);
    yy += dy * (y[i] - meanY);
    xy += dx * (y[i] - meanY);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** √(χ²/(n·(min(r, c) − 1))) over the categories that occur, without bias correction; null where a side does not vary. */
export function cramersV(a: ArrayLike<number>, sizeA: number, b: ArrayLike<number>, sizeB: number): number | null {
  const n = a.length;
  const left = new Float64Array(sizeA);
  const right = new Float64Array(sizeB);
  const joint = new Map<number, number>();
  for (let i = 0; i < n; i += 1) {
    left[a[i]] += 1;
    right[b[i]] += 1;
    const cell = a[i] * sizeB + b[i];
    joint.set(cell, (joint.get(cell) ?? 0) + 1);
  }
  const least = Math.min(left.filter((x) => x > 0).length, right.filter((x) => x > 0).length);
  if (n === 0 || least < 2) return null;
  let sum = 0; // χ²/n + 1 = Σ o²/(r·c)
  for (const [cell, count] of joint) sum += (count / left[Math.floor(cell / sizeB)]) * (count / right[cell % sizeB]);
  return Math.min(1, Math.sqrt(Math.max(0, sum - 1) / (least - 1)));
}

/** η: root of the share of the number's variance that lies between categories; null where the number does not vary. */
function correlationRatio(codes: ArrayLike<number>, size: number, y: Float64Array): number | null {
  const counts = new Float64Array(size);
  const sums = new Float64Array(size);
  let n = 0;
  let total = 0;
  for (let i = 0; i < y.length; i += 1) {
    if (Number.isNaN(y[i])) continue;
    counts[codes[i]] += 1;
    sums[codes[i]] += y[i];
    n += 1;
    total += y[i];
  }
  const mean = total / n;
  let all = 0;
  for (let i = 0; i < y.length; i += 1) if (!Number.isNaN(y[i])) all += (y[i] - mean) ** 2;
  if (!(all > 0)) return null;
  let between = 0;
  for (let c = 0; c < size; c += 1) if (counts[c] > 0) between += counts[c] * (sums[c] / counts[c] - mean) ** 2;
  return Math.min(1, Math.sqrt(between / all));
}
