import { z } from "zod";
import { instant, ledgerHead, sha256 } from "./common.js";
import { receipt, statedReceipt } from "./ledger.js";

/** Beside each release: what it is, where it comes from, and how to make the same bytes again without the data. */
export const manifestFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-manifest"),
  version: z.literal(1),
  /** Said in words so that nobody takes the rows for people. */
  label: z.literal("SYNTHETIC DATA: no row is a person"),
  createdAt: instant,
  tool: z.strictObject({ name: z.literal("dpsynth"), version: z.string() }),
  release: z.strictObject({ file: z.string(), format: z.enum(["csv", "parquet", "arrow", "jsonl"]), rows: z.int().min(0), columns: z.array(z.string()), sha256, rowHash: sha256 }),
  model: z.strictObject({ file: z.string(), sha256 }),
  schemaSha256: sha256,
  /** Seed of the sampler, public: sampling is post-processing. */
  seed: z.string(),
  /** Which of several releases of one model this is. Whoever has all of them has that many times its rows. */
  series: z.strictObject({ index: z.int().min(1), of: z.int().min(1) }).optional(),
  /** Public share of the table's units that the model was learnt from. */
  shareLearned: z.number(),
  receipt: z.union([receipt, statedReceipt]),
  /** Null where the price is not in a ledger of ours. */
  ledger: ledgerHead.nullable(),
});
export type ManifestFile = z.output<typeof manifestFile>;
