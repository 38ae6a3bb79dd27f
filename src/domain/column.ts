import type { Field, PrivacyUnit, TableSchema } from "../formats/table-schema.js";

/**
 * Bins of a number, date or datetime, in the column's inner unit: the number itself, days or seconds since 1970-01-01.
 * Bin i is [edges[i], edges[i+1]); the last is closed. Integers, dates and datetimes have whole edges, the last one
 * exclusive (maximum + 1), so that every bin is [edges[i], edges[i+1] − 1] in whole steps.
 */
export interface Bins {
  readonly edges: Float64Array;
  /** Values in a release are multiples of this step above `edges[0]`; 0 for continuous. */
  readonly step: number;
}

/** A learned column: its public codes are 0 … size−1, values or bins first, then the catch-all, then null. */
export interface Column {
  readonly name: string;
  readonly type: Exclude<Field["type"], "identifier">;
  readonly role: "direct-identifier" | "quasi-identifier" | "sensitive" | "none";
  readonly size: number;
  /** Codes have a meaningful order (bins, or ordered categories); the catch-all and null stand outside it. */
  readonly ordered: boolean;
  /** Texts of the categories, catch-all last; `["false", "true"]` for booleans; absent for binned columns. */
  readonly labels?: readonly string[];
  readonly bins?: Bins;
  /** Number of codes that are values or bins: `labels` without catch-all, or bins. */
  readonly valueCount: number;
  readonly catchAllCode?: number;
  readonly nullCode?: number;
  readonly field: Exclude<Field, { type: "identifier" }>;
}

export type IdentifierField = Extract<Field, { type: "identifier" }>;

/** The public world of one table. */
export interface Domain {
  /** Learned columns, in schema order. */
  readonly columns: readonly Column[];
  readonly identifiers: readonly IdentifierField[];
  readonly unit: PrivacyUnit;
  /** Rows one unit may contribute: 1 for row units, `maxRows` for persons. */
  readonly maxRows: number;
  readonly schema: TableSchema;
}
