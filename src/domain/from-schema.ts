import { fault } from "../base/errors.js";
import type { Field, PrivacyUnit, TableSchema } from "../formats/table-schema.js";
import { type BinnedField, binsOf } from "./bins.js";
import type { Column, Domain, IdentifierField } from "./column.js";

type LearnedField = Exclude<Field, IdentifierField>;

/**
 * The public world of a table, from its schema alone. Pure. `file` is the schema's name for faults (DPS-E2xx), which point at a
 * key by index and never repeat a category: a drafted category is a cell of the table.
 *
 * `requireUnit` (default true) refuses a schema without a privacy unit; verbs that spend nothing pass false and get the row unit.
 * A column with `source: "discover"` whose facts are not there yet has only its catch-all, or one bin over every value.
 */
export function domainFromSchema(schema: TableSchema, file: string, options: { requireUnit?: boolean } = {}): Domain {
  refuseDuplicates(schema, file);
  const identifiers = schema.fields.filter((f): f is IdentifierField => f.type === "identifier");
  const columns = schema.fields.flatMap((f, i) => (f.type === "identifier" ? [] : [columnOf(f, `${file}: fields[${i}]`, missingOf(schema, f))]));
  if (columns.length === 0) throw fault("DPS-E202", `${file}: fields`, "at least one column to learn", "identifiers only", "Declare a column of another type than identifier.");
  const unit = unitOf(schema, file, options.requireUnit ?? true);
  return { columns, identifiers, unit, maxRows: unit.kind === "row" ? 1 : unit.maxRows, schema };
}

/** Texts that mean null in a field: its own, else the schema's, else the empty text. */
export function missingOf(schema: TableSchema, field: Field): readonly string[] {
  return field.missingValues ?? schema.missingValues ?? [""];
}

function refuseDuplicates(schema: TableSchema, file: string): void {
  const seen = new Map<string, number>();
  schema.fields.forEach((field, i) => {
    const first = seen.get(field.name);
    if (first !== undefined) throw fault("DPS-E201", `${file}: fields[${i}].name`, "a name of its own", `"${field.name}" again, the name of fields[${first}]`, "Give each column one field.");
    if (field.name.includes("\0")) throw fault("DPS-E201", `${file}: fields[${i}].name`, "text", "text with a zero character", "Rename the column.");
    if (field.name === "__proto__") throw fault("DPS-E201", `${file}: fields[${i}].name`, "a name that JSON can hold as a key", '"__proto__"', "Rename the column.");
    seen.set(field.name, i);
  });
}

function unitOf(schema: TableSchema, file: string, required: boolean): PrivacyUnit {
  const unit = schema.dpsynth.privacyUnit;
  const where = `${file}: dpsynth.privacyUnit`;
  if (unit === undefined) {
    if (!required) return { kind: "row" };
    throw fault("DPS-E220", where, "declared (it has no default)", "missing", 'Write {"kind": "row"} where each row is one person, else {"kind": "person", "column": …, "maxRows": …}.');
  }
  if (unit.kind === "row") return unit;
  const field = schema.fields.find((f) => f.name === unit.column);
  if (field === undefined) throw fault("DPS-E221", `${where}.column`, "the name of a field", "the name of none", "Name the column that tells persons apart.");
  if (field.type !== "identifier")
    throw fault("DPS-E222", `${where}.column`, "a field of type identifier", `of type ${field.type}`, "Make that field an identifier: a column that names a person is never learned.");
  return unit;
}

function columnOf(field: LearnedField, where: string, missing: readonly string[]): Column {
  refuseRules(field, where);
  if (field.type === "string") return stringColumn(field, where, missing);
  if (field.type === "boolean") return booleanColumn(field, where, missing);
  return binnedColumn(field, where);
}

const finish = (field: LearnedField, ordered: boolean, valueCount: number, rest: Pick<Column, "labels" | "bins" | "catchAllCode">): Column => {
  const named = valueCount + (rest.catchAllCode === undefined ? 0 : 1);
  const { nullable, role } = field.dpsynth;
  return { name: field.name, type: field.type, role, size: named + (nullable ? 1 : 0), ordered, valueCount, field, ...rest, ...(nullable ? { nullCode: named } : {}) };
};

