import type { Coarsening } from "../../domain/coarsening.js";
import type { Rung } from "./ladder.js";

/** Cells of a pair that are fine where rows are expected and coarse where not. */
export interface AdaptiveCells {
  /** The finest level that any cell reaches. */
  readonly rung: Rung;
  /** Which part each of that level's cells belongs to. */
  readonly partition: Coarsening;
}

/** The part of a cell that is split further. */
const OPEN = -1;
/** A split into more cells than this asks for more rows: the last level of a long column would make a thousand cells of one. */
const CHILDREN = 16;

/**
 * A quadtree over a pair's nested levels: from the coarsest on, a cell is split into those of the next level while `least`
 * rows are expected in it. A product of two columns' levels cannot do this: where columns depend on each other most of its cells are empty.
 * @returns undefined where the cells are those of a level
 * @cite Zhang, Xiao, Xie 2016, "PrivTree", SIGMOD; Qardaji, Yang, Li 2013, "Differentially private grids for geospatial data", ICDE.
 * There the counts that decide are noisy and paid for; here they are those of a model.
 */
export function adaptiveCells(coarsest: Rung | null, least: number): AdaptiveCells | undefined {
  let before: Int32Array = Int32Array.of(OPEN);
  let size = 0;
  for (let rung = coarsest; rung !== null; rung = rung.finer()) {
    const part = inherited(before, rung);
    const closed = close(part, rung, least, size);
    if (!part.includes(OPEN)) return atCoarsest(rung, part, closed);
    before = part;
    size = closed;
  }
  return undefined;
}

/** The part of each cell's parent. */
function inherited(before: Int32Array, { counts, within: [rows, columns] }: Rung): Int32Array {
  const part = new Int32Array(counts.length);
  let cell = 0;
  for (const row of rows.to) for (const column of columns.to) part[cell++] = before[row * columns.size + column];
  return part;
}

/** Make parts of the open cells that hold too few rows to be split. @returns how many parts there are then */
function close(part: Int32Array, { counts, finer }: Rung, least: number, before: number): number {
  const below = finer();
  const [rows, columns] = below === null ? [] : below.within.map((w) => w.members);
  let size = before;
  for (let cell = 0; cell < part.length; cell += 1) {
    if (part[cell] !== OPEN) continue;
    const wanted = below === null ? Number.POSITIVE_INFINITY : least * Math.max(1, (rows[Math.floor(cell / columns.length)] * columns[cell % columns.length]) / CHILDREN);
    if (counts[cell] < wanted) part[cell] = size++;
  }
  return size;
}

/** The same parts at the coarsest level that can tell them apart: a cell of single codes has no parts, however far it was split. */
function atCoarsest(rung: Rung, part: Int32Array, size: number): AdaptiveCells | undefined {
  const coarser = rung.coarser === null ? undefined : lifted(part, rung);
  if (rung.coarser !== null && coarser !== undefined) return atCoarsest(rung.coarser, coarser, size);
  return size === part.length ? undefined : { rung, partition: { size, of: Uint32Array.from(part) } };
}

/** The part of each parent; undefined where the children of one are in several. */
function lifted(part: Int32Array, { within: [rows, columns] }: Rung): Int32Array | undefined {
  const out = new Int32Array(rows.size * columns.size).fill(OPEN);
  let cell = 0;
  for (const row of rows.to) {
    for (const column of columns.to) {
      const parent = row * columns.size + column;
      const own = part[cell++];
      if (out[parent] !== OPEN && out[parent] !== own) return undefined;
      out[parent] = own;
    }
  }
  return out;
}
