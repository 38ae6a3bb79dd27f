import type { EncodedTable } from "../table/encoded.js";
import { selectRows } from "../table/split/select.js";
import type { AuditContext } from "./context.js";

/** Units of each part and released rows, at most, that attacks try where nothing else is said: more cost minutes and show little more. */
export const MOST_TRIED = 100_000;

/** How many of how many are tried. */
export interface Taken {
  readonly taken: number;
  readonly of: number;
}

export interface Subsample {
  readonly real: EncodedTable;
  readonly release: EncodedTable;
  /** Row of the whole table behind each row of `real`. */
  readonly rows: Uint32Array;
  readonly train: Taken;
  readonly holdout: Taken;
  readonly reference: Taken;
  readonly released: Taken;
}

/**
 * At most `most` units of each part, with all their rows, and as many released rows: the first in the audit's seeded order, which hangs on
 * contents alone. Null where nothing is left out.
 */
export function subsample(whole: AuditContext, most: number): Subsample | null {
  const parts = [whole.trainUnits, whole.holdoutUnits, whole.referenceUnits];
  if (parts.every((units) => units.length <= most) && whole.releaseOrder.length <= most) return null;
  const keep = keptRows(
    whole.real,
    parts.map((units) => units.subarray(0, most)),
  );
  const released = new Uint8Array(whole.release.rows);
  for (const row of whole.releaseOrder.subarray(0, most)) released[row] = 1;
  const taken = (of: number): Taken => ({ taken: Math.min(most, of), of });
  const [train, holdout, reference] = parts.map((units) => taken(units.length));
  return { real: selectRows(whole.real, keep), release: selectRows(whole.release, released), rows: indicesOf(keep), train, holdout, reference, released: taken(whole.release.rows) };
}

function keptRows(real: EncodedTable, chosen: readonly Uint32Array[]): Uint8Array {
  const keep = new Uint8Array(real.rows);
  for (const rows of chosen) for (const row of rows) keep[row] = 1;
  const { units } = real;
  if (units === undefined) return keep;
  const kept = new Uint8Array(real.unitCount);
  for (let row = 0; row < keep.length; row += 1) if (keep[row] === 1) kept[units[row]] = 1;
  return keep.map((_, row) => kept[units[row]]);
}

function indicesOf(keep: Uint8Array): Uint32Array {
  let n = 0;
  const out = new Uint32Array(keep.reduce((sum, k) => sum + k, 0));
  for (let row = 0; row < keep.length; row += 1) if (keep[row] === 1) out[n++] = row;
  return out;
}

/** Most people whom a leak may concern and still have a chance above one in twenty that none of them was tried. */
export function largestMissed({ taken, of }: Taken): number {
  if (taken >= of || taken === 0) return taken === 0 ? of : 0;
  return Math.min(of - taken, Math.floor(Math.log(0.05) / Math.log1p(-taken / of)));
}

/** What the part left out could hide, in a sentence an officer can read. */
export function missedWords(sample: Subsample, unit: "row" | "person"): string {
  const who = unit === "person" ? "people" : "rows";
  const some = (name: string, { taken, of }: Taken): string => `${taken} of ${of} ${name}`;
  const missed = largestMissed(sample.train);
  const hidden = missed > 0 ? `A leak that concerns ${missed} ${who} or fewer may have been missed altogether, with a chance above 5 %` : `All ${who} learnt from could be tried`;
  return `Attacks tried a seeded sample: ${some(`${who} learnt from`, sample.train)}, ${some("held out", sample.holdout)}, ${some("released rows", sample.released)}. ${hidden}; a released row that was left out betrays nobody here. Copies and class sizes were counted on all.`;
}
