import type { SeededBits } from "../../base/random.js";
import type { Column } from "../../domain/column.js";
import type { ColumnChunk } from "../../domain/rows.js";
import { CHUNK_ROWS } from "./chunk.js";
import { type ReleaseGrid, releaseGrid } from "./grid.js";
import { binTilts, tilted } from "./within-bin.js";

const TWO_32 = 4_294_967_296;
const MANY = 4_194_304;

type Codes = Uint8Array | Uint16Array | Uint32Array;

/**
 * Codes of a binned column → values of its inner unit over the release grid of each bin, as dense as its neighbours' masses suggest, uniform without
 * masses; the null code → 0 marked invalid.
 * One 32-bit word a row (two where a bin holds more than 2²² values, so that no value's chance is off by more than 2⁻¹⁰ of itself), null rows too, so that a
 * row's value does not hang on its neighbours' codes.
 */
export function binnedDecoder(column: Column, masses?: Float64Array): (codes: Codes, rows: number, bits: SeededBits) => ColumnChunk {
  const { nullCode } = column;
  const own = releaseGrid(column);
  const tilts = new Float64Array(own.count.length + 1); // none of null, nor of a bin that holds one value
  if (masses !== undefined) tilts.set(binTilts(own.count, masses).map((tilt, b) => (own.count[b] > 1 ? tilt : 0)));
  const grid = withNull(own);
  const wide = grid.count.some((n) => n > MANY);
  const words = new Uint32Array(wide ? 2 * CHUNK_ROWS : CHUNK_ROWS);
  return (codes, rows, bits) => {
    const values = new Float64Array(rows);
    bits.fill(words, wide ? 2 * rows : rows);
    if (wide) numberWide(grid, tilts, codes, words, values);
    else number(grid, tilts, codes, words, values);
    spell(grid, values);
    return nullCode === undefined || !codes.includes(nullCode) ? { values } : { values, valid: Uint8Array.from(codes.subarray(0, rows), (c) => (c === nullCode ? 0 : 1)) };
  };
}

/** The null code follows the bins: a bin more, of the one value 0. */
function withNull({ first, count, values, ...rest }: ReleaseGrid): ReleaseGrid {
  const start = values === undefined ? 0 : values.length;
  return { ...rest, first: Float64Array.of(...first, start), count: Float64Array.of(...count, 0), values: values && Float64Array.of(...values, 0) };
}

function number({ first, count }: ReleaseGrid, tilts: Float64Array, codes: Codes, words: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 1) {
    const code = codes[i];
    out[i] = first[code] + Math.floor(tilted(words[i] / TWO_32, tilts[code]) * count[code]);
  }
}

/** 53 bits: 21 of a second word below the 32 of the first. */
function numberWide({ first, count }: ReleaseGrid, tilts: Float64Array, codes: Codes, words: Uint32Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 1) {
    const code = codes[i];
    out[i] = first[code] + Math.floor(tilted((words[2 * i] + (words[2 * i + 1] >>> 11) / 2_097_152) / TWO_32, tilts[code]) * count[code]);
  }
}

/** Numbers of the grid → their values, in place. */
function spell({ values, over, times }: ReleaseGrid, numbers: Float64Array): void {
  if (values !== undefined) for (let i = 0; i < numbers.length; i += 1) numbers[i] = values[numbers[i]];
  else if (over === 1) for (let i = 0; i < numbers.length; i += 1) numbers[i] = numbers[i] * times + 0;
  else for (let i = 0; i < numbers.length; i += 1) numbers[i] = numbers[i] / over + 0;
}
