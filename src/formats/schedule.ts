import { z } from "zod";
import { rationalText } from "./common.js";

/** Looks of one kind that stand in one place of a schedule. */
const MOST_TIMES = 2 ** 16;
const times = z.int().min(1).max(MOST_TIMES);

/** `times` looks of one kind and one noise, declared before the data are read. What they ask for is left open. */
export const scheduleStep = z.discriminatedUnion("type", [
  /** Marginals with discrete Gaussian noise of variance parameter σ² in each cell; sensitivity in rows. */
  z.strictObject({ type: z.literal("discrete-gaussian"), sigma2: rationalText, l2Sensitivity: z.int().min(1), times }),
  /** Exponential-mechanism picks at η; sensitivity in rows. */
  z.strictObject({ type: z.literal("exponential"), eta: rationalText, sensitivity: z.int().min(1), times }),
]);
export type ScheduleStep = z.output<typeof scheduleStep>;

/**
 * A price by privacy loss distributions: what a fit's schedule costs if it is followed to its end, which is the most that it can cost.
 * It belongs to the schedule as a whole, so nothing may be added to it.
 */
export const pldClaim = z.strictObject({
  /** ε of the whole schedule at `delta`, rounded up. */
  epsilon: z.number().positive(),
  delta: z.number().positive().lt(1),
  /** The cap did not cover the schedule's ρ as it was reserved: it covers this ε, and nothing else beside it. */
  closesLedger: z.boolean(),
  /** In the order in which the looks are made. */
  schedule: z.array(scheduleStep).min(1).max(64),
});
export type PldClaim = z.output<typeof pldClaim>;
