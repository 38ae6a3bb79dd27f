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

/** Refuse a schema with undecided facts: one fault, DPS-E230, naming the first and how many more. */
export function requireDecided(schema: TableSchema, file: string): void {
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

function factsOf(field: Exclude<Field, { type: "identifier" }>): string {
  const nullability = field.dpsynth.nullable ? "nullable" : "not nullable";
  if (field.type === "string") return `${field.categories?.length ?? 0} categories, ${nullability}`;
  if (field.type === "boolean") return nullability;
  return `bounds${field.dpsynth.bins === undefined ? "" : ", bins"}, ${nullability}`;
}
