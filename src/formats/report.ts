import { z } from "zod";
import { instant, ledgerHead, sha256 } from "./common.js";
import { receipt, statedReceipt } from "./ledger.js";

export const REPORT_VERSION = 1;
export const FAMILIES = ["copies", "distance", "membership", "linkability", "inference", "utility"] as const;

const interval = z.tuple([z.number(), z.number()]);
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
});
export type Finding = z.output<typeof finding>;

const similarity = z.strictObject({
  ways: z.int().min(1),
  marginals: z.int().min(0),
  /** Mean total variation distance of release and train. */
  release: z.number().nullable(),
  /** The same between train and an equal-size sample of real rows the model never saw. */
  resample: z.number().nullable(),
});

export const utility = z.strictObject({
  similarity: z.array(similarity),
  /** One chart per learned column: share per bin or category in train and release; `ordered` where they stand in an order, null and catch-all last. */
  columns: z.array(z.strictObject({ name: z.string(), ordered: z.boolean().default(false), labels: z.array(z.string()), train: z.array(z.number()), release: z.array(z.number()), tvd: z.number() })),
  /** TVD of every pair, row-major over `pairColumns`. */
  pairColumns: z.array(z.string()),
  pairTvd: z.array(z.number().nullable()),
  /** Association (Pearson's r, Cramér's V or the correlation ratio) per pair in train and release. */
  associations: z.array(z.strictObject({ a: z.string(), b: z.string(), kind: z.enum(["pearson", "cramers-v", "correlation-ratio"]), train: z.number().nullable(), release: z.number().nullable() })),
  /** Train on synthetic, test on real, against train on real. */
  learning: z.array(z.strictObject({ target: z.string(), learner: z.string(), metric: z.string(), tstr: z.number(), tstrInterval: interval, trtr: z.number(), trtrInterval: interval, n: z.int() })),
  /** One sentence. */
  summary: z.string(),
});
export type Utility = z.output<typeof utility>;

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
  attempts: z.strictObject({ audits: z.int(), gates: z.int() }),
  /** Facts that are public because somebody declared them so. */
  declarations: z.array(z.strictObject({ key: z.string(), what: z.string(), source: z.enum(["public", "data", "discover"]), by: z.string().nullable(), reason: z.string().nullable() })),
  seed: z.string(),
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
