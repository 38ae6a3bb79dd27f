import type { Domain } from "../domain/column.js";

export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Which part of the table a unit falls in. */
export const PART = { train: 0, holdout: 1, reference: 2 } as const;

/**
 * A sensitive table as narrow integer columns over SharedArrayBuffer. Row order has no meaning. Confidential.
 */
export interface EncodedTable {
  readonly domain: Domain;
  readonly rows: number;
  /** Codes per learned column: Uint8Array up to 256 codes, Uint16Array up to 65 536, else Uint32Array. */
  readonly codes: readonly Codes[];
  /**
   * Two words of each undeclared (`"source": "discover"`) column's raw text: what tells rows apart while the column has no
   * codes of its own. The same before and after its discovery. Absent in releases and where nothing is to be discovered.
   */
  readonly rawWords?: readonly Uint32Array[];
  /**
   * For audits only: raw values of binned columns in the inner unit of `Bins` (number, days, seconds), NaN for null;
   * undefined at label columns. Absent where not asked for.
   */
  readonly values?: readonly (Float64Array | undefined)[];
  /** Unit of each row as an index 0 … units−1; absent for row units, where each row is its own unit. */
  readonly units?: Uint32Array;
  readonly unitCount: number;
  /** The person's identifier text by unit index, null where the cell was null (each such row is a unit of its own); absent for row units. */
  readonly unitIds?: readonly (string | null)[];
  /** {@link PART} of each row, set by the stable split; absent before a split. */
  readonly parts?: Uint8Array;
}
