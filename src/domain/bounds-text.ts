import { FIRST_DAY, LAST_DAY } from "./codec.js";
import { dayText, secondText } from "./time.js";

/** Bounds in a field's inner unit as its schema writes them: outwards to whole steps, and inside what the type can hold. */
export function boundsText(
  field: { readonly type: "integer" | "number" | "date" | "datetime" },
  bounds: { readonly minimum: number; readonly maximum: number },
): { minimum: number | string; maximum: number | string } {
  const { minimum, maximum } = bounds;
  if (field.type === "number") return { minimum, maximum };
  const within = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
  const low = Math.floor(minimum);
  const high = Math.ceil(maximum);
  if (field.type === "integer") return { minimum: within(low, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), maximum: within(high, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) };
  if (field.type === "date") return { minimum: dayText(within(low, FIRST_DAY, LAST_DAY)), maximum: dayText(within(high, FIRST_DAY, LAST_DAY)) };
  const day = 86_400;
  return { minimum: secondText(within(low, FIRST_DAY * day, LAST_DAY * day)), maximum: secondText(within(high, FIRST_DAY * day, LAST_DAY * day)) };
}
