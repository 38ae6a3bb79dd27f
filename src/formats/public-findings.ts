import { z } from "zod";
import { instant, ledgerHead, price, sha256 } from "./common.js";
import { privacyEvent } from "./event.js";

const interval = z.tuple([z.number(), z.number()]);
/** Noisy whole numbers, which may fall below 0, and the rate they show; null where they show none. */
const tally = z.strictObject({ hits: z.int(), misses: z.int(), rate: z.number().nullable(), interval: interval.nullable() });

/** One attack's counts with noise: each count says of how many people learnt from, or held out, the attack came true. */
export const publicFinding = z.strictObject({
  id: z.string(),
  title: z.string(),
  claim: z.string(),
  attackerKnows: z.string(),
  cannotShow: z.string(),
  /** Effect of one unit on the four counts together. */
  sensitivity: z.literal(1),
  train: tally,
  holdout: tally,
  /** Rate on people learnt from less the rate on people held out. */
  excess: z.strictObject({ estimate: z.number(), interval }).nullable(),
});
export type PublicFinding = z.output<typeof publicFinding>;

/** `public-findings.json`: what of an audit may leave, paid for in the ledger before the rows were read. */
export const publicFindingsFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-public-findings"),
  version: z.literal(1),
  audience: z.literal("PUBLIC"),
  createdAt: instant,
  tool: z.strictObject({ name: z.literal("dpsynth"), version: z.string() }),
  dataset: z.string(),
  subject: z.strictObject({ releaseSha256: sha256, modelSha256: sha256.nullable(), schemaSha256: sha256 }),
  privacy: z.strictObject({
    /** Pure ε of all counts in this file together; it comes on top of the fit's. */
    epsilon: z.number(),
    account: z.enum(["zcdp", "pure"]),
    unit: z.string(),
    neighbours: z.literal("add-remove-one-unit"),
    price,
    events: z.array(privacyEvent),
    noise: z.enum(["secure", "TEST ONLY"]),
    /** Name of the spend in the ledger, and the ledger after it. */
    spend: z.string(),
    ledger: ledgerHead,
  }),
  /** Which units were tried: each by its own rows, with this public chance, under this public seed. */
  targets: z.strictObject({ share: z.number().gt(0).max(1), seed: z.string() }),
  level: z.number(),
  findings: z.array(publicFinding),
  notes: z.array(z.string()),
});
export type PublicFindingsFile = z.output<typeof publicFindingsFile>;
