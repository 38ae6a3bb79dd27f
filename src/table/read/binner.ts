import type { BinnedField } from "../../domain/bins.js";
import { FIRST_DAY, LAST_DAY, targetCode } from "../../domain/codec.js";
import type { Column } from "../../domain/column.js";
import type { Codes } from "../encoded.js";

/** Cells of the first-guess table, per bin; more make walks shorter and the table larger. */
const GUESSES_A_BIN = 4;
const MOST_GUESSES = 1 << 16;
const SECONDS_A_DAY = 86_400;

/**
 * Turns a block of inner values into codes, `count` of them to `codes[at…]`, and, where asked, the value that each code stands
 * for to `kept` (clamped, NaN for null). Bit i of `valid` (32 a word) is 0 for null; undefined: no nulls.
 */
export type Binner = (values: Float64Array, valid: Uint32Array | undefined, count: number, codes: Codes, at: number, kept: Float64Array | undefined) => void;

/** The binner of a binned column. Exact: a guess from a lookup table, then a walk to the bin whose edges enclose the value. */
export function binnerOf(column: Column): Binner {
  const field = column.field as BinnedField;
  const edges = column.bins?.edges as Float64Array;
  const bins = edges.length - 1;
  const [first, end] = [edges[0], edges[bins]];
  const whole = field.type !== "number";
  const [lowest, highest] = representable(field);
  const onNull = targetCode(column, field.dpsynth.onNull);
  const onUnparsable = targetCode(column, field.dpsynth.onUnparsable);
  const onOutside = targetCode(column, field.dpsynth.onOutOfBounds);
  const [low, high] = onOutside >= 0 ? [onOutside, onOutside] : [0, bins - 1];
  const keptFor = (code: number, clamped: number): number => (code === column.nullCode ? Number.NaN : onOutside >= 0 ? first : clamped);
  const lowValue = keptFor(low, first);
  const highValue = keptFor(high, whole ? end - 1 : end);
  const ruleValue = (code: number): number => (code === column.nullCode ? Number.NaN : first);
  const { guess, scale } = guesses(edges);

  return (values, valid, count, codes, at, kept) => {
    for (let i = 0; i < count; i += 1) {
      const v = values[i];
      let code: number;
      let value = v;
      if (valid !== undefined && ((valid[i >>> 5] >>> (i & 31)) & 1) === 0) {
        code = onNull;
        value = ruleValue(onNull);
      } else if (!(v >= lowest && v <= highest) || (field.type === "integer" && !Number.isInteger(v))) {
        code = onUnparsable;
        value = ruleValue(onUnparsable);
      } else if (v < first) {
        code = low;
        value = lowValue;
      } else if (whole ? v >= end : v > end) {
        code = high;
        value = highValue;
      } else {
        code = guess[Math.floor((v - first) * scale)];
        while (code > 0 && v < edges[code]) code -= 1;
        while (code < bins - 1 && v >= edges[code + 1]) code += 1;
      }
      codes[at + i] = code;
      if (kept !== undefined) kept[at + i] = value;
    }
  };
}

/** Values that a text can stand for; what lies outside counts as unparsable. */
export function representable(field: BinnedField): [number, number] {
  if (field.type === "date") return [FIRST_DAY, LAST_DAY];
  if (field.type === "datetime") return [FIRST_DAY * SECONDS_A_DAY, (LAST_DAY + 1) * SECONDS_A_DAY - 1];
  return [-Number.MAX_VALUE, Number.MAX_VALUE];
}

/** A near bin for each of equally wide slices of the range. */
function guesses(edges: Float64Array): { guess: Uint32Array; scale: number } {
  const bins = edges.length - 1;
  const slices = Math.min(bins * GUESSES_A_BIN, MOST_GUESSES);
  // Halves first: the difference of two doubles may not be a double.
  const range = edges[bins] / 2 - edges[0] / 2;
  const guess = new Uint32Array(slices + 2);
  let bin = 0;
  for (let s = 0; s < guess.length; s += 1) {
    const from = edges[0] / 2 + (s / slices) * range;
    while (bin < bins - 1 && from >= edges[bin + 1] / 2) bin += 1;
    guess[s] = bin;
  }
  const scale = slices / range / 2;
  return Number.isFinite(scale) ? { guess, scale } : { guess: guess.fill(0), scale: 0 };
}
