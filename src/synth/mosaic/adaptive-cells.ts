import type { Coarsening } from "../../domain/coarsening.js";
import { axisMap, type PairTable, type Pyramid } from "./resolution.js";

/** A pair's expected table at one level. */
export interface Rung extends PairTable {
  /** For each of its cells, the cell of the next coarser level that it is in; empty at the coarsest. */
  readonly parents: Uint32Array;
  /** For each cell of the next coarser level, the cells that it is split into here; empty at the coarsest. */
  readonly children: Uint32Array;
}

/** Levels of a pair by their place, coarsest first; null beyond the finest. */
export type Ladder = (rung: number) => Rung | null;

/** Cells of a pair that are fine where rows are expected and coarse where not. */
export interface AdaptiveCells {
  /** The finest level that any cell reaches. */
  readonly rung: number;
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
export function adaptiveCells(ladder: Ladder, least: number): AdaptiveCells | undefined {
  let now = ladder(0);
  let before = new Int32Array(0);
  let size = 0;
  for (let rung = 0; now !== null; rung += 1) {
    const { counts, parents } = now;
    const finer = ladder(rung + 1);
    const part = new Int32Array(counts.length);
    let open = 0;
    for (let cell = 0; cell < part.length; cell += 1) {
      const known = rung === 0 ? OPEN : before[parents[cell]];
      if (known !== OPEN) part[cell] = known;
      else if (finer === null || counts[cell] < least * Math.max(1, finer.children[cell] / CHILDREN)) part[cell] = size++;
      else {
        part[cell] = OPEN;
        open += 1;
      }
    }
    if (open === 0) return atCoarsest(ladder, rung, part, size);
    before = part;
    now = finer;
  }
  return undefined;
}

/** The same parts at the coarsest level that can tell them apart: a cell of single codes has no parts, however far it was split. */
function atCoarsest(ladder: Ladder, rung: number, part: Int32Array, size: number): AdaptiveCells | undefined {
  const coarser = rung === 0 ? undefined : lifted(part, (ladder(rung) as Rung).parents, (ladder(rung - 1) as Rung).counts.length);
  if (coarser !== undefined) return atCoarsest(ladder, rung - 1, coarser, size);
  return size === part.length ? undefined : { rung, partition: { size, of: Uint32Array.from(part) } };
}

/** The part of each parent; undefined where the children of one are in several. */
function lifted(part: Int32Array, parents: Uint32Array, cells: number): Int32Array | undefined {
  const out = new Int32Array(cells).fill(OPEN);
  for (let cell = 0; cell < part.length; cell += 1) {
    const known = out[parents[cell]];
    if (known !== OPEN && known !== part[cell]) return undefined;
    out[parents[cell]] = part[cell];
  }
  return out;
}

/** A table at one level, and how its cells lie in those of the coarser level `above`; the coarsest where there is none. */
export function rungOf(pyramid: Pyramid, table: PairTable, above: PairTable["level"] | undefined): Rung {
  if (above === undefined) return { ...table, parents: new Uint32Array(0), children: new Uint32Array(0) };
  const [rows, columns] = table.pair.map((c, axis) => axisMap(pyramid, c, table.level[axis], above[axis]));
  const parents = new Uint32Array(table.counts.length);
  const children = new Uint32Array(rows.size * columns.size);
  let cell = 0;
  for (const row of rows.to) {
    for (const column of columns.to) {
      const parent = row * columns.size + column;
      parents[cell++] = parent;
      children[parent] += 1;
    }
  }
  return { ...table, parents, children };
}