/** The strptime specifiers that dates may be written with. */
const PATTERN = /^(%-?[YmdHMSyjbBpI]|[^%\0])*$/;

function binnedColumn(field: BinnedField, where: string): Column {
  const format = field.type === "date" || field.type === "datetime" ? field.format : undefined;
  if (format !== undefined && format !== "default" && !(format.includes("%") && PATTERN.test(format))) {
    throw fault("DPS-E218", `${where}.format`, "default (ISO 8601), or a pattern of %Y %m %d %H %M %S %y %j %b %B %p %I", "something else", "Write, for instance, %d/%m/%Y.");
  }
  const bins = binsOf(field, where);
  return finish(field, true, bins.edges.length - 1, { bins });
}

function booleanColumn(field: Extract<Field, { type: "boolean" }>, where: string, missing: readonly string[]): Column {
  const { trueValues, falseValues } = booleanTexts(field);
  refuseRepeats([...trueValues, ...falseValues], `${where}.trueValues and falseValues`, missing);
  return finish(field, false, 2, { labels: ["false", "true"] });
}

/** Texts of the two truth values; the defaults are those of Frictionless Table Schema. */
export function booleanTexts(field: Extract<Field, { type: "boolean" }>): { trueValues: readonly string[]; falseValues: readonly string[] } {
  return { trueValues: field.trueValues ?? ["true", "True", "TRUE", "1"], falseValues: field.falseValues ?? ["false", "False", "FALSE", "0"] };
}

function stringColumn(field: Extract<Field, { type: "string" }>, where: string, missing: readonly string[]): Column {
  const { catchAll, source } = field.dpsynth;
  const categories = field.categories ?? [];
  if (source === "discover" && catchAll === undefined) {
    throw fault("DPS-E215", `${where}.dpsynth.catchAll`, "declared where categories are discovered (values below the threshold need a place)", "missing", 'Write "catchAll": "other".');
  }
  if (categories.length === 0 && source !== "discover") {
    throw fault(
      "DPS-E214",
      `${where}.categories`,
      "declared (they may not be read from the data unpaid)",
      "missing",
      'Declare the public value set, or write "source": "discover" under dpsynth to pay for it.',
    );
  }
  refuseRepeats(categories, `${where}.categories`, missing);
  const same = catchAll === undefined ? -1 : categories.indexOf(catchAll);
  if (same >= 0) throw fault("DPS-E216", `${where}.dpsynth.catchAll`, "a label that is no category", `the same as categories[${same}]`, "Give the catch-all another label.");
  const labels = catchAll === undefined ? categories : [...categories, catchAll];
  return finish(field, field.categoriesOrdered === true, categories.length, { labels, ...(catchAll === undefined ? {} : { catchAllCode: categories.length }) });
}

function refuseRepeats(texts: readonly string[], where: string, missing: readonly string[]): void {
  const seen = new Map<string, number>();
  texts.forEach((text, i) => {
    const first = seen.get(text);
    if (first !== undefined) throw fault("DPS-E214", `${where}[${i}]`, "a value of its own", `a repeat of item ${first}`, "Write each value once.");
    if (missing.includes(text)) throw fault("DPS-E214", `${where}[${i}]`, "no text of missingValues", "one of them, so that no cell could ever have it", "Take it out of one of the two lists.");
    if (text.includes("\0")) throw fault("DPS-E214", `${where}[${i}]`, "text", "text with a zero character", "Leave it out; it will count as unseen.");
    seen.set(text, i);
  });
}

/** Every rule must have a place to put the cell. */
function refuseRules(field: LearnedField, where: string): void {
  for (const rule of ["onNull", "onUnparsable", "onUnseen", "onOutOfBounds"] as const) {
    const target = (field.dpsynth as Record<string, unknown>)[rule];
    if (target === "null" && !field.dpsynth.nullable) {
      throw fault("DPS-E217", `${where}.dpsynth.${rule}`, "a place that the column has", '"null" in a column that is not nullable', 'Write "nullable": true, or another rule.');
    }
    if (target === "catch-all" && field.type === "string" && field.dpsynth.catchAll === undefined) {
      throw fault("DPS-E217", `${where}.dpsynth.${rule}`, "a place that the column has", '"catch-all" in a column without one', 'Write "catchAll": "other", or another rule.');
    }
  }
}
