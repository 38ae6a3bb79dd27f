import { internal } from "../../base/errors.js";
import { type EncodedTable, PART } from "../encoded.js";
import { ordinals } from "./ordinals.js";
import { rowMessage } from "./row-message.js";
import { hmacSha256 } from "./sha256.js";

/** First bytes of the messages under one key: no use of it can be mistaken for another. */
export const TAG = { rowPart: 1, unitPart: 2, rowRank: 3, rowDigest: 4, unitDigest: 5 } as const;

/** Shares of units, each in [0, 1), together below 1; what is left is the train part. */
export interface Shares {
  readonly holdout: number;
  readonly reference: number;
}

/**
 * Part ({@link PART}) of each row under a secret key. A unit's part hangs on the key and that unit's own rows alone: u = first 53 bits of
 * HMAC-SHA-256(key, unit) / 2⁵³ is holdout below `holdout`, reference below `holdout + reference`, else train. The unit is its id text for persons; for row units, and rows
 * whose id is null, the row's codes and its ordinal among equal such rows. Part sizes are therefore random, never exact.
 */
export function splitKeyed(table: EncodedTable, key: Uint8Array, shares: Shares): Uint8Array {
  const partOf = (u: number): number => (u < shares.holdout ? PART.holdout : u < shares.holdout + shares.reference ? PART.reference : PART.train);
  const parts = new Uint8Array(new SharedArrayBuffer(table.rows));
  const hmac = hmacSha256(key);
  const partOfRows = (rows: Uint32Array | undefined): void => {
    const message = rowMessage(table, TAG.rowPart);
    const ordinal = ordinals(table, rows);
    for (let i = 0; i < ordinal.length; i += 1) {
      const row = rows === undefined ? i : rows[i];
      parts[row] = partOf(share(hmac(message.bytes, message.put(row, ordinal[i]))));
    }
  };
  if (table.units === undefined) {
    partOfRows(undefined);
    return parts;
  }
  const { units } = table;
  const ids = unitTexts(table);
  const encoder = new TextEncoder();
  const unitParts = ids.map((id) => {
    if (id === null) return undefined;
    const message = encoder.encode(`${String.fromCharCode(TAG.unitPart)}${id}`);
    return partOf(share(hmac(message, message.length)));
  });
  const nameless: number[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const part = unitParts[units[row]];
    if (part === undefined) nameless.push(row);
    else parts[row] = part;
  }
  partOfRows(Uint32Array.from(nameless));
  return parts;
}

function unitTexts(table: EncodedTable): readonly (string | null)[] {
  if (table.unitIds === undefined || table.unitIds.length !== table.unitCount) throw internal("a table of persons came without their ids");
  return table.unitIds;
}

/** First 53 bits of a digest as a double in [0, 1). */
function share(digest: Int32Array): number {
  return ((digest[0] >>> 0) * 2_097_152 + (digest[1] >>> 11)) / 9_007_199_254_740_992;
}
