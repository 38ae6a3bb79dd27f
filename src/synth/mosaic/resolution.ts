import { type Clique, cells } from "../../domain/clique.js";
import { type Coarsening, membersOf, sharesWithin, sumParts, type View } from "../../domain/coarsening.js";
import { between } from "./levels.js";

/** The nested levels of every column, and the public shares by which a coarse code spreads over finer ones. */
export interface Pyramid {
  /** Per column, coarsest first, the last at full resolution. */
  readonly levels: readonly (readonly Coarsening[])[];
  /** Per column, denoised shares of its codes. */
  readonly shares: readonly Float64Array[];
}

/** A level of each column of a clique, by index into its column's levels. */
export type Level = readonly number[];

/** A noisy table of a pair. */
export interface MeasuredPair {
  readonly pair: Clique;
  readonly level: Level;
  /** Which of the level's cells were counted as one. */
  readonly partition?: Coarsening | undefined;
  /** Noisy counts at its level, or part by part, in rows. */
  readonly counts: Float64Array;
  /** Of each count, in rows². */
  readonly variance: number;
}

/** A pair's table in rows, at its own level. */
export interface PairTable {
  readonly pair: Clique;
  readonly level: Level;
  readonly counts: Float64Array;
}

/** The same level index for both columns, as far as each goes. */
export function levelAt(pyramid: Pyramid, clique: Clique, index: number): Level {
  return clique.map((c) => Math.min(index, pyramid.levels[c].length - 1));
}

export function sizesAt(pyramid: Pyramid, clique: Clique, level: Level): number[] {
  return clique.map((c, i) => pyramid.levels[c][level[i]].size);
}

export function cellsAt(pyramid: Pyramid, clique: Clique, level: Level): number {
  return cells(
    clique.map((_, i) => i),
    sizesAt(pyramid, clique, level),
  );
}

/** One view for each level index: columns at that level, as far as each goes. */
export function viewsOf(pyramid: Pyramid): View[] {
  const deepest = Math.max(...pyramid.levels.map((l) => l.length));
  return Array.from({ length: deepest }, (_, index) => pyramid.levels.map((levels) => (index < levels.length - 1 ? levels[index] : undefined)));
}

/** How one axis goes from a level to another: merged where the other is coarser, spread by public shares where it is finer. */
export interface AxisMap {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weight: Float64Array;
  readonly size: number;
  /** How many of the steps lead to each code of the target. */
  readonly members: Uint32Array;
}

/** Each pyramid's maps, made once: every pair of a column asks for the same few. */
const known = new WeakMap<Pyramid, Map<string, AxisMap>>();

export function axisMap(pyramid: Pyramid, column: number, from: number, to: number): AxisMap {
  const maps = known.get(pyramid) ?? new Map<string, AxisMap>();
  known.set(pyramid, maps);
  const key = `${column} ${from} ${to}`;
  const map = maps.get(key) ?? makeAxisMap(pyramid, column, from, to);
  maps.set(key, map);
  return map;
}

function makeAxisMap(pyramid: Pyramid, column: number, from: number, to: number): AxisMap {
  const [source, target] = [pyramid.levels[column][from], pyramid.levels[column][to]];
  if (to <= from) {
    const { of, size } = between(source, target);
    return { from: Uint32Array.from(of, (_, i) => i), to: of, weight: new Float64Array(of.length).fill(1), size, members: membersOf({ size, of }) };
  }
  const coarse = between(target, source);
  const weight = sharesWithin(sumParts(pyramid.shares[column], target), coarse);
  return { from: coarse.of, to: Uint32Array.from(coarse.of, (_, i) => i), weight, size: target.size, members: new Uint32Array(target.size).fill(1) };
}

/** A pair table at one level as one at another. */
export function resample(pyramid: Pyramid, [a, b]: Clique, table: Float64Array, from: Level, to: Level): Float64Array {
  if (from[0] === to[0] && from[1] === to[1]) return table;
  const rows = axisMap(pyramid, a, from[0], to[0]);
  const columns = axisMap(pyramid, b, from[1], to[1]);
  const width = pyramid.levels[b][from[1]].size;
  const out = new Float64Array(rows.size * columns.size);
  for (let i = 0; i < rows.from.length; i += 1) {
    const source = rows.from[i] * width;
    const target = rows.to[i] * columns.size;
    for (let j = 0; j < columns.from.length; j += 1) out[target + columns.to[j]] += rows.weight[i] * columns.weight[j] * table[source + columns.from[j]];
  }
  return out;
}
