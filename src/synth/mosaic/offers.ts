import { cliqueKey } from "../../domain/clique.js";
import { type Coarsening, sumParts, type View } from "../../domain/coarsening.js";
import type { Candidate, Query } from "../../domain/door.js";
import { adaptiveCells, type Ladder, type Rung, rungOf } from "./adaptive-cells.js";
import { cellsAt, type Level, levelAt, type PairTable, type Pyramid, resample } from "./resolution.js";
import { MEAN_ABS } from "./schedule.js";

/** Share of a candidate's expected noise that is taken off its score. */
const NOISE_PENALTY = 0.33;
/** Adaptive cells are split while so many noise standard deviations of rows are expected in them. */
const SPLIT_FROM = [4, 12, 36];
/** Cells of one level of all pairs together: where there are many pairs, each is offered up to its share of cells. */
export const CANDIDATE_CELLS = 1 << 24;
/** Up to this many pairs all levels are offered; of twice as many every other level, and so on. */
const PAIRS_AT_EVERY_LEVEL = 45_000;

/** A pair at one resolution. */
export interface Offer {
  readonly level: Level;
  readonly query: Query;
  /** The query as it is scored. */
  readonly candidate: Candidate & { readonly estimate: Float64Array };
}

/** Every how many levels pairs are offered at. */
export function levelStride(pairs: number): number {
  return Math.max(1, Math.ceil(pairs / PAIRS_AT_EVERY_LEVEL));
}

/**
 * Every pair at every level, and in {@link adaptiveCells}, whose expected noise leaves room for a gain; the resolutions of a pair leave together. Finest
 * first: what is counted there is merged for the coarser ones.
 * @param tables what is expected of each pair, in rows  @param views one for each level  @param sigma of a cell's noise, in rows
 */
export function offersOf(pyramid: Pyramid, views: readonly View[], tables: readonly PairTable[], sigma: number, total: number): Offer[] {
  const stride = levelStride(tables.length);
  const most = CANDIDATE_CELLS / tables.length;
  const offered = views.map((): Offer[] => []);
  const handicapOf = (cells: number): number => NOISE_PENALTY * MEAN_ABS * sigma * cells;
  tables.forEach((table, group) => {
    const ladder = ladderOf(pyramid, table, views.length, stride, most);
    const offer = (rung: number, partition?: Coarsening): void => {
      const { pair, level, counts } = ladder(rung) as Rung;
      const handicap = handicapOf(partition?.size ?? counts.length);
      if (handicap > total) return;
      const query: Query = { clique: pair, view: views[rung * stride], ...(partition === undefined ? {} : { partition }) };
      offered[rung * stride].push({ level, query, candidate: { ...query, estimate: sumParts(counts, partition), handicap, group } });
    };
    for (let rung = 0, step = ladder(0); step !== null && handicapOf(step.counts.length) <= total; rung += 1, step = ladder(rung)) offer(rung);
    let before = 0;
    for (const split of SPLIT_FROM.filter((_, i) => i % stride === 0)) {
      const found = adaptiveCells(ladder, split * sigma);
      if (found === undefined || found.partition.size === before) continue;
      before = found.partition.size;
      offer(found.rung, found.partition);
    }
  });
  return offered.reverse().flat();
}

/** The table at each offered level, made when it is asked for; null beyond the last level or `most` cells. */
function ladderOf(pyramid: Pyramid, table: PairTable, levels: number, stride: number, most: number): Ladder {
  const { pair, level, counts } = table;
  const known: (Rung | null)[] = [];
  return (rung) => {
    if (known[rung] !== undefined) return known[rung];
    const index = rung * stride;
    const [at, coarser] = [levelAt(pyramid, pair, index), levelAt(pyramid, pair, index - stride)];
    const none = index >= levels || (rung > 0 && cliqueKey(at) === cliqueKey(coarser)) || cellsAt(pyramid, pair, at) > most;
    known[rung] = none ? null : rungOf(pyramid, { pair, level: at, counts: resample(pyramid, pair, counts, level, at) }, rung === 0 ? undefined : coarser);
    return known[rung];
  };
}
