import { z } from "zod";
import { scheduleStep } from "./schedule.js";

const terms = {
  /** ε of the fit alone at `delta`, rounded up. */
  epsilon: z.number().positive(),
  delta: z.number().positive().lt(1),
  /** The cap did not cover the fit's ρ as it was reserved: it covers this ε, and nothing else beside it. */
  closesLedger: z.boolean(),
};

/**
 * What a fit costs by itself, tighter than its ρ says: the most that it can cost, whatever its course. It belongs to the fit as a whole, so nothing may be
 * added to it.
 */
export const ownPrice = z.discriminatedUnion("by", [
  /** By privacy loss distributions: the looks, in the order in which they are made, are no others. */
  z.strictObject({ by: z.literal("privacy-loss-distributions"), ...terms, schedule: z.array(scheduleStep).min(1).max(64) }),
  /** By Gaussian differential privacy: any looks whose μ² add up to at most 2ρ of the price that stands beside it. */
  z.strictObject({ by: z.literal("gaussian-dp"), ...terms }),
]);
export type OwnPrice = z.output<typeof ownPrice>;

/** What a price was found by, in words: "priced …". */
export const PRICED: Readonly<Record<OwnPrice["by"], string>> = { "privacy-loss-distributions": "by privacy loss distributions", "gaussian-dp": "as Gaussian differential privacy" };
