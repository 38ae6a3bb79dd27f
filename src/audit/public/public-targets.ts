import { type EncodedTable, PART } from "../../table/encoded.js";
import { contentHashes } from "../distance/content-order.js";
import type { MixedTable } from "../distance/mixed.js";

const HASH_RANGE = 2 ** 53;

/** Rows to try, one a unit: of people learnt from, and of people held out. */
export interface PublicTargets {
  readonly train: Uint32Array;
  readonly holdout: Uint32Array;
}

/**
 * Each unit is tried, by its row of least hash, where another hash of that row falls below `share`. Whether and by which row a unit
 * is tried hangs on its own rows and on public numbers, never on another unit or on how many there are.
 * @sensitivity one unit adds or removes at most one target, and moves none
 */
export function publicTargets(table: EncodedTable, points: MixedTable, share: number, seed: string): PublicTargets {
  const pick = contentHashes(points, `${seed} public representative`);
  const draw = contentHashes(points, `${seed} public targets`);
  const chosen = new Map<number, number>();
  for (let row = 0; row < table.rows; row += 1) {
    const unit = table.units === undefined ? row : table.units[row];
    const best = chosen.get(unit);
    if (best === undefined || pick[row] < pick[best]) chosen.set(unit, row);
  }
  const part = (wanted: number): Uint32Array => Uint32Array.from([...chosen.values()].filter((row) => table.parts?.[row] === wanted && draw[row] < share * HASH_RANGE));
  return { train: part(PART.train), holdout: part(PART.holdout) };
}
