import type { EncodedTable } from "../encoded.js";
import { ordinals } from "./ordinals.js";
import { rowDigests } from "./row-digests.js";
import { TAG } from "./tag.js";
import { type RowsByUnit, rowsByUnit } from "./units.js";

/**
 * Which rows count: 1 for the `domain.maxRows` rows of each person with the smallest HMAC-SHA-256(key, row's codes ‖ ordinal among that
 * person's equal rows), 0 for the others. All ones for row units. A person's choice hangs on the key and that person's rows alone.
 */
export function truncate(table: EncodedTable, key: Uint8Array): Uint8Array {
  const keep = new Uint8Array(table.rows).fill(1);
  const { units, codes, domain } = table;
  if (units === undefined) return keep;
  const { maxRows } = domain;
  const { rows, ends } = unitsBeyond(rowsByUnit(units, table.unitCount), maxRows);
  // The unit's number as one more column: rows of different persons are never equal.
  const ordinal = ordinals({ codes: [...codes, units], rows: table.rows }, rows);
  const rank = { high: new Uint32Array(rows.length), low: new Uint32Array(rows.length) };
  rowDigests({ codes, tag: TAG.rowRank, key, count: rows.length, rows, ordinal }, (from, n, words, stride) => {
    rank.high.set(words.subarray(0, n), from);
    rank.low.set(words.subarray(stride, stride + n), from);
  });
  const places = new Uint32Array(rows.length);
  for (let i = 0; i < places.length; i += 1) places[i] = i;
  for (let u = 0; u + 1 < ends.length; u += 1) {
    const own = places.subarray(ends[u], ends[u + 1]);
    sortByRank(own, rank);
    for (let i = maxRows; i < own.length; i += 1) keep[rows[own[i]]] = 0;
  }
  return keep;
}

/** The rows of units that have more than `maxRows` of them, unit by unit. */
function unitsBeyond({ order, ends }: RowsByUnit, maxRows: number): { rows: Uint32Array; ends: Uint32Array } {
  const rows = new Uint32Array(order.length);
  const newEnds = new Uint32Array(ends.length);
  let units = 0;
  let count = 0;
  for (let u = 0; u + 1 < ends.length; u += 1) {
    if (ends[u + 1] - ends[u] <= maxRows) continue;
    for (let i = ends[u]; i < ends[u + 1]; i += 1) rows[count++] = order[i];
    newEnds[++units] = count;
  }
  return { rows: rows.subarray(0, count), ends: newEnds.subarray(0, units + 1) };
}

/** Fewer places than this are sorted by insertion, which calls nothing. */
const INSERTION_MAX = 40;

/** Places by ascending rank; equal ranks keep their order. */
function sortByRank(places: Uint32Array, { high, low }: { high: Uint32Array; low: Uint32Array }): void {
  if (places.length > INSERTION_MAX) {
    places.sort((a, b) => high[a] - high[b] || low[a] - low[b] || a - b);
    return;
  }
  for (let i = 1; i < places.length; i += 1) {
    const p = places[i];
    let to = i;
    while (to > 0 && (high[places[to - 1]] > high[p] || (high[places[to - 1]] === high[p] && low[places[to - 1]] > low[p]))) {
      places[to] = places[to - 1];
      to -= 1;
    }
    places[to] = p;
  }
}
