import { z } from "zod";
import { COMPAT } from "./compat.js";
import { ACCOUNTINGS, METHODS } from "./method.js";

/** Marginals that a release is for, each a list of column names. */
export const workloadFile = z.array(z.array(z.string()));

/** What aim is to serve, and how many megabytes its model may take. */
const aimGoal = { workload: workloadFile.optional(), maxModelSize: z.number().positive().max(1024).optional() };

/** What an audit is asked beyond its default, as the flags of the same names do. */
const auditAsks = {
  skip: z.array(z.string()).optional(),
  shadowFits: z.boolean().optional(),
  most: z.int().min(100).optional(),
  predict: z.string().optional(),
  compat: z.array(z.enum(COMPAT)).optional(),
  features: z.array(z.string()).min(1).optional(),
};

/** `dpsynth.config.json`: what `dpsynth run` does, and the defaults of every other verb. Flags and DPSYNTH_* win over it. */
export const configFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  dataset: z.string().min(1),
  /** The sensitive table. */
  table: z.string().min(1),
  schema: z.string().min(1),
  /** Folder of the budgets. */
  budgets: z.string().min(1).default("privacy-budgets"),
  budget: z.strictObject({ epsilon: z.number().positive(), delta: z.number().min(0).lt(1) }).optional(),
  /** Whether `run` records a table that the budget does not know as a new version, instead of refusing it. A dataset's first table is always recorded. */
  attach: z.boolean().optional(),
  split: z.strictObject({ holdout: z.number().min(0).lt(1), reference: z.number().min(0).lt(1) }).default({ holdout: 0.2, reference: 0.1 }),
  fit: z
    .strictObject({ epsilon: z.number().positive().optional(), method: z.enum(METHODS).default("auto"), accounting: z.enum(ACCOUNTINGS).optional(), ...aimGoal, model: z.string().optional() })
    .default({ method: "auto" }),
  sample: z.strictObject({ rows: z.int().min(0).optional(), seed: z.union([z.string(), z.int()]).default(1), output: z.string().optional() }).default({ seed: 1 }),
  audit: z.strictObject({ seed: z.union([z.string(), z.int()]).default(1), targets: z.int().min(1).default(2000), ...auditAsks }).default({ seed: 1, targets: 2000 }),
  /** Folder of report.json, report.html, certificate.*. */
  reports: z.string().min(1).default("reports"),
  /** A profile name (public, controlled, internal) or a policy file. */
  policy: z.string().default("public"),
});
export type ConfigFile = z.output<typeof configFile>;
