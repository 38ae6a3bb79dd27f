import type { Finding } from "../formats/report.js";
import type { AuditContext } from "./context.js";

/** One attack of the suite, which can be switched off by its name. */
export interface Attack {
  readonly name: string;
  /** Families its findings belong to: with the attack off, no rule on them can pass. */
  readonly families: readonly Finding["family"][];
  /** What it costs beyond some seconds, in words; absent for attacks of the default suite. */
  readonly cost?: string;
  /** Made on all rows also where the others try a sample. */
  readonly whole?: true;
  /** Never throws for what the tables hold: what cannot be said is a finding with a null estimate, or none. */
  readonly run: (context: AuditContext) => Finding[] | Promise<Finding[]>;
}
