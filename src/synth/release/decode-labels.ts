import type { Column } from "../../domain/column.js";
import type { ColumnChunk } from "../../domain/rows.js";

type Codes = Uint8Array | Uint16Array | Uint32Array;

/**
 * Codes of a label column → codes into its labels (the catch-all's code is its label's), the null code → 0 marked invalid. Without a null in the
 * chunk the given codes are passed on, not copied.
 */
export function labelDecoder(column: Column): (codes: Codes, rows: number) => ColumnChunk {
  const { nullCode } = column;
  return (given, rows) => {
    const codes = given.length === rows ? given : given.subarray(0, rows);
    if (nullCode === undefined || !codes.includes(nullCode)) return { values: codes };
    const values = codes.slice();
    const valid = new Uint8Array(rows);
    for (let i = 0; i < rows; i += 1) {
      if (codes[i] === nullCode) values[i] = 0;
      else valid[i] = 1;
    }
    return { values, valid };
  };
}
