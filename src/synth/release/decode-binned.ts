import type { SeededBits } from "../../base/random.js";
import type { Column } from "../../domain/column.js";
import type { ColumnChunk } from "../../domain/rows.js";
import { releaseGrid } from "./grid.js";

const TWO_32 = 4_294_967_296;

/**
 * Codes of a binned column → values of its inner unit, uniform over the release grid of each bin; the null code → 0 marked invalid.
 * One 32-bit word a row (two where a bin holds more than 2²² values, so that no value's chance is off by more than 2⁻¹⁰ of itself), null rows too, so that a
 * row's value does not hang on its neighbours' codes.
 */
export function binnedDecoder(column: Column): (codes: ArrayLike<number>, rows: number, bits: SeededBits) => ColumnChunk {
  const { first, count, value } = releaseGrid(column);
  const { nullCode } = column;
  const wide = count.some((n) => n > 4_194_304);
  return (codes, rows, bits) => {
    const values = new Float64Array(rows);
    let valid: Uint8Array | undefined;
    for (let i = 0; i < rows; i += 1) {
      const code = codes[i];
      // 53 bits where needed: 21 of a second word below the 32 of the first.
      const u = wide ? (bits.uint32() + (bits.uint32() >>> 11) / 2_097_152) / TWO_32 : bits.uint32() / TWO_32;
      if (code === nullCode) {
        valid ??= new Uint8Array(rows).fill(1);
        valid[i] = 0;
      } else {
        values[i] = value(first[code] + Math.floor(u * count[code]));
      }
    }
    return valid === undefined ? { values } : { values, valid };
  };
}
