/** Calendar arithmetic without time zones: days and seconds since 1970-01-01, proleptic Gregorian, UTC. */

const SECONDS_A_DAY = 86_400;

/** Days since 1970-01-01 of a real calendar day (month 1 … 12), or undefined where there is no such day. Years 0 … 9999. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / (SECONDS_A_DAY * 1000);
}

/** `2020-02-29` → days since 1970-01-01; undefined where the text is no such day. */
export function parseDay(text: string): number | undefined {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return m === null ? undefined : daysOf(Number(m[1]), Number(m[2]), Number(m[3]));
}

/** `2020-02-29`, `2020-02-29T12:30`, `2020-02-29 12:30:05Z` → seconds since 1970-01-01, UTC; undefined otherwise. */
export function parseSecond(text: string): number | undefined {
  const m = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?Z?)?$/.exec(text);
  if (m === null) return undefined;
  const day = parseDay(m[1]);
  const [hour, minute, second] = [Number(m[2] ?? 0), Number(m[3] ?? 0), Number(m[4] ?? 0)];
  if (day === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  return day * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
}

const two = (n: number): string => String(n).padStart(2, "0");

/** Days since 1970-01-01 → `2020-02-29`. */
export function dayText(days: number): string {
  const d = new Date(days * SECONDS_A_DAY * 1000);
  return `${String(d.getUTCFullYear()).padStart(4, "0")}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
}

/** Seconds since 1970-01-01 → `2020-02-29T12:30:05`. */
export function secondText(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_A_DAY);
  const rest = seconds - days * SECONDS_A_DAY;
  return `${dayText(days)}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
}

/** Calendar months since 1970-01 of a day. */
export function monthOf(days: number): number {
  const d = new Date(days * SECONDS_A_DAY * 1000);
  return (d.getUTCFullYear() - 1970) * 12 + d.getUTCMonth();
}

/** First day of a calendar month counted from 1970-01. */
export function monthStart(month: number): number {
  return daysOf(1970 + Math.floor(month / 12), (((month % 12) + 12) % 12) + 1, 1) as number;
}
