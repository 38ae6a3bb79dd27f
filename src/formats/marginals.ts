import { z } from "zod";
import { sha256 } from "./common.js";
import { MOST_ROWS } from "./model.js";

/** Larger noise than this leaves nothing of any table. */
const MOST_SIGMA = 1e15;

/** Noisy tables that somebody else measured: a statistics office, a job in a database. Noise and price are their word. */
export const marginalsFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-marginals"),
  version: z.literal(1),
  /** Path of the table schema that gives the columns their values, from this file's folder. */
  schema: z.string().min(1),
  /** Hash of that schema as the tables were made under, to be sure of it. */
  schemaSha256: sha256.optional(),
  /** Who measured, and where the tables can be found. */
  source: z.string().min(1),
  /** What they say of privacy, repeated as a claim and never weighed as a fact. */
  claim: z
    .strictObject({
      epsilon: z.number().min(0).optional(),
      delta: z.number().min(0).lt(1).optional(),
      /** Whom one ε is for, and what else they say, in their words. */
      unit: z.string().optional(),
      note: z.string().optional(),
    })
    .optional(),
  /** Number of rows, public or noisy; needed where no table lists all its cells. */
  rows: z.number().positive().max(MOST_ROWS).optional(),
  tables: z
    .array(
      z.strictObject({
        columns: z.array(z.string()).min(1),
        /** Cells that were measured. A cell that is not listed was not measured; it is not zero. */
        cells: z
          .array(
            z.strictObject({
              /** One for each column: a category, truth value, number or day as a release would write it, any one of its bin; null for null. */
              values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
              count: z.number().min(-MOST_ROWS).max(MOST_ROWS),
            }),
          )
          .min(1),
        /** Standard deviation of the noise in each cell, in rows. */
        sigma: z.number().positive().max(MOST_SIGMA),
      }),
    )
    .min(1),
});
export type MarginalsFile = z.output<typeof marginalsFile>;
