import type { SeededBits } from "../../base/random.js";
import { type Condition, isolates, type Query, type QueryTable } from "./query.js";

/**
 * For each column the conditions that fit exactly one row: the only null, nothing below or above a number, a value that occurs once
 * (Anonymeter's univariate predicates; it forgets dates).
 */
export function univariateQueries(table: QueryTable): Query[][] {
  return table.columns.map((values, column) => {
    const counts = new Map<number, number>();
    let nulls = 0;
    for (const x of values) {
      if (Number.isNaN(x)) nulls += 1;
      else counts.set(x, (counts.get(x) ?? 0) + 1);
    }
    const out: Query[] = [];
    if (nulls === 1) out.push([{ column, kind: "missing" }]);
    const sorted = [...counts.keys()].sort((a, b) => a - b);
    if (table.numeric[column] && sorted.length > 0) {
      const [low, high] = [sorted[0], sorted[sorted.length - 1]];
      if (counts.get(low) === 1) out.push([{ column, kind: "at-most", value: low }]);
      if (counts.get(high) === 1) out.push([{ column, kind: "at-least", value: high }]);
    }
    for (const value of sorted) if (counts.get(value) === 1) out.push([{ column, kind: "equal", value }]);
    return out;
  });
}

/**
 * Distinct queries on `k` columns that fit exactly one row: a row and k columns at random; a number at least its value where that lies above
 * the column's median, else at most; a category its value; a null null (Anonymeter's multivariate predicates).
 * @param work rows looked at before giving up; fewer than `wanted` queries are then returned
 */
export function multivariateQueries(table: QueryTable, k: number, wanted: number, work: number, bits: SeededBits): Query[] {
  const medians = table.columns.map((values, c) => (table.numeric[c] ? medianOf(values) : Number.NaN));
  const out = new Map<string, Query>();
  let left = work;
  const order = Uint32Array.from(table.columns, (_, c) => c);
  while (out.size < wanted && left > 0) {
    const row = bits.below(table.rows);
    for (let i = 0; i < k; i += 1) {
      const j = i + bits.below(order.length - i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const query = Array.from(order.subarray(0, k))
      .sort((a, b) => a - b)
      .map((column) => conditionOf(table, column, row, medians[column]));
    left -= 100; // the draw itself
    if (isolates(query, table, (looked) => (left -= looked))) out.set(JSON.stringify(query), query);
  }
  return [...out.values()];
}

function conditionOf(table: QueryTable, column: number, row: number, median: number): Condition {
  const value = table.columns[column][row];
  if (Number.isNaN(value)) return { column, kind: "missing" };
  if (!table.numeric[column]) return { column, kind: "equal", value };
  return { column, kind: value > median ? "at-least" : "at-most", value };
}

function medianOf(values: Float64Array): number {
  const sorted = values.filter((x) => !Number.isNaN(x)).sort();
  return sorted.length === 0 ? Number.NaN : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
