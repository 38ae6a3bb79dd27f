import { seededBits } from "../../base/random.js";
import { cells } from "../../domain/clique.js";
import { countPasses } from "../../engine/kernel.js";
import type { Codes, EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { rawValues } from "../distance/space.js";

/** Some rows of a table as columns of their own. */
export interface Part {
  readonly rows: number;
  readonly codes: readonly Codes[];
  /** Inner values of binned columns, NaN for null; null at the others. */
  readonly values: readonly (Float64Array | null)[];
  /** Person of each row; absent where each row is its own. */
  readonly units?: Uint32Array;
}

/** What usefulness is measured between. */
export interface Parts {
  readonly train: Part;
  readonly release: Part;
  /** Real rows that were not learnt from (holdout and reference). */
  readonly unseen: Part;
}

/** Cells of one table up to which every cell has a counter; beyond, only those that occur. */
export const DENSE_CELLS = 65_536;
/** Counters held at a time. */
const BATCH_CELLS = 1 << 22;

export function partsOf(context: AuditContext): Parts {
  return {
    train: partOf(context.real, context.train),
    release: partOf(context.release, null),
    unseen: partOf(context.real, Uint32Array.from([...context.holdout, ...context.reference])),
  };
}

/** Columns of `rows`, in that order; the table's own columns where null. */
export function partOf(table: EncodedTable, rows: Uint32Array | null): Part {
  const raw = table.domain.columns.map((column, c) => (column.bins === undefined ? null : rawValues(table, c)));
  if (rows === null) return { rows: table.rows, codes: table.codes, values: raw, ...(table.units === undefined ? {} : { units: table.units }) };
  return {
    rows: rows.length,
    codes: table.codes.map((column) => take(column, rows)),
    values: raw.map((column) => (column === null ? null : take(column, rows))),
    ...(table.units === undefined ? {} : { units: take(table.units, rows) }),
  };
}

/** At most `n` rows of a part, picked with a seed where there are more. */
export function sample(part: Part, n: number, seed: string): Part {
  if (part.rows <= n) return part;
  const bits = seededBits(seed);
  const pool = Uint32Array.from({ length: part.rows }, (_, i) => i);
  for (let i = 0; i < n; i += 1) {
    const j = i + bits.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return subpart(part, pool.subarray(0, n));
}

/** Rows of a part, in that order. */
export function subpart(part: Part, rows: Uint32Array): Part {
  return {
    rows: rows.length,
    codes: part.codes.map((column) => take(column, rows)),
    values: part.values.map((column) => (column === null ? null : take(column, rows))),
    ...(part.units === undefined ? {} : { units: take(part.units, rows) }),
  };
}

function take<T extends Codes | Float64Array>(column: T, rows: Uint32Array): T {
  const Kind = column.constructor as new (length: number) => T;
  const out = new Kind(rows.length);
  for (let i = 0; i < rows.length; i += 1) out[i] = column[rows[i]];
  return out;
}

/**
 * Count each clique in every part, over the same cells: all cells of the domain where they are few, else those that occur in some part.
 * @param visit given one array of counts per part and the clique's place in the list
 * @pre the product of a clique's sizes is below 2⁵³
 */
export function countEach(parts: readonly Part[], sizes: readonly number[], cliques: readonly (readonly number[])[], visit: (counts: readonly Float64Array[], at: number) => void): void {
  const widths = cliques.map((clique) => cells(clique, sizes));
  const sparse = sparseCounter(parts, sizes);
  for (let from = 0; from < cliques.length; ) {
    let to = from;
    for (let held = 0; to < cliques.length && (to === from || held + Math.min(widths[to], DENSE_CELLS) <= BATCH_CELLS); to += 1) held += widths[to] <= DENSE_CELLS ? widths[to] : 0;
    const dense = indices(from, to).filter((i) => widths[i] <= DENSE_CELLS);
    const passes = dense.map((i) => ({ columns: [...cliques[i]], members: [i] }));
    const counted = parts.map((part) => countPasses(part.codes, sizes, passes, 0, part.rows));
    let next = 0;
    for (let i = from; i < to; i += 1) {
      if (widths[i] > DENSE_CELLS) visit(sparse(cliques[i]), i);
      else {
        const at = next;
        visit(
          counted.map((tables) => tables[at]),
          i,
        );
        next += 1;
      }
    }
    from = to;
  }
}

const indices = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** Counts by open addressing: cells that occur get numbers in order of first sight. */
function sparseCounter(parts: readonly Part[], sizes: readonly number[]): (clique: readonly number[]) => Float64Array[] {
  const total = parts.reduce((sum, part) => sum + part.rows, 0);
  let capacity = 16;
  while (capacity < 2 * total) capacity *= 2;
  let slots: Int32Array | null = null; // made when the first large table comes
  const keys = new Float64Array(total);
  return (clique) => {
    slots = (slots ?? new Int32Array(capacity)).fill(0);
    const counts = parts.map(() => new Float64Array(total));
    let seen = 0;
    parts.forEach((part, p) => {
      const columns = clique.map((c) => part.codes[c]);
      const radix = clique.map((c) => sizes[c]);
      const own = counts[p];
      for (let row = 0; row < part.rows; row += 1) {
        let key = 0;
        for (let j = 0; j < columns.length; j += 1) key = key * radix[j] + columns[j][row];
        let slot = slotOf(key) & (capacity - 1);
        const table = slots as Int32Array;
        while (table[slot] !== 0 && keys[table[slot] - 1] !== key) slot = (slot + 1) & (capacity - 1);
        if (table[slot] === 0) {
          keys[seen] = key;
          seen += 1;
          table[slot] = seen;
        }
        own[table[slot] - 1] += 1;
      }
    });
    return counts.map((own) => own.subarray(0, seen));
  };
}

function slotOf(key: number): number {
  const high = Math.floor(key / 4_294_967_296);
  let h = Math.imul((key - high * 4_294_967_296) ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}
