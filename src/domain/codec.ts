import type { BinnedField } from "./bins.js";
import type { Column } from "./column.js";
import { booleanTexts } from "./from-schema.js";
import { daysOf, dayText, parseDay, parseSecond, secondText } from "./time.js";

/** What was done to a cell: nothing, or which rule of the schema placed it. */
export type Placement = "value" | "null" | "unparsable" | "unseen" | "out-of-bounds";

/** First and last day that a four-digit year can name; dates outside are unparsable. */
export const FIRST_DAY = parseDay("0001-01-01") as number;
export const LAST_DAY = parseDay("9999-12-31") as number;

/** Code a rule sends its cells to; -1 for `clamp`, which depends on the value. */
export function targetCode(column: Column, rule: "null" | "first" | "catch-all" | "clamp"): number {
  if (rule === "null") return column.nullCode as number;
  if (rule === "catch-all") return column.catchAllCode as number;
  return rule === "first" ? 0 : -1;
}

/**
 * The reference encoder: one text cell (null where the file has a true null) → its code and what placed it there. Total.
 * Slow and plain; it is the judge of the SQL that encodes whole tables. `missing` are the texts that mean null.
 */
export function encodeCell(column: Column, missing: readonly string[], cell: string | null): { code: number; placement: Placement } {
  const { field } = column;
  const text = cell === null ? null : field.type === "string" || field.type === "boolean" ? cell : cell.replace(/^[ \t-\r]+|[ \t-\r]+$/g, "");
  if (text === null || missing.includes(text)) return { code: targetCode(column, field.dpsynth.onNull), placement: "null" };
  if (field.type === "string") {
    const at = (column.labels as readonly string[]).indexOf(text);
    return at >= 0 ? { code: at, placement: "value" } : { code: targetCode(column, field.dpsynth.onUnseen), placement: "unseen" };
  }
  if (field.type === "boolean") {
    const { trueValues, falseValues } = booleanTexts(field);
    if (trueValues.includes(text)) return { code: 1, placement: "value" };
    if (falseValues.includes(text)) return { code: 0, placement: "value" };
    return { code: targetCode(column, field.dpsynth.onUnparsable), placement: "unparsable" };
  }
  const value = parseCell(field, text);
  return value === undefined ? { code: targetCode(column, field.dpsynth.onUnparsable), placement: "unparsable" } : placeValue(column, field, value);
}

/** Inner value → bin, by a plain scan over the edges. */
function placeValue(column: Column, field: BinnedField, value: number): { code: number; placement: Placement } {
  const edges = column.bins?.edges as Float64Array;
  const last = edges.length - 1;
  const below = value < edges[0];
  if (below || (field.type === "number" ? value > edges[last] : value >= edges[last])) {
    const code = targetCode(column, field.dpsynth.onOutOfBounds);
    return { code: code >= 0 ? code : below ? 0 : last - 1, placement: "out-of-bounds" };
  }
  let bin = 0;
  while (bin < last - 1 && value >= edges[bin + 1]) bin += 1;
  return { code: bin, placement: "value" };
}

/**
 * Text → inner value, undefined where it is none. Numbers: decimal, optional exponent, `_` between digits; not NaN, not infinite;
 * an integer may be written as a float but must be whole. Dates and datetimes: see {@link parseInstant}.
 */
export function parseCell(field: BinnedField, text: string): number | undefined {
  if (field.type === "number" || field.type === "integer") {
    if (!/^[+]?[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)([eE][+-]?\d+)?$/.test(text)) return undefined;
    const value = Number(text.replace(/^\+/, "").replaceAll("_", ""));
    return Number.isFinite(value) && (field.type === "number" || Number.isInteger(value)) ? value : undefined;
  }
  const seconds = field.format === undefined || field.format === "default" ? parseInstant(text) : parsePattern(field.format, text);
  if (seconds === undefined) return undefined;
  const days = Math.floor(seconds / 86_400);
  if (days < FIRST_DAY || days > LAST_DAY) return undefined;
  return field.type === "date" ? days : Math.floor(seconds);
}

/** ISO 8601 day, or day and time down to fractions of a second, with `T` or a space between; a Z may follow seconds. */
function parseInstant(text: string): number | undefined {
  const m = /^(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)(\.\d{1,6})?(Z?)$/.exec(text);
  if (m === null || (m[2] !== undefined && m[1].length !== 19) || (m[3] === "Z" && m[1].length !== 19)) return undefined;
  return parseSecond(m[1]);
}

/** The numeric strptime specifiers %Y %m %d %H %M %S with literal text between. */
function parsePattern(pattern: string, text: string): number | undefined {
  const keys: string[] = [];
  const source = pattern.replace(/%-?([a-zA-Z])|[^%]/g, (piece, key: string | undefined) => {
    if (key === undefined) return piece.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    keys.push(key);
    return key === "Y" ? "(\\d{4})" : "(\\d{1,2})";
  });
  const m = new RegExp(`^${source}$`).exec(text);
  if (m === null) return undefined;
  const at = (key: string, absent: number): number => (keys.includes(key) ? Number(m[keys.indexOf(key) + 1]) : absent);
  const days = daysOf(at("Y", 1900), at("m", 1), at("d", 1));
  const [hour, minute, second] = [at("H", 0), at("M", 0), at("S", 0)];
  if (days === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return days * 86_400 + hour * 3600 + minute * 60 + second;
}

/** A code as the public reads it: a category, `null`, or a bin as an interval in the column's own unit, `[17, 25)`. */
export function codeText(column: Column, code: number): string {
  if (code === column.nullCode) return "null";
  if (column.labels !== undefined) return column.labels[code];
  const { edges, step } = column.bins as NonNullable<Column["bins"]>;
  const show = column.type === "date" ? dayText : column.type === "datetime" ? secondText : (v: number) => String(v);
  const [low, high] = [edges[code], edges[code + 1]];
  if (step === 0) return `[${show(low)}, ${show(high)}${code === column.valueCount - 1 ? "]" : ")"}`;
  return high - step <= low ? show(low) : `[${show(low)}, ${show(high - step)}]`;
}
