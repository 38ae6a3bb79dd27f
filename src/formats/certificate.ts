import { z } from "zod";
import { instant, ledgerHead, price, sha256 } from "./common.js";
import { privacyEvent } from "./event.js";
import { ownPrice } from "./own-price.js";
import { publicFinding } from "./public-findings.js";

/** What may be shown outside: the promise, its price and what is not covered. No number computed from the data without noise. */
export const certificateFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-certificate"),
  version: z.literal(1),
  createdAt: instant,
  tool: z.strictObject({ name: z.literal("dpsynth"), version: z.string() }),
  dataset: z.string(),
  privacy: z.strictObject({
    epsilon: z.number(),
    delta: z.number(),
    account: z.enum(["zcdp", "pure"]),
    unit: z.string(),
    neighbours: z.string(),
    mechanism: z.string(),
    price: price.optional(),
    /** As in the receipt. */
    ownPrice: ownPrice.optional(),
    events: z.array(privacyEvent),
    shareLearned: z.number(),
    spentEpsilon: z.number(),
    capEpsilon: z.number(),
    capDelta: z.number(),
    noise: z.enum(["secure", "TEST ONLY"]),
  }),
  /** Schema facts and who declared them. */
  publicByDeclaration: z.array(z.strictObject({ key: z.string(), what: z.string(), source: z.enum(["public", "data", "discover"]), by: z.string().nullable(), reason: z.string().nullable() })),
  hashes: z.strictObject({ model: sha256, schema: sha256, release: sha256.nullable() }),
  ledger: ledgerHead,
  outsideTheGuarantee: z.array(z.strictObject({ title: z.string(), text: z.string() })),
  /** Counts of attacks, published with noise at their own ε, which comes on top of the fit's. */
  published: z.strictObject({ epsilon: z.number(), spend: z.string(), share: z.number(), level: z.number(), findings: z.array(publicFinding), notes: z.array(z.string()) }).optional(),
  verdict: z.strictObject({ verdict: z.enum(["pass", "fail", "inconclusive"]), policy: z.string(), attempts: z.int() }).nullable(),
});
export type CertificateFile = z.output<typeof certificateFile>;
