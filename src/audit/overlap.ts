import type { EncodedTable } from "../table/encoded.js";
import { contentHashes } from "./distance/content-order.js";
import { mixedSpace } from "./distance/space.js";

/** ln of one over the chance that parts drawn at random are taken for overlapping. */
const SURE = Math.log(1e9);

/**
 * The first two parts that are not apart, or null. Persons: one of them has rows in both. Rows have no names, and two people may
 * be equal in every column: among the contents that exactly two rows of the two parts have, a random draw puts one row into each
 * part with chance 2·a·b/((a + b)(a + b − 1)) for parts of a and b rows. Refused where as many fall apart as random parts would show
 * with a chance below 10⁻⁹ (Chernoff's bound on the binomial tail). Parts cut out by a column, such as a date, share fewer.
 * Cannot show: an overlap of fewer than some 20 to 30 rows (more where chance makes many equal), and of rows that many people have.
 */
export function overlappingParts(table: EncodedTable, parts: number): [number, number] | null {
  const owners = table.units === undefined ? contentHashes(mixedSpace([table]).tables[0], "overlap") : table.units;
  for (let a = 0; a < parts; a += 1) {
    for (let b = a + 1; b < parts; b += 1) {
      const copies = copiesIn(owners, table.parts as Uint8Array, a, b);
      if (table.units === undefined ? shareRows(copies) : sharePeople(copies)) return [a, b];
    }
  }
  return null;
}

/** Rows of each owner in the two parts. */
function copiesIn(owners: ArrayLike<number>, partOf: Uint8Array, a: number, b: number): Map<number, [number, number]> {
  const copies = new Map<number, [number, number]>();
  for (let row = 0; row < partOf.length; row += 1) {
    if (partOf[row] !== a && partOf[row] !== b) continue;
    const count = copies.get(owners[row]) ?? [0, 0];
    count[partOf[row] === a ? 0 : 1] += 1;
    copies.set(owners[row], count);
  }
  return copies;
}

function sharePeople(copies: ReadonlyMap<number, [number, number]>): boolean {
  for (const [a, b] of copies.values()) if (a > 0 && b > 0) return true;
  return false;
}

function shareRows(copies: ReadonlyMap<number, [number, number]>): boolean {
  let [rowsA, rowsB, pairs, split] = [0, 0, 0, 0];
  for (const [a, b] of copies.values()) {
    rowsA += a;
    rowsB += b;
    if (a + b !== 2) continue;
    pairs += 1;
    if (a === 1) split += 1;
  }
  const rows = rowsA + rowsB;
  const chance = (2 * rowsA * rowsB) / (rows * (rows - 1));
  return pairs * divergence(split / pairs, chance) > SURE;
}

/** Kullback-Leibler divergence of a coin of chance `seen` from one of chance `expected`; 0 where no more was seen than expected. */
function divergence(seen: number, expected: number): number {
  if (!(seen > expected) || expected >= 1) return 0;
  const term = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));
  return term(seen, expected) + term(1 - seen, 1 - expected);
}
