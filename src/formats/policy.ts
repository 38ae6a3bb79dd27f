import { z } from "zod";

const base = { id: z.string().min(1), title: z.string().min(1), source: z.string().min(1), severity: z.enum(["block", "warn"]).default("block") };

/** Which findings a rule weighs, and how sure it must be. */
const weighs = {
  family: z.string(),
  /** Only findings of this measure (such as `auc`); all of the family where absent. */
  measure: z.string().optional(),
  /** `both`: passes only on proof of safety. `violation`: a tripwire, which fails on proof of a violation and else stays silent; its silence proves nothing. */
  decides: z.enum(["both", "violation"]).default("both"),
  limit: z.number(),
  level: z.number().gt(0).lt(1).default(0.95),
};

/** One rule of a policy: what is bounded, by how much, and who says so. */
export const policyRule = z.discriminatedUnion("kind", [
  /** ε of the dataset's only fit or, where several fits drew on its budget, of the budget's cap: what may be claimed of all of them. */
  z.strictObject({ ...base, kind: z.literal("epsilon-at-most"), limit: z.number().positive() }),
  /** Declared δ; with `timesUnits`, δ × learnt units is bounded too. */
  z.strictObject({ ...base, kind: z.literal("delta-at-most"), limit: z.number().positive(), timesUnits: z.number().positive().optional() }),
  /** One-sided upper bound of a − c of every finding of the family, Bonferroni within it. */
  z.strictObject({ ...base, kind: z.literal("excess-at-most"), ...weighs }),
  /** One-sided upper bound of the estimate itself (such as an AUC). */
  z.strictObject({ ...base, kind: z.literal("estimate-at-most"), ...weighs }),
  z.strictObject({ ...base, kind: z.literal("holdout-at-least"), units: z.int().min(1), share: z.number().min(0).lt(1) }),
  /** Synthetic rows over learnt rows. */
  z.strictObject({ ...base, kind: z.literal("rows-ratio-at-most"), limit: z.number().positive() }),
  z.strictObject({ ...base, kind: z.literal("attempts-at-most"), limit: z.int().min(1) }),
  /** Measured value above the theory's ceiling; warns only. */
  z.strictObject({ ...base, kind: z.literal("below-theory-ceiling"), family: z.string() }),
]);
export type PolicyRule = z.output<typeof policyRule>;

export const policyFile = z.strictObject({ $schema: z.string().optional(), version: z.literal(1), name: z.string().min(1), title: z.string(), rules: z.array(policyRule).min(1) });
export type PolicyFile = z.output<typeof policyFile>;
