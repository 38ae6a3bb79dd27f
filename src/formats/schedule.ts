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
