import type { EncodedTable } from "../encoded.js";
import { ordinals } from "./ordinals.js";
import { rowMessage } from "./row-message.js";
import { hmacSha256 } from "./sha256.js";
import { TAG } from "./split.js";

/**
 * Which rows count: 1 for the `domain.maxRows` rows of each person with the smallest HMAC-SHA-256(key, row's codes ‖ ordinal among that
 * person's equal rows), 0 for the others. All ones for row units. A person's choice hangs on the key and that person's rows alone.
 */
export function truncate(table: EncodedTable, key: Uint8Array): Uint8Array {
  const keep = new Uint8Array(table.rows).fill(1);
  const { units } = table;
  if (units === undefined) return keep;
  const { maxRows } = table.domain;
  const hmac = hmacSha256(key);
  const message = rowMessage(table, TAG.rowRank);
  for (const rows of rowsByUnit(units, table.unitCount)) {
    if (rows.length <= maxRows) continue;
    const ordinal = ordinals(table, rows);
    const ranked = Array.from(rows, (row, i) => {
      const digest = hmac(message.bytes, message.put(row, ordinal[i]));
      return { row, high: digest[0] >>> 0, low: digest[1] >>> 0 };
    });
    ranked.sort((a, b) => a.high - b.high || a.low - b.low);
    for (const { row } of ranked.slice(maxRows)) keep[row] = 0;
  }
  return keep;
}

/** Rows of each unit, ascending, by a counting sort. */
export function* rowsByUnit(units: Uint32Array, unitCount: number): Generator<Uint32Array> {
  const ends = new Uint32Array(unitCount + 1);
  for (let row = 0; row < units.length; row += 1) ends[units[row] + 1] += 1;
  for (let u = 0; u < unitCount; u += 1) ends[u + 1] += ends[u];
  const next = ends.slice();
  const order = new Uint32Array(units.length);
  for (let row = 0; row < units.length; row += 1) order[next[units[row]]++] = row;
  for (let u = 0; u < unitCount; u += 1) yield order.subarray(ends[u], ends[u + 1]);
}
