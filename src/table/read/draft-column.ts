import type { Field } from "../../formats/table-schema.js";
import { sqlText } from "../duckdb.js";

/** Texts that people write for "no value"; whether they mean it in a column depends on what else stands there. */
export const NULL_WORDS = ["", "?", "NA", "N/A", "n/a", "NaN", "nan", "N", "null", "NULL", "None", ".", "-"];
/** Texts that mean null wherever they stand. */
export const ALWAYS_NULL = ["", "?"];
/** More distinct texts than this are not a value set to write down. */
export const MOST_CATEGORIES = 200;

/** What one scan tells about a column. All of it is read from the data. */
export interface ColumnFacts {
  readonly name: string;
  readonly cells: number;
  /** Cells that are none of {@link NULL_WORDS}. */
  readonly told: number;
  readonly alwaysNull: number;
  /** Cells that are a null word beyond {@link ALWAYS_NULL}. */
  readonly wordNull: number;
  readonly numbers: number;
  readonly wholes: number;
  /** Written with a leading zero, as codes are. */
  readonly zeroLed: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly decimals: number;
  readonly days: number;
  readonly instants: number;
  readonly slashed: number;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly firstInstant: string | null;
  readonly lastInstant: string | null;
  readonly truths: number;
  readonly distinct: number;
}

/** Aggregates over the distinct texts `x` of a column, each standing `n` times, in the order of {@link factsOf}. */
export function factsSql(): string[] {
  const x = "x";
  const t = `trim(${x})`;
  const none = `(${x} IS NULL OR ${t} IN (${NULL_WORDS.map(sqlText).join(", ")}))`;
  const always = `(${x} IS NULL OR ${t} IN (${ALWAYS_NULL.map(sqlText).join(", ")}))`;
  const count = (what: string): string => `coalesce(sum(n) FILTER (${what}), 0)::DOUBLE`;
  const number = `TRY_CAST(${x} AS DOUBLE)`;
  const finite = `(NOT ${none} AND isfinite(${number}))`;
  const isDay = `${t} LIKE '____-__-__'`;
  const isInstant = `(${t} LIKE '____-__-__ __:__%' OR ${t} LIKE '____-__-__T__:__%')`;
  const instant = `TRY_CAST(CASE WHEN ${isDay} OR ${isInstant} THEN ${t} END AS TIMESTAMP)`;
  const slashed = `try_strptime(CASE WHEN ${t} LIKE '%/%/____' THEN ${t} END, '%d/%m/%Y')`;
  const day = `coalesce(${instant}, ${slashed})`;
  return [
    count("true"),
    count(`NOT ${none}`),
    count(always),
    count(`${none} AND NOT ${always}`),
    count(finite),
    count(`${finite} AND ${number} = floor(${number}) AND abs(${number}) < 9007199254740992`),
    count(`${t} LIKE '0_%' AND ${t} NOT LIKE '%.%'`),
    `min(${number}) FILTER (${finite})`,
    `max(${number}) FILTER (${finite})`,
    `coalesce(max(length(split_part(${t}, '.', 2))) FILTER (${finite}), 0)::DOUBLE`,
    count(`${isDay} AND ${instant} IS NOT NULL`),
    count(`${isInstant} AND ${instant} IS NOT NULL`),
    count(`${slashed} IS NOT NULL`),
    `strftime(min(${day}), '%Y-%m-%d')`,
    `strftime(max(${day}), '%Y-%m-%d')`,
    `strftime(min(${day}), '%Y-%m-%dT%H:%M:%S')`,
    `strftime(max(${day}), '%Y-%m-%dT%H:%M:%S')`,
    count(`lower(${t}) IN ('true', 'false')`),
    `count(${x})::DOUBLE`,
  ];
}

