import type { Column } from "../../domain/column.js";
import { dayText, secondText } from "../../domain/time.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import type { Part, Parts } from "./part.js";

type ColumnCoverage = NonNullable<Utility["coverage"]>["columns"][number];

/** Which categories and bins of the train part occur in the release, how many rows stand in those that do not, and how much of the range is spanned. */
export function columnCoverage(context: AuditContext, { train, release }: Parts): ColumnCoverage[] {
  return context.real.domain.columns.map((column, c) => {
    const real = tally(train, c, column.size);
    const made = tally(release, c, column.size);
    let [values, kept, lost, added] = [0, 0, 0, 0];
    for (let code = 0; code < column.size; code += 1) {
      if (real[code] > 0) values += 1;
      if (real[code] > 0 && made[code] > 0) kept += 1;
      if (made[code] === 0) lost += real[code];
      if (real[code] === 0) added += made[code];
    }
    return { name: column.name, values, kept, lost: lost / Math.max(1, train.rows), added: added / Math.max(1, release.rows), range: rangeOf(column, train.values[c], release.values[c]) };
  });
}

function tally(part: Part, c: number, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (let i = 0; i < part.rows; i += 1) counts[part.codes[c][i]] += 1;
  return counts;
}

function rangeOf(column: Column, train: Float64Array | null, release: Float64Array | null): ColumnCoverage["range"] {
  const [a, b] = [extent(train), extent(release)];
  if (a === null || b === null) return null;
  const width = a[1] - a[0];
  const missing = Math.max(0, b[0] - a[0]) + Math.max(0, a[1] - b[1]);
  const covered = width > 0 ? Math.max(0, 1 - missing / width) : missing > 0 ? 0 : 1;
  const text = (value: number): string => (column.type === "date" ? dayText(value) : column.type === "datetime" ? secondText(value) : String(value));
  return { train: [text(a[0]), text(a[1])], release: [text(b[0]), text(b[1])], covered };
}

function extent(values: Float64Array | null): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values ?? []) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
