import { z } from "zod";
import { instant, ledgerHead, price, sha256 } from "./common.js";
import { privacyEvent } from "./event.js";
import { ownPrice } from "./own-price.js";

export const LEDGER_VERSION = 1;

/** Least public share of the units that a model may learn from: rows are scaled up by its inverse. */
export const LEAST_SHARE_LEARNED = 1e-6;

/** `privacy-budgets/<dataset>/budget.json`: what may be spent on a dataset, fixed when it is made but for the cap. */
export const budgetFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(LEDGER_VERSION),
  dataset: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  /** `zcdp`: ρ and δ add, the cap is an (ε, δ) pair. `pure`: ε adds, δ = 0. */
  account: z.enum(["zcdp", "pure"]),
  epsilon: z.number().positive(),
  delta: z.number().min(0).lt(1),
  neighbours: z.literal("add-remove-one-unit"),
  createdAt: instant,
  /** Public name of the key: SHA-256 of a fixed text's HMAC; tells clones apart without telling the key. */
  keyId: sha256,
});
export type BudgetFile = z.output<typeof budgetFile>;

const columnMark = z.string().regex(/^[0-9a-f]{32}$/);
/** `secure`, or `TEST ONLY` for deterministic or absent noise, which the gate refuses. */
const noiseSource = z.enum(["secure", "TEST ONLY"]);
export type NoiseSource = z.output<typeof noiseSource>;
const fitRef = z.string().min(1);

/** What an entry says; the chain fields are in {@link ledgerEntry}. */
export const entryBody = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("create"), account: z.enum(["zcdp", "pure"]), epsilon: z.number(), delta: z.number() }),
  /** A table's fingerprint joins the dataset as one of its versions; `columns` are marks of its columns as text, which do not hang on the schema. */
  z.strictObject({ kind: z.literal("attach"), fingerprint: sha256, columns: z.array(columnMark), version: z.int().min(1), note: z.string().optional() }),
  z.strictObject({ kind: z.literal("split"), holdout: z.number().min(0).lt(1), reference: z.number().min(0).lt(1) }),
  /** Money set aside before any row is read. Counts in full until a commit or a cancel says otherwise; with `ownPrice`, in full for good. */
  z.strictObject({ kind: z.literal("reserve"), fit: fitRef, method: z.string(), part: z.enum(["train", "all"]), price, ownPrice: ownPrice.optional(), idempotencyKey: z.string().optional() }),
  /** The events that happened; their price replaces the reservation and is never above it. `noise` says where the random bits came from, `modelSha256` is the model's body hash. */
  z.strictObject({ kind: z.literal("commit"), fit: fitRef, price, events: z.array(privacyEvent), noise: noiseSource, modelSha256: sha256.optional() }),
  /** The reservation is given back: no row had been read. */
  z.strictObject({ kind: z.literal("cancel"), fit: fitRef, reason: z.string() }),
  z.strictObject({ kind: z.literal("refuse"), asked: price, left: price, epsilonAsked: z.number(), epsilonLeft: z.number() }),
  z.strictObject({ kind: z.literal("raise"), epsilon: z.number().positive(), delta: z.number().min(0).lt(1), by: z.string().min(1), reason: z.string().min(1) }),
  /** Price 0, "unprotected look": check, audit, gate and the like; `attempt` counts them per fit and act. */
  z.strictObject({
    kind: z.literal("look"),
    act: z.enum(["check", "init", "audit", "gate", "split"]),
    fit: fitRef.optional(),
    attempt: z.int().min(1),
    outcome: z.string().optional(),
    reportSha256: sha256.optional(),
    releaseSha256: sha256.optional(),
  }),
  /** An audit's report as it was written: a gate weighs no report that is not on record. Price 0; the look itself has its own entry. */
  z.strictObject({ kind: z.literal("report"), fit: fitRef.optional(), reportSha256: sha256, releaseSha256: sha256 }),
  z.strictObject({ kind: z.literal("sign"), by: z.string().min(1), note: z.string(), verdict: z.enum(["pass", "fail", "inconclusive"]), hashes: z.record(z.string(), sha256) }),
]);
export type EntryBody = z.output<typeof entryBody>;

/** One line of `ledger.jsonl`. `hash` of a line is SHA-256 of its text without the newline. */
export const ledgerEntry = z.strictObject({
  seq: z.int().min(0),
  at: instant,
  /** Hash of the previous line; 64 zeros for the first. */
  prev: sha256,
  body: entryBody,
  /** Bytes of torn text before this entry on its line: what a crash left of earlier appends. Void, and never cut off. */
  healedBytes: z.int().min(1).optional(),
  /** HMAC-SHA-256 under the budget's key of the canonical JSON of all the other fields. */
  mac: sha256,
});
export type LedgerEntry = z.output<typeof ledgerEntry>;

/** What a fit carries away from the ledger: enough for others to check price and position. */
export const receipt = z.strictObject({
  version: z.literal(1),
  dataset: z.string(),
  fit: fitRef,
  account: z.enum(["zcdp", "pure"]),
  neighbours: z.literal("add-remove-one-unit"),
  unit: z.strictObject({ kind: z.enum(["row", "person"]), maxRows: z.int().min(1) }),
  method: z.string(),
  part: z.enum(["train", "all"]),
  /** Public share of the units that were learnt from. */
  shareLearned: z.number().min(LEAST_SHARE_LEARNED).max(1),
  /** ε and δ of this fit, ε rounded up. */
  epsilon: z.number(),
  delta: z.number(),
  price,
  /** Where ε is that of the fit alone; `price` is then that of the whole, and the events may cost less. */
  ownPrice: ownPrice.optional(),
  events: z.array(privacyEvent),
  /** Spend of the whole dataset after this fit, as (ε, δ), and its cap. */
  spentEpsilon: z.number(),
  capEpsilon: z.number(),
  capDelta: z.number(),
  ledger: ledgerHead,
  noise: noiseSource,
});
export type Receipt = z.output<typeof receipt>;

/** In the place of a receipt where others measured: what they say, which no ledger of ours bears out. */
export const statedReceipt = z.strictObject({
  version: z.literal(1),
  statement: z.literal("noise and price stated by others, unverified"),
  dataset: z.string(),
  method: z.literal("from-marginals"),
  /** Who measured. */
  source: z.string(),
  /** ε and δ as they say; null where they do not. */
  epsilon: z.number().min(0).nullable(),
  delta: z.number().min(0).lt(1).nullable(),
  /** Whom one ε is for, and what else they say, in their words. */
  unit: z.string().nullable(),
  note: z.string().nullable(),
  tables: z.int().min(1),
  marginalsSha256: sha256,
  /** The tables are taken to be of everybody. */
  shareLearned: z.literal(1),
});
export type StatedReceipt = z.output<typeof statedReceipt>;
