import type { NoisyTable } from "../infer/consistent.js";
import type { Published } from "../model.js";
import type { Compression } from "./compress.js";

/** What a selection strategy leaves behind: measurements, and the resolution they were taken at. */
export interface Measured {
  /** Everything the door let out, as it was let out. */
  readonly noisy: readonly Published[];
  /** The same at the model's resolution, ready for estimation. */
  readonly tables: readonly NoisyTable[];
  readonly compressions: readonly Compression[];
  readonly sizes: readonly number[];
  /** Noisy number of rows. */
  readonly total: number;
}
