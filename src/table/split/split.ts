import { internal } from "../../base/errors.js";
import { type EncodedTable, PART } from "../encoded.js";
import { idDigests } from "./id-digests.js";
import { ordinals } from "./ordinals.js";
import { rowDigests } from "./row-digests.js";
import { TAG } from "./tag.js";

/** Shares of units, each in [0, 1), together below 1; what is left is the train part. */
export interface Shares {
  readonly holdout: number;
  readonly reference: number;
}

/** Of a unit without an id: its rows are split by their content. */
const NAMELESS = 255;

/**
 * Part ({@link PART}) of each row under a secret key. A unit's part hangs on the key and that unit's own rows alone: u = first 53 bits of
 * HMAC-SHA-256(key, unit) / 2⁵³ is holdout below `holdout`, reference below `holdout + reference`, else train. The unit is its id text for persons; for row units, and rows
 * whose id is null, the row's codes and its ordinal among equal such rows. Part sizes are therefore random, never exact.
 */
export function splitKeyed(table: EncodedTable, key: Uint8Array, shares: Shares): Uint8Array {
  const parts = new Uint8Array(new SharedArrayBuffer(table.rows));
  const { units } = table;
  if (units === undefined) {
    splitRows(table, key, shares, parts);
    return parts;
  }
  const unitParts = new Uint8Array(table.unitCount).fill(NAMELESS);
  idDigests(unitTexts(table), TAG.unitPart, key, (unit, first, second) => {
    unitParts[unit] = partOf(share(first, second), shares);
  });
  let nameless = 0;
  for (let row = 0; row < table.rows; row += 1) {
    parts[row] = unitParts[units[row]];
    if (parts[row] === NAMELESS) nameless += 1;
  }
  const rows = new Uint32Array(nameless);
  for (let row = 0, next = 0; next < nameless; row += 1) if (parts[row] === NAMELESS) rows[next++] = row;
  splitRows(table, key, shares, parts, rows);
  return parts;
}

function splitRows(table: EncodedTable, key: Uint8Array, shares: Shares, parts: Uint8Array, rows?: Uint32Array): void {
  const count = rows?.length ?? table.rows;
  const ordinal = ordinals(table, rows);
  rowDigests({ codes: table.codes, tag: TAG.rowPart, key, count, rows, ordinal }, (from, n, words, stride) => {
    for (let i = 0; i < n; i += 1) parts[rows === undefined ? from + i : rows[from + i]] = partOf(share(words[i], words[stride + i]), shares);
  });
}

function partOf(u: number, shares: Shares): number {
  return u < shares.holdout ? PART.holdout : u < shares.holdout + shares.reference ? PART.reference : PART.train;
}

function unitTexts(table: EncodedTable): readonly (string | null)[] {
  if (table.unitIds === undefined || table.unitIds.length !== table.unitCount) throw internal("a table of persons came without their ids");
  return table.unitIds;
}

/** First 53 bits of a digest, given as its first two words, as a double in [0, 1). */
function share(first: number, second: number): number {
  return (first * 2_097_152 + (second >>> 11)) / 9_007_199_254_740_992;
}
