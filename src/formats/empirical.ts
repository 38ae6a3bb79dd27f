import { z } from "zod";
import { instant, ledgerHead } from "./common.js";
import { finding } from "./report.js";

const claim = z.strictObject({
  epsilon: z.number().positive(),
  delta: z.number().min(0).lt(1),
  /** ρ of the price; null in a pure account. */
  rho: z.number().positive().nullable(),
});

const trials = z.strictObject({ falsePositives: z.int().min(0), truePositives: z.int().min(0), runs: z.int().min(1) });

const head = {
  $schema: z.string().optional(),
  format: z.literal("dpsynth-empirical-epsilon"),
  version: z.literal(1),
  createdAt: instant,
  tool: z.strictObject({ name: z.literal("dpsynth"), version: z.string() }),
  /** The method that was tested; `selection` is the exponential mechanism by itself. */
  method: z.string(),
  claim,
  /** A lower bound is above the claim: the implementation does not keep its promise. */
  violated: z.boolean(),
  /** As they go into a report made by the same version. */
  findings: z.array(finding),
};

/** What `dpsynth audit --mechanism` and `--one-run` leave beside the report. */
export const empiricalFile = z.discriminatedUnion("kind", [
  z.strictObject({
    ...head,
    kind: z.literal("mechanism"),
    /** Made-up rows alone were learnt from. */
    audience: z.literal("PUBLIC").default("PUBLIC"),
    /** Fits in each world. */
    runs: z.int().min(1),
    /** Chance that any bound is wrong. */
    alpha: z.number(),
    /** √(2ρ); null in a pure account. */
    muImplied: z.number().nullable(),
    worlds: z.array(
      z.strictObject({
        id: z.string(),
        why: z.string(),
        rows: z.int().min(0),
        statistic: z.string(),
        trials,
        epsilonLower: z.number(),
        rhoLower: z.number(),
        mu: z.strictObject({ trials, estimate: z.number(), lower: z.number(), epsilonLower: z.number() }),
      }),
    ),
  }),
  z.strictObject({
    ...head,
    kind: z.literal("one-run"),
    /** Guesses are scored against confidential rows without noise. */
    audience: z.literal("INTERNAL").default("INTERNAL"),
    dataset: z.string(),
    /** The twin's fit in the ledger, and the ledger's head after its commit. */
    fit: z.string(),
    ledger: ledgerHead,
    canaries: z.int().min(1),
    guesses: z.int().min(1),
    correct: z.int().min(0),
    /** Lower bounds of ε at levels 0.95 and 0.999. */
    epsilonLower95: z.number(),
    epsilonLower999: z.number(),
  }),
]);
export type EmpiricalFile = z.output<typeof empiricalFile>;
