import { type AxisMap, axisMap, cellsAt, levelAt, type PairTable, type Pyramid, resample } from "./resolution.js";

/** Where each code lies in the coarser level, and how many lie in each code there. */
type Within = Pick<AxisMap, "to" | "size" | "members">;

/** A pair's expected table at one of its levels. */
export interface Rung extends PairTable {
  /** Index of its level. */
  readonly index: number;
  readonly coarser: Rung | null;
  /** For each column, how its codes lie in those of the coarser level; in a single one at the coarsest. */
  readonly within: readonly [Within, Within];
  /** The next finer one, made when it is first asked for; null beyond the last level or too many cells. */
  readonly finer: () => Rung | null;
}

/** Which levels a ladder has. */
export interface Steps {
  /** Number of levels of the deepest column. */
  readonly levels: number;
  /** Every how many levels. */
  readonly stride: number;
  /** Cells of its largest table. */
  readonly most: number;
}

/** The coarsest table of a pair, and from there the finer ones; null where even that has too many cells. */
export function ladderOf(pyramid: Pyramid, table: PairTable, steps: Steps): Rung | null {
  const merged = mergedTables(pyramid, table, steps);
  const rungAt = (index: number, coarser: Rung | null): Rung | null => {
    const level = levelAt(pyramid, table.pair, index);
    const over = index >= steps.levels || (coarser !== null && level.every((l, axis) => l === coarser.level[axis]));
    if (over || cellsAt(pyramid, table.pair, level) > steps.most) return null;
    const [a, b] = table.pair.map((c, axis) => (coarser === null ? asOne(pyramid.levels[c][level[axis]].size) : axisMap(pyramid, c, level[axis], coarser.level[axis])));
    let finer: Rung | null | undefined;
    const rung: Rung = {
      pair: table.pair,
      level,
      index,
      coarser,
      counts: merged.get(index) ?? resample(pyramid, table.pair, table.counts, table.level, level),
      within: [a, b],
      finer: () => {
        if (finer === undefined) finer = rungAt(index + steps.stride, rung);
        return finer;
      },
    };
    return rung;
  };
  return rungAt(0, null);
}

/** The tables at all levels no finer than the known one, each summed from the one before. */
function mergedTables(pyramid: Pyramid, table: PairTable, { levels, stride }: Steps): Map<number, Float64Array> {
  const merged = new Map<number, Float64Array>();
  let source = table;
  for (let index = stride * Math.floor((levels - 1) / stride); index >= 0; index -= stride) {
    const level = levelAt(pyramid, table.pair, index);
    if (level.some((l, axis) => l > table.level[axis])) continue;
    source = { pair: table.pair, level, counts: resample(pyramid, table.pair, source.counts, source.level, level) };
    merged.set(index, source.counts);
  }
  return merged;
}

function asOne(codes: number): Within {
  return { to: new Uint32Array(codes), size: 1, members: Uint32Array.of(codes) };
}
