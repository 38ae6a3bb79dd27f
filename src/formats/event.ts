import { z } from "zod";
import { rationalText } from "./common.js";

/**
 * What happened to the data, not what it cost: parameters are never removed and never change meaning, so that a
 * better accountant can price an old ledger again. Sensitivities are for adding or removing one privacy unit.
 */
export const privacyEvent = z.discriminatedUnion("type", [
  z.strictObject({
    /** A marginal (or histogram) of integers plus discrete Gaussian noise in every cell. */
    type: z.literal("discrete-gaussian"),
    query: z.string(),
    /** Variance parameter σ² of each cell, exact. */
    sigma2: rationalText,
    /** L2 sensitivity of the vector, in rows. */
    l2Sensitivity: z.int().min(1),
  }),
  z.strictObject({
    /** The same with discrete Laplace noise of scale b: P[k] ∝ exp(−|k|/b). */
    type: z.literal("discrete-laplace"),
    query: z.string(),
    scale: rationalText,
    /** L1 sensitivity of the vector, in rows. */
    l1Sensitivity: z.int().min(1),
  }),
  z.strictObject({
    /** One exponential-mechanism pick: P[i] ∝ exp(η·s_i / (2Δ)). */
    type: z.literal("exponential"),
    score: z.string(),
    eta: rationalText,
    /** Sensitivity Δ of the score, in rows. */
    sensitivity: z.int().min(1),
    candidates: z.int().min(1),
    /** Of how many picks at one η, at most, this is one; alone where absent. They follow each other with no other look between. */
    inARow: z.int().min(2).optional(),
  }),
  z.strictObject({
    /** Values whose noisy count reaches `threshold` become public; δ bounds the chance that one unit's own value does. */
    type: z.literal("threshold"),
    query: z.string(),
    sigma2: rationalText,
    l2Sensitivity: z.int().min(1),
    threshold: z.int().min(1),
    delta: rationalText,
  }),
]);
export type PrivacyEvent = z.output<typeof privacyEvent>;