/** The row of aggregates as facts. */
export function factsOf(name: string, row: readonly unknown[]): ColumnFacts {
  const n = (i: number): number => Number(row[i]);
  const numberOrNull = (i: number): number | null => (typeof row[i] === "number" ? row[i] : null);
  const textOrNull = (i: number): string | null => (typeof row[i] === "string" ? row[i] : null);
  const counts = { cells: n(0), told: n(1), alwaysNull: n(2), wordNull: n(3), numbers: n(4), wholes: n(5), zeroLed: n(6), minimum: numberOrNull(7), maximum: numberOrNull(8), decimals: n(9) };
  const dates = { days: n(10), instants: n(11), slashed: n(12), firstDay: textOrNull(13), lastDay: textOrNull(14), firstInstant: textOrNull(15), lastInstant: textOrNull(16) };
  return { name, ...counts, ...dates, truths: n(17), distinct: n(18) };
}

/** A field for a column, each data-dependent fact marked `source: "data"`. `categories` where the column has few enough texts. */
export function draftField(facts: ColumnFacts, categories: readonly string[] | undefined): Field {
  const typed = typedField(facts);
  if (typed !== undefined) return typed;
  if (looksLikeIdentifier(facts)) return { name: facts.name, type: "identifier", dpsynth: { role: "direct-identifier", release: "drop" } };
  return stringField(facts, categories ?? []);
}

/** The column has more texts than a value set, nearly all of them different: names, numbers of files, free text. */
export function looksLikeIdentifier(facts: ColumnFacts): boolean {
  const filled = facts.cells - facts.alwaysNull;
  return filled > 50 && facts.distinct > 0.8 * filled;
}

function typedField(facts: ColumnFacts): Field | undefined {
  const { name, told } = facts;
  if (told === 0) return undefined;
  const nullable = facts.alwaysNull + facts.wordNull > 0;
  const place = nullable ? ("null" as const) : ("first" as const);
  const common = { role: "none" as const, nullable, onNull: place, onUnparsable: place, source: "data" as const };
  const rules = { ...common, onOutOfBounds: "clamp" as const };
  const head = { name, ...(facts.wordNull > 0 ? { missingValues: NULL_WORDS } : {}) };
  if (facts.truths === told) return { ...head, type: "boolean", dpsynth: common };
  if (facts.numbers === told && facts.zeroLed === 0) {
    const [minimum, maximum] = [facts.minimum as number, facts.maximum as number];
    if (facts.wholes === told) {
      if (/(^|[_\s.-])id$/i.test(name) && looksLikeIdentifier(facts)) return undefined;
      return { ...head, type: "integer", constraints: { minimum, maximum }, dpsynth: rules };
    }
    if (minimum === maximum) return undefined;
    return { ...head, type: "number", constraints: { minimum, maximum }, dpsynth: { ...rules, decimals: Math.min(6, facts.decimals) } };
  }
  if (facts.days === told || facts.slashed === told) {
    const constraints = { minimum: facts.firstDay as string, maximum: facts.lastDay as string };
    return { ...head, type: "date", ...(facts.slashed === told ? { format: "%d/%m/%Y" } : {}), constraints, dpsynth: { ...rules, granularity: "day" } };
  }
  if (facts.days + facts.instants === told) {
    const constraints = { minimum: facts.firstInstant as string, maximum: facts.lastInstant as string };
    return { ...head, type: "datetime", constraints, dpsynth: { ...rules, granularity: "second" } };
  }
  return undefined;
}

function stringField(facts: ColumnFacts, categories: readonly string[]): Field {
  let catchAll = "other";
  while (categories.includes(catchAll)) catchAll += "_";
  const nullable = facts.alwaysNull > 0;
  const dpsynth = { role: "none" as const, nullable, catchAll, onNull: nullable ? ("null" as const) : ("catch-all" as const), onUnseen: "catch-all" as const };
  // Without one text worth writing down the values themselves must be paid for.
  if (categories.length === 0) return { name: facts.name, type: "string", dpsynth: { ...dpsynth, nullable: true, onNull: "null", source: "discover" } };
  return { name: facts.name, type: "string", categories: [...categories], dpsynth: { ...dpsynth, source: "data" } };
}
