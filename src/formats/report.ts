import { z } from "zod";
import { instant, ledgerHead, sha256 } from "./common.js";
import { receipt, statedReceipt } from "./ledger.js";
import { utility } from "./utility.js";

export const REPORT_VERSION = 1;
export const FAMILIES = ["copies", "distance", "singling-out", "membership", "linkability", "inference", "class-size", "mechanism", "utility"] as const;

const interval = z.tuple([z.number(), z.number()]);
const taken = z.strictObject({ taken: z.int().min(0), of: z.int().min(0) });
const rate = z.strictObject({ estimate: z.number(), interval, n: z.int().min(0) });

/** One audit result. Numbers are computed from confidential data: a report is INTERNAL. */
export const finding = z.strictObject({
  id: z.string(),
  family: z.enum(FAMILIES),
  title: z.string(),
  /** What is claimed, in one sentence an officer can read. */
  claim: z.string(),
  /** What the attacker is taken to know. */
  attackerKnows: z.string(),
  /** What this number cannot show. */
  cannotShow: z.string(),
  /** Unit of the estimate: `rate`, `auc`, `tvd`, `ratio`, … */
  measure: z.string(),
  /** null where too little data was there to say anything. */
  estimate: z.number().nullable(),
  interval: interval.nullable(),
  level: z.number(),
  n: z.int().min(0),
  /** The same attack on people whose rows were not learnt from. */
  control: rate.nullable(),
  /** Success by guessing. */
  baseline: z.number().nullable(),
  /** Standard error of a − c, for bounds at any level; the rule decides on it. */
  excess: z.strictObject({ estimate: z.number(), standardError: z.number().min(0) }).nullable(),
  /** (a − c)/(1 − c), Anonymeter's residual risk; reported, never decided on. */
  residualRisk: z.strictObject({ estimate: z.number(), interval }).nullable(),
  /** The smallest excess (or estimate above chance) that this many targets show with power 0.8 at level 0.95. */
  smallestDetectable: z.number().nullable(),
  /** Largest value that differential privacy at the declared price allows, where theory gives one. */
  theoryCeiling: z.number().nullable(),
  tieRule: z.string(),
  seed: z.string(),
  /** Number of attacks actually made, and why fewer than asked where so. */
  attacks: z.int().min(0),
  note: z.string().nullable(),
  publishable: z.boolean(),
  /** Effect of one training unit on the count behind the estimate; null where unbounded. */
  sensitivity: z.number().nullable(),
  /** Points for a figure: ROC (fpr, tpr) or distribution curves by name. */
  curves: z.array(z.strictObject({ name: z.string(), x: z.array(z.number()), y: z.array(z.number()) })).default([]),
  /** What the estimate is made of, or further figures of the same attack, for the annex; no rule decides on them. */
  breakdown: z
    .array(z.strictObject({ name: z.string(), measure: z.string(), estimate: z.number().nullable(), interval: interval.nullable(), n: z.int().min(0), control: z.number().nullable() }))
    .default([]),
});
export type Finding = z.output<typeof finding>;

export { type Utility, utility } from "./utility.js";

/** Hashes that bind a report, and later a verdict, to the artefacts it speaks of. */
export const subject = z.strictObject({
  releaseSha256: sha256,
  modelSha256: sha256.nullable(),
  schemaSha256: sha256,
  policySha256: sha256.nullable(),
  ledger: ledgerHead.nullable(),
});
export type Subject = z.output<typeof subject>;

export const reportFile = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal("dpsynth-report"),
  version: z.literal(REPORT_VERSION),
  audience: z.literal("INTERNAL"),
  createdAt: instant,
  tool: z.strictObject({ name: z.literal("dpsynth"), version: z.string() }),
  dataset: z.string(),
  subject,
  /** Null for an audit of somebody else's release. */
  receipt: receipt.nullable(),
  /** What others state of noise and price, where they measured; it is repeated, never weighed. */
  claim: statedReceipt.nullable().default(null),
  /** Sizes in units (persons or rows); exact, hence confidential. */
  parts: z.strictObject({ train: z.int(), holdout: z.int(), reference: z.int(), release: z.int(), unit: z.enum(["row", "person"]) }),
  findings: z.array(finding),
  utility: utility.nullable(),
  /** Audits and gate runs of this fit, and fits that drew on the dataset's budget; null where no ledger counts them. */
  attempts: z.strictObject({ audits: z.int(), gates: z.int(), fits: z.int().nullable().default(null) }),
  /** Counts published with noise: their pure ε, beyond the fit's, and their name in the ledger. */
  published: z.strictObject({ epsilon: z.number(), spend: z.string(), counts: z.int() }).nullable().default(null),
  /** Facts that are public because somebody declared them so. */
  declarations: z.array(z.strictObject({ key: z.string(), what: z.string(), source: z.enum(["public", "data", "discover"]), by: z.string().nullable(), reason: z.string().nullable() })),
  seed: z.string(),
  /** Attacks that were not made, by name, with the families they speak of: a rule on such a family cannot pass. */
  switchedOff: z.array(z.strictObject({ name: z.string(), families: z.array(z.enum(FAMILIES)), why: z.string() })).default([]),
  /** Where attacks tried a seeded sample: how many of how many, and how many people a leak may concern and be missed with a chance above 5 %. Null where all were tried. */
  subsample: z
    .strictObject({ train: taken, holdout: taken, reference: taken, released: taken, largestMissed: z.int().min(0) })
    .nullable()
    .default(null),
  /** Sentences on what this audit could not see. */
  limits: z.array(z.string()),
});
export type ReportFile = z.output<typeof reportFile>;

const ruleOutcome = z.enum(["pass", "fail", "inconclusive", "warn"]);

/** The gate's answer, rule by rule. */
export const verdictFile = z.strictObject({
  format: z.literal("dpsynth-verdict"),
  version: z.literal(1),
  verdict: z.enum(["pass", "fail", "inconclusive"]),
  policy: z.string(),
  /** Audits and gate runs of this fit, this one included; null without a ledger. */
  attempts: z
    .strictObject({ audits: z.int().min(0), gates: z.int().min(0) })
    .nullable()
    .default(null),
  rules: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      outcome: ruleOutcome,
      measured: z.number().nullable(),
      bound: z.number().nullable(),
      limit: z.number().nullable(),
      reason: z.string(),
      source: z.string(),
      /** Family of the findings weighed, and whether the limit is on a − c or on the estimate; `fact` weighs no finding. */
      family: z.string().nullable().default(null),
      basis: z.enum(["excess", "estimate", "fact"]).default("fact"),
      /** Each finding weighed, with the one-sided bounds, corrected within the family, that decided. */
      findings: z.array(z.strictObject({ id: z.string(), measured: z.number().nullable(), lower: z.number().nullable(), upper: z.number().nullable(), outcome: ruleOutcome })).default([]),
    }),
  ),
  subject: z.record(z.string(), z.string().nullable()),
});
export type VerdictFile = z.output<typeof verdictFile>;
