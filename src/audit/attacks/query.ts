import type { EncodedTable } from "../../table/encoded.js";
import { rawValues } from "../distance/space.js";

/** One condition on one column: numbers by their raw values, categories by code. */
export type Condition = { readonly column: number; readonly kind: "at-least" | "at-most" | "equal"; readonly value: number } | { readonly column: number; readonly kind: "missing" };

/** All conditions together. */
export type Query = readonly Condition[];

/** Rows as queries see them: a number per column and row, NaN where it is null. */
export interface QueryTable {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
  /** Column holds numbers in an order, not codes of categories. */
  readonly numeric: readonly boolean[];
  /** Rows of each column by ascending value, nulls last, and the values in that order without the nulls. */
  readonly sorted: readonly { readonly rows: Uint32Array; readonly values: Float64Array }[];
}

export function queryTable(table: EncodedTable, rows: Uint32Array): QueryTable {
  const columns = table.domain.columns.map((column, c) => {
    if (column.bins !== undefined) {
      const values = rawValues(table, c);
      return Float64Array.from(rows, (row) => values[row]);
    }
    return Float64Array.from(rows, (row) => (table.codes[c][row] === column.nullCode ? Number.NaN : table.codes[c][row]));
  });
  const sorted = columns.map((values) => {
    const key = values.map((x) => (Number.isNaN(x) ? Number.POSITIVE_INFINITY : x));
    const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (key[a] < key[b] ? -1 : key[a] > key[b] ? 1 : a - b));
    const present = values.reduce((n, x) => n + (Number.isNaN(x) ? 0 : 1), 0);
    return { rows: order, values: Float64Array.from(order.subarray(0, present), (row) => values[row]) };
  });
  return { rows: rows.length, columns, numeric: table.domain.columns.map((column) => column.bins !== undefined), sorted };
}

function holds(condition: Condition, x: number): boolean {
  if (condition.kind === "at-least") return x >= condition.value;
  if (condition.kind === "at-most") return x <= condition.value;
  return condition.kind === "equal" ? x === condition.value : Number.isNaN(x);
}

/** Where the rows that meet one condition stand in its column's order. */
function range(condition: Condition, table: QueryTable): [number, number] {
  const { values } = table.sorted[condition.column];
  if (condition.kind === "missing") return [values.length, table.rows];
  const from = condition.kind === "at-most" ? 0 : firstAtLeast(values, condition.value, false);
  return [from, condition.kind === "at-least" ? values.length : firstAtLeast(values, condition.value, true)];
}

/** First place whose value is at least x, or, `beyond`, greater than x. */
function firstAtLeast(values: Float64Array, x: number, beyond: boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < x || (beyond && values[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows that fit, visited among those of the rarest condition, until `visit` returns false. Returns how many were looked at. */
function scan(query: Query, table: QueryTable, visit: (row: number) => boolean): number {
  const ranges = query.map((condition) => range(condition, table));
  const rarest = ranges.reduce((best, [from, to], i) => (to - from < ranges[best][1] - ranges[best][0] ? i : best), 0);
  const [from, to] = ranges[rarest];
  const { rows } = table.sorted[query[rarest].column];
  for (let at = from; at < to; at += 1) {
    const row = rows[at];
    let fits = true;
    for (let i = 0; i < query.length && fits; i += 1) fits = i === rarest || holds(query[i], table.columns[query[i].column][row]);
    if (fits && !visit(row)) return at - from + 1;
  }
  return to - from;
}

/** Does the query fit exactly one row? `spend` is told how many rows were looked at. */
export function isolates(query: Query, table: QueryTable, spend?: (rows: number) => void): boolean {
  let found = 0;
  const looked = scan(query, table, () => {
    found += 1;
    return found < 2;
  });
  spend?.(looked);
  return found === 1;
}

/** The two first rows that fit, in file order; ∞ where there are fewer. Exactly one of the first s rows fits where first < s ≤ second. */
export function firstTwo(query: Query, table: QueryTable): [first: number, second: number] {
  let first = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  scan(query, table, (row) => {
    if (row < first) [first, second] = [row, first];
    else if (row < second) second = row;
    return true;
  });
  return [first, second];
}
