import { type Coarsening, sumParts, type View } from "../../domain/coarsening.js";
import type { Candidate, Query } from "../../domain/door.js";
import { adaptiveCells } from "./adaptive-cells.js";
import { ladderOf, type Rung } from "./ladder.js";
import type { Level, PairTable, Pyramid } from "./resolution.js";
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
  const steps = { levels: views.length, stride: levelStride(tables.length), most: CANDIDATE_CELLS / tables.length };
  const splits = SPLIT_FROM.filter((_, i) => i % steps.stride === 0);
  const offered = views.map((): Offer[] => []);
  const handicapOf = (cells: number): number => NOISE_PENALTY * MEAN_ABS * sigma * cells;
  tables.forEach((table, group) => {
    const coarsest = ladderOf(pyramid, table, steps);
    const offer = ({ pair, level, index, counts }: Rung, partition?: Coarsening): void => {
      const handicap = handicapOf(partition?.size ?? counts.length);
      if (handicap > total) return;
      const query: Query = { clique: pair, view: views[index], ...(partition === undefined ? {} : { partition }) };
      offered[index].push({ level, query, candidate: { ...query, estimate: sumParts(counts, partition), handicap, group } });
    };
    for (let rung = coarsest; rung !== null && handicapOf(rung.counts.length) <= total; rung = rung.finer()) offer(rung);
    let before = 0;
    for (const split of splits) {
      const found = adaptiveCells(coarsest, split * sigma);
      if (found === undefined || found.partition.size === before) continue;
      before = found.partition.size;
      offer(found.rung, found.partition);
    }
  });
  return offered.reverse().flat();
}
