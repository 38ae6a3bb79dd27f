import { z } from "zod";
import { canonicalJson, sha256Hex } from "../base/hash.js";
import { rationalText, sha256 } from "./common.js";
import { type Receipt, receipt, type StatedReceipt, statedReceipt } from "./ledger.js";
import { tableSchema } from "./table-schema.js";

export const MODEL_VERSION = 1;

/** More rows than any table has, and few enough to be counted exactly. */
export const MOST_ROWS = 1e15;

const weight = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A noisy marginal as it left the curator. */
export const measurement = z.strictObject({
  /** Column names, in schema order; the cells are row-major over their (coarse) codes. */
  columns: z.array(z.string()),
  shape: z.array(z.int().min(1)),
  /** For each column, the table's code of each of its codes; where absent, a column as long as the shape is as it is, and a shorter one may be in the codes of its expansion. */
  groups: z.array(z.array(z.int().min(0))).optional(),
  /** For each cell of the shape, the count that it is part of; absent where each has its own. */
  parts: z.array(z.int().min(0)).optional(),
  noise: z.enum(["discrete-gaussian", "discrete-laplace"]),
  /** σ² of each cell, exact. For Laplace noise, its variance rounded up. */
  variance: rationalText,
  counts: z.array(z.int()),
});
export type Measurement = z.output<typeof measurement>;

/**
 * A fitted model: schema, measurements and receipt, and calibrated clique tables as integer weights in sampling order.
 * It holds nothing that is not noisy or public, and loading it executes nothing.
 */
export const modelFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-model"),
  version: z.literal(MODEL_VERSION),
  /** The schema as the fit used it: after discovery, every value set is written out. */
  schema: tableSchema,
  schemaSha256: sha256,
  method: z.string(),
  /** Noisy (or public) number of rows in the part learnt from. */
  total: z.number().min(0).max(MOST_ROWS),
  totalIsPublic: z.boolean(),
  measurements: z.array(measurement),
  /** Tables that others measured: the listed cells alone, by their place in the row-major table; σ is their word. */
  stated: z
    .array(
      z.strictObject({ columns: z.array(z.string()).min(1), shape: z.array(z.int().min(1)).min(1), cells: z.array(z.int().min(0)).min(1), counts: z.array(z.number()), sigma: z.number().positive() }),
    )
    .optional(),
  /** For each learned column, which original codes each compressed code stands for, with integer weights. */
  expansions: z.record(z.string(), z.array(z.strictObject({ codes: z.array(z.int().min(0)), weights: z.array(weight) }))),
  /** Each clique adds the columns that no earlier clique has; its other columns are its separator. Row-major in `columns` order. */
  cliques: z.array(z.strictObject({ columns: z.array(z.string()).min(1), shape: z.array(z.int().min(1)).min(1), weights: z.array(weight) })).min(1),
  /**
   * Pairs that no clique holds, to be imposed on the rows: for each column the table's code of each of its codes, and
   * integer weights, row-major. Where present, even if empty, rows are polished towards every pair of columns.
   */
  targets: z
    .array(
      z.strictObject({
        columns: z.array(z.string()).length(2),
        shape: z.array(z.int().min(1)).length(2),
        groups: z.array(z.array(z.int().min(0))).length(2),
        weights: z.array(weight),
      }),
    )
    .optional(),
  receipt: z.union([receipt, statedReceipt]),
});
export type ModelFile = z.output<typeof modelFile>;

/** A model whose price stands in a ledger of ours. */
export type PaidModel = Omit<ModelFile, "receipt"> & { readonly receipt: Receipt };

export function isPaid(model: ModelFile): model is PaidModel {
  return !("statement" in model.receipt);
}

/** The receipt of a model of our own; null where others measured. */
export function paidReceipt(model: ModelFile): Receipt | null {
  return isPaid(model) ? model.receipt : null;
}

/** What others say of a model that they measured for; null for one of our own. */
export function claimOf({ receipt }: ModelFile): StatedReceipt | null {
  return "statement" in receipt ? receipt : null;
}

/** A model without its receipt: what the ledger's commit entry names, since the receipt tells of that entry. */
export type ModelBody = Omit<ModelFile, "receipt">;

/** SHA-256 of the canonical JSON of a model without its receipt and without the editor's `$schema`. */
export function bodySha256(model: ModelBody | ModelFile): string {
  return sha256Hex(canonicalJson({ ...model, receipt: undefined, $schema: undefined }));
}
