import { type Clique, cliqueKey } from "../../domain/clique.js";
import { partCells } from "../infer/junction-tree.js";
import type { MeasuredPair, Pyramid } from "./resolution.js";

/** Junction-tree cells a row, when all pairs are picked; what does not fit is imposed on the rows. */
const CELLS_A_ROW = 4;
const FEWEST_CELLS = 200_000;
const MOST_CELLS = 400_000;

/** @param rows noisy or public number of rows */
export function treeCellsMax(rows: number): number {
  return Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, CELLS_A_ROW * rows));
}

/** Columns that pairs in the tree connect, and the cells of their part of it. */
interface Part {
  readonly columns: readonly number[];
  readonly pairs: ReadonlyMap<string, Clique>;
  readonly cells: number;
}

/** How much room the tree takes as pairs join it one by one. */
export interface TreeRoom {
  /** Level index of each column: the finest of any pair that joined. */
  granularity(): readonly number[];
  /** Takes the pair in, unless the tree would then have more than `limit` cells. */
  take(measured: Pick<MeasuredPair, "pair" | "level">, limit: number): boolean;
}

/** Only the parts that a pair joins are eliminated again: the others do not change. */
export function treeRoom({ levels }: Pyramid): TreeRoom {
  let granularity: readonly number[] = levels.map(() => 0);
  const parts = levels.map((own, c): Part => ({ columns: [c], pairs: new Map(), cells: own[0].size }));
  let all = parts.reduce((sum, { cells }) => sum + cells, 0);
  return {
    granularity: () => granularity,
    take({ pair, level }, limit) {
      const finer = [...granularity];
      pair.forEach((c, i) => {
        finer[c] = Math.max(finer[c], level[i]);
      });
      const joined = [...new Set(pair.map((c) => parts[c]))];
      const columns = joined.flatMap((part) => part.columns).sort((a, b) => a - b);
      const pairs = new Map([...joined.flatMap((part) => [...part.pairs]), [cliqueKey(pair), pair]]);
      const sizes = levels.map((own, c) => own[finer[c]].size);
      const part = { columns, pairs, cells: partCells(sizes, columns, [...pairs.values()]) };
      const grown = joined.reduce((sum, { cells }) => sum - cells, all) + part.cells;
      if (grown > limit) return false;
      for (const c of columns) parts[c] = part;
      all = grown;
      granularity = finer;
      return true;
    },
  };
}
