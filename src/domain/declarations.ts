import { fault } from "../base/errors.js";
import type { Field, TableSchema } from "../formats/table-schema.js";

/** A fact about the table that is public because somebody said so. `key` is its place in the schema. */
export interface Declaration {
  readonly key: string;
  readonly what: string;
  readonly source: "public" | "data" | "discover";
  readonly by: string | null;
  readonly reason: string | null;
}

/** Every public fact of the schema with its source, for certificate and report. Names keys and kinds of facts, not the facts. */
export function declarations(schema: TableSchema): Declaration[] {
  const rows: Declaration[] = [];
  const add = (key: string, what: string, o: { source: Declaration["source"]; by?: string | undefined; reason?: string | undefined }): void => {
    rows.push({ key, what, source: o.source, by: o.by ?? null, reason: o.reason ?? null });
  };
  schema.fields.forEach((field, i) => {
    if (field.type !== "identifier") add(`fields[${i}].dpsynth`, `${field.name}: ${factsOf(field)}`, field.dpsynth);
  });
  const unit = schema.dpsynth.privacyUnit;
  if (unit?.kind === "person") add("dpsynth.privacyUnit", `at most ${unit.maxRows} rows of one person count`, unit);
  if (schema.dpsynth.rows !== undefined) add("dpsynth.rows", "row count", schema.dpsynth.rows);
  return rows;
}

/** Facts drafted from the data that nobody has yet declared public with both a reason and a name. */
export function undecided(schema: TableSchema): { key: string; what: string }[] {
  return declarations(schema)
    .filter((d) => d.source === "data" && (d.by === null || d.reason === null))
    .map(({ key, what }) => ({ key, what }));
}

/** Refuse a schema with undecided facts: one fault, DPS-E230, naming the first and how many more. Facts to be discovered must not be there yet. */
export function requireDecided(schema: TableSchema, file: string): void {
  refuseUnpaidFacts(schema, file);
  const open = undecided(schema);
  if (open.length === 0) return;
  const more = open.length === 1 ? "" : `, and so ${open.length === 2 ? "is 1 more" : `are ${open.length - 1} more`}`;
  throw fault(
    "DPS-E230",
    `${file}: ${open[0].key}`,
    'public: "source": "public", or "data" with "reason" and "by", or "discover"',
    `read from the data and undecided (${open[0].what})${more}`,
    'Where the value may be public whatever the data are, add "reason" and "by"; it will be listed in the certificate.',
  );
}

/**
 * `"source": "discover"` says that a fact is to be paid for: a value that stands in the schema all the same was read from
 * the data, or is public and should say so. Whether nulls occur is never discovered, so a discovered column has a null category.
 */
function refuseUnpaidFacts(schema: TableSchema, file: string): void {
  const refuse = (key: string, must: string, is: string, next: string): never => {
    throw fault("DPS-E231", `${file}: ${key}`, must, is, next);
  };
  const remove = 'Take it out, so that the fit finds and pays for it; or write "source": "public" where it is known from outside.';
  schema.fields.forEach((field, i) => {
    if (field.type === "identifier" || field.dpsynth.source !== "discover") return;
    const at = `fields[${i}]`;
    if (field.type === "boolean") refuse(`${at}.dpsynth.source`, '"public" or "data" for a boolean', '"discover"', "A boolean has nothing to discover: declare its nullability.");
    if (field.type === "string" && field.categories !== undefined) refuse(`${at}.categories`, "absent where they are discovered", "there", remove);
    if (field.type !== "string" && field.type !== "boolean") {
      if (field.constraints !== undefined) refuse(`${at}.constraints`, "absent where bounds are discovered", "there", remove);
      if (Array.isArray(field.dpsynth.bins)) refuse(`${at}.dpsynth.bins`, "a number of bins, or absent, where bounds are discovered", "a list of edges", remove);
      const toFirst = (["onNull", "onUnparsable", "onOutOfBounds"] as const).find((rule) => field.dpsynth[rule] === "first");
      if (toFirst !== undefined) refuse(`${at}.dpsynth.${toFirst}`, '"null" (or "clamp") where bounds are discovered', '"first"', "Before its bounds are known a column has no first bin.");
    }
    if (!field.dpsynth.nullable)
      refuse(`${at}.dpsynth.nullable`, "true where a column is discovered", "false", "That no null occurs is a fact about the data: discovered columns keep a null category.");
  });
  const { rows, privacyUnit } = schema.dpsynth;
  if (rows?.source === "discover") refuse("dpsynth.rows.source", '"public" or "data"', '"discover"', "Leave dpsynth.rows out: the fit then uses a noisy number of rows.");
  if (privacyUnit?.kind === "person" && privacyUnit.source === "discover") refuse("dpsynth.privacyUnit.source", '"public" or "data"', '"discover"', "Declare how many rows of one person may count.");
}

function factsOf(field: Exclude<Field, { type: "identifier" }>): string {
  const nullability = field.dpsynth.nullable ? "nullable" : "not nullable";
  if (field.type === "string") return `${field.categories?.length ?? 0} categories, ${nullability}`;
  if (field.type === "boolean") return nullability;
  return `bounds${field.dpsynth.bins === undefined ? "" : ", bins"}, ${nullability}`;
}
