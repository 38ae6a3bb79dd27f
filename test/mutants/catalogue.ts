import { ATTACK_MUTANTS } from "./by-attack.js";
import { EPSILON_MUTANTS } from "./by-epsilon.js";
import { FORMAT_MUTANTS } from "./by-format.js";
import { GATE_MUTANTS } from "./by-gate.js";
import { IMPORT_MUTANTS } from "./by-import.js";
import { RECORD_MUTANTS } from "./by-record.js";
import type { Mutant } from "./mutant.js";

/** Mutants whose check takes seconds at most. */
export const FAST_MUTANTS: readonly Mutant[] = [...EPSILON_MUTANTS, ...RECORD_MUTANTS, ...FORMAT_MUTANTS, ...GATE_MUTANTS];
/** Mutants that are put before the whole audit or another program. */
export const SLOW_MUTANTS: readonly Mutant[] = [...ATTACK_MUTANTS, ...IMPORT_MUTANTS];
