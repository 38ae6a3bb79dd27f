import type { EncodedTable } from "../encoded.js";

/**
 * A row as bytes: a tag that keeps uses of one key apart, then each column's code in the width of its array, big-endian, then, where asked
 * for, an ordinal (uint32). The width hangs on the public domain alone.
 */
export interface RowMessage {
  readonly bytes: Uint8Array;
  /** Write row `row` and, unless undefined, its ordinal; returns the length. */
  put(row: number, ordinal?: number): number;
}

export function rowMessage(table: Pick<EncodedTable, "codes">, tag: number): RowMessage {
  const columns = table.codes;
  const widths = columns.map((c) => c.BYTES_PER_ELEMENT);
  const bytes = new Uint8Array(1 + widths.reduce((a, b) => a + b, 0) + 4);
  bytes[0] = tag;
  const put = (row: number, ordinal?: number): number => {
    let at = 1;
    for (let c = 0; c < columns.length; c += 1) {
      const code = columns[c][row];
      const width = widths[c];
      if (width === 4) {
        bytes[at++] = code >>> 24;
        bytes[at++] = code >>> 16;
      }
      if (width >= 2) bytes[at++] = code >>> 8;
      bytes[at++] = code;
    }
    if (ordinal === undefined) return at;
    bytes[at++] = ordinal >>> 24;
    bytes[at++] = ordinal >>> 16;
    bytes[at++] = ordinal >>> 8;
    bytes[at++] = ordinal;
    return at;
  };
  return { bytes, put };
}
