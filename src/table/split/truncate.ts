import type { EncodedTable } from "../encoded.js";
import { ordinals } from "./ordinals.js";
import { rowDigests } from "./row-digests.js";
import { type Ranks, sortByRank } from "./sort-by-rank.js";
import { TAG } from "./tag.js";

/**
 * Which rows count: 1 for the `domain.maxRows` rows of each person with the smallest HMAC-SHA-256(key, row's codes ‖ ordinal among that
 * person's equal rows), 0 for the others. All ones for row units. A person's choice hangs on the key and that person's rows alone.
 */
export function truncate(table: EncodedTable, key: Uint8Array): Uint8Array {
  const keep = new Uint8Array(table.rows).fill(1);
  const { units, codes, domain } = table;
  if (units === undefined) return keep;
  const { rows, ends } = rowsBeyond(units, table.unitCount, domain.maxRows);
  // The unit's number as one more column: rows of different persons are never equal.
  const ordinal = ordinals({ codes: [...codes, units], rows: table.rows }, rows);
  const ranked = { row: new Uint32Array(rows.length), high: new Uint32Array(rows.length), low: new Uint32Array(rows.length) };
  const next = ends.slice();
  rowDigests({ codes, tag: TAG.rowRank, key, count: rows.length, rows, ordinal }, (from, n, words, stride) => {
    for (let i = 0; i < n; i += 1) {
      const row = rows[from + i];
      const to = next[units[row]]++;
      ranked.row[to] = row;
      ranked.high[to] = words[i];
      ranked.low[to] = words[stride + i];
    }
  });
  dropLast(ranked, ends, domain.maxRows, keep);
  return keep;
}

/** Rows, ascending, of the units that have more than `maxRows`; those of unit u take places `ends[u] … ends[u + 1] − 1` once sorted by unit. */
function rowsBeyond(units: Uint32Array, unitCount: number, maxRows: number): { rows: Uint32Array; ends: Uint32Array } {
  const counts = new Uint32Array(unitCount);
  for (let row = 0; row < units.length; row += 1) counts[units[row]] += 1;
  const ends = new Uint32Array(unitCount + 1);
  for (let u = 0; u < unitCount; u += 1) ends[u + 1] = ends[u] + (counts[u] > maxRows ? counts[u] : 0);
  const rows = new Uint32Array(ends[unitCount]);
  for (let row = 0, next = 0; next < rows.length; row += 1) if (counts[units[row]] > maxRows) rows[next++] = row;
  return { rows, ends };
}

/** Zero the rows after the first `maxRows` of each unit, by ascending rank. */
function dropLast(ranked: Ranks & { readonly row: Uint32Array }, ends: Uint32Array, maxRows: number, keep: Uint8Array): void {
  let most = 0;
  for (let u = 0; u + 1 < ends.length; u += 1) most = Math.max(most, ends[u + 1] - ends[u]);
  const places = new Uint32Array(most);
  for (let u = 0; u + 1 < ends.length; u += 1) {
    const count = ends[u + 1] - ends[u];
    for (let i = 0; i < count; i += 1) places[i] = ends[u] + i;
    sortByRank(places, count, ranked);
    for (let i = maxRows; i < count; i += 1) keep[ranked.row[places[i]]] = 0;
  }
}
