import { z } from "zod";

/**
 * The sensitive table by declaration: a Frictionless Table Schema with our keys under `dpsynth`.
 * Everything here is public; a value that was read from the data says so in `source`.
 */
export const SCHEMA_VERSION = 1;

/** Where the public facts of a column (categories, bounds, bins, nullability) come from. */
const origin = {
  /** `public`: declared from outside the data. `data`: drafted from the data. `discover`: found and paid for by the fit. */
  source: z.enum(["public", "data", "discover"]).default("public"),
  /** Why a value read from the data may be public; needed with `source: "data"`. */
  reason: z.string().min(1).optional(),
  /** Who decided that. */
  by: z.string().min(1).optional(),
};

const role = z.enum(["direct-identifier", "quasi-identifier", "sensitive", "none"]).default("none");
const nullable = z.boolean();
/** What becomes of a cell: `null` the null category, `first` the first category or lowest bin. */
const toNullOrFirst = z.enum(["null", "first"]);

const field = {
  name: z.string().min(1),
  title: z.string().optional(),
  description: z.string().optional(),
  missingValues: z.array(z.string()).optional(),
};

const binnedKeys = {
  role,
  nullable,
  /** Number of equal-width bins, or the inner and outer edges in ascending order. Edges are in the column's own unit. */
  bins: z.union([z.int().min(1).max(65_000), z.array(z.union([z.number(), z.string()])).min(2)]).optional(),
  onNull: toNullOrFirst,
  onUnparsable: toNullOrFirst,
  onOutOfBounds: z.enum(["clamp", "null", "first"]),
  ...origin,
};

const integerField = z.strictObject({
  ...field,
  type: z.literal("integer"),
  constraints: z.strictObject({ minimum: z.int().optional(), maximum: z.int().optional() }).optional(),
  dpsynth: z.strictObject(binnedKeys),
});

const numberField = z.strictObject({
  ...field,
  type: z.literal("number"),
  constraints: z.strictObject({ minimum: z.number().optional(), maximum: z.number().optional() }).optional(),
  dpsynth: z.strictObject({
    ...binnedKeys,
    /** Decimal places written in the release. */
    decimals: z.int().min(0).max(12).default(2),
  }),
});

const stringField = z.strictObject({
  ...field,
  type: z.literal("string"),
  /** The public value set; order matters where `categoriesOrdered` is true. */
  categories: z.array(z.string()).min(1).max(100_000).optional(),
  categoriesOrdered: z.boolean().optional(),
  dpsynth: z.strictObject({
    role,
    nullable,
    /** Label of one more category that takes every unseen value. */
    catchAll: z.string().optional(),
    onNull: z.enum(["null", "first", "catch-all"]),
    onUnseen: z.enum(["null", "first", "catch-all"]),
    ...origin,
  }),
});

const booleanField = z.strictObject({
  ...field,
  type: z.literal("boolean"),
  trueValues: z.array(z.string()).min(1).optional(),
  falseValues: z.array(z.string()).min(1).optional(),
  dpsynth: z.strictObject({ role, nullable, onNull: toNullOrFirst, onUnparsable: toNullOrFirst, ...origin }),
});

const isoDay = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const isoSecond = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?$/);

const dateField = z.strictObject({
  ...field,
  type: z.literal("date"),
  /** `default` is ISO 8601; otherwise a strptime pattern such as `%d/%m/%Y`. */
  format: z.string().optional(),
  constraints: z.strictObject({ minimum: isoDay.optional(), maximum: isoDay.optional() }).optional(),
  dpsynth: z.strictObject({ ...binnedKeys, granularity: z.enum(["day", "month", "year"]).default("day") }),
});

const datetimeField = z.strictObject({
  ...field,
  type: z.literal("datetime"),
  format: z.string().optional(),
  constraints: z.strictObject({ minimum: isoSecond.optional(), maximum: isoSecond.optional() }).optional(),
  dpsynth: z.strictObject({ ...binnedKeys, granularity: z.enum(["second", "minute", "hour", "day"]).default("second") }),
});

export const FAKE_KINDS = ["uuid", "sequence", "email", "name", "phone", "iban", "national-id"] as const;

const identifierField = z.strictObject({
  ...field,
  type: z.literal("identifier"),
  dpsynth: z.strictObject({
    role: z.literal("direct-identifier").default("direct-identifier"),
    /** Never learned: left out of the release, or replaced by fakes that no person can have. */
    release: z.enum(["drop", "fake"]),
    fake: z.enum(FAKE_KINDS).optional(),
  }),
});

export const fieldSchema = z.discriminatedUnion("type", [integerField, numberField, stringField, booleanField, dateField, datetimeField, identifierField]);
export type Field = z.output<typeof fieldSchema>;

export const privacyUnit = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("row") }),
  z.strictObject({
    /** All rows that share a value of `column` belong to one person; at most `maxRows` of them count. */
    kind: z.literal("person"),
    column: z.string().min(1),
    maxRows: z.int().min(1).max(1000),
    ...origin,
  }),
]);
export type PrivacyUnit = z.output<typeof privacyUnit>;

export const dialect = z.strictObject({
  format: z.enum(["csv", "tsv", "parquet", "arrow", "jsonl"]).optional(),
  delimiter: z.string().length(1).optional(),
  quoteChar: z.string().length(1).optional(),
  encoding: z.enum(["utf-8", "latin-1", "utf-16"]).optional(),
});
export type Dialect = z.output<typeof dialect>;

export const tableSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  fields: z.array(fieldSchema).min(1).max(2000),
  /** Texts that mean null in every column; `[""]` where absent. */
  missingValues: z.array(z.string()).optional(),
  dpsynth: z.strictObject({
    version: z.literal(SCHEMA_VERSION),
    /** No default: a fit without a declared unit is refused. */
    privacyUnit: privacyUnit.optional(),
    dialect: dialect.optional(),
    /** The table's row count, where it is public. */
    rows: z.strictObject({ count: z.int().min(0), ...origin }).optional(),
  }),
});
export type TableSchema = z.output<typeof tableSchema>;
