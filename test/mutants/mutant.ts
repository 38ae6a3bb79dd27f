/** What catches a mutant. */
export type Catcher = "empirical ε" | "attack" | "ledger" | "verify" | "schema" | "gate" | "import rule" | "argument";

/**
 * A defect that is known from elsewhere, built into a wiring or an artefact of this project under test/. `caught` runs the check on the
 * mutant, `spared` runs the same check on the honest counterpart: true where it stays silent.
 */
export interface Mutant {
  readonly id: string;
  /** Number in the list of defects found in published systems; null for one that is none of these. */
  readonly defect: number | null;
  readonly what: string;
  readonly by: Catcher;
  /** Chance of catching it, where the check is statistical. */
  readonly power?: string;
  caught(): Promise<boolean>;
  spared(): Promise<boolean>;
}
