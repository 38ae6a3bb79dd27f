import { EXIT, fault } from "../../base/errors.js";
import { type Clique, cells } from "../../domain/clique.js";
import type { Progress } from "../../domain/progress.js";
import { compile, type Inference } from "../infer/belief-propagation.js";
import { makeConsistent } from "../infer/consistent.js";
import { junctionTree, treeCells } from "../infer/junction-tree.js";
import { solve } from "../infer/proximal.js";
import type { StatedTable } from "./cells.js";

export interface StatedFit {
  readonly inference: Inference;
  /** Rows, as stated or as the complete tables add up to. */
  readonly total: number;
}

/** Cells of a junction tree that fit a machine and a model file. */
const TREE_CELLS = 2 ** 22;
/** Variance of a cell that nobody measured: it weighs nothing, and its potential stays where it starts. */
const UNMEASURED = 1e12;
/** Smaller noise than a tenth of a row is as good as none, and would keep the solver busy. */
const LEAST_VARIANCE = 0.01;
const TAU_VARIANCE = 50;
const TAU_MAX = 0.3;
const GAP_MAX = 0.015;
const SWEEPS_MAX = 600;

/**
 * The graphical model nearest to tables of which some cells were measured: Σ (Nμ − y)²/2σ² over the measured cells, by the
 * same proximal dual as a fit of our own. Complete tables are made consistent first; what nobody measured follows from the
 * rest by maximum entropy. Throws DPS-E532 where nothing says how many rows there are, DPS-E533 where the tree is too large.
 */
export function estimateStated(tables: readonly StatedTable[], sizes: readonly number[], rows: number | undefined, file: string, progress?: Progress): StatedFit {
  const complete = tables.filter((table) => table.cells.length === cells(table.clique, sizes));
  if (rows === undefined && complete.length === 0)
    throw fault("DPS-E532", `${file}: rows`, "given where no table lists all its cells", "missing", "State the number of rows that the tables are of, rounded or noisy if need be.");
  refuseLargeTree(tables, sizes, file);
  const agreed = consistentCounts(complete, sizes, rows);
  const total = Math.max(1, rows ?? agreed.total);
  const one = oneWayStarts(tables, agreed.counts, sizes, total);
  const observed = [...tables.map(({ clique }) => clique), ...sizes.map((_, column) => [column])];
  const inference = compile(
    sizes,
    observed.map((clique) => ({ clique })),
  );
  const { offset, length } = inference.layout;
  const y = new Float64Array(length);
  const variance = new Float64Array(length).fill(UNMEASURED);
  const start = new Float64Array(length);
  tables.forEach((table, t) => {
    const counts = agreed.counts.get(table) ?? table.counts;
    table.cells.forEach((cell, i) => {
      y[offset[t] + cell] = counts[i];
      variance[offset[t] + cell] = varianceOf(table);
    });
  });
  sizes.forEach((_, column) => {
    start.set(one[column].map(Math.log), offset[tables.length + column]);
  });
  const measured = variance.filter((v) => v < UNMEASURED).sort();
  solve({ inference, y, variance, n: total }, start, {
    tau: Math.min(TAU_MAX, TAU_VARIANCE / measured[measured.length >> 1]),
    gapMax: (GAP_MAX * measured.length) / length, // the mean is over all cells, and unmeasured ones are never wrong
    sweepsMax: SWEEPS_MAX,
    recentres: 1,
    ...(progress === undefined ? {} : { progress }),
  });
  return { inference, total };
}

function varianceOf({ sigma }: StatedTable): number {
  return Math.min(UNMEASURED / 2, Math.max(LEAST_VARIANCE, sigma * sigma));
}

function refuseLargeTree(tables: readonly StatedTable[], sizes: readonly number[], file: string): void {
  const tree = junctionTree(
    sizes,
    tables.map(({ clique }) => clique),
  );
  if (!(treeCells(tree, sizes) <= TREE_CELLS))
    throw fault(
      "DPS-E533",
      `${file}: tables`,
      `tables whose columns hang together in a junction tree of at most ${TREE_CELLS} cells`,
      "larger",
      "Leave out tables that close large circles, or declare fewer bins.",
      EXIT.usage,
    );
}

function consistentCounts(complete: readonly StatedTable[], sizes: readonly number[], rows: number | undefined): { counts: Map<StatedTable, Float64Array>; total: number } {
  if (complete.length === 0) return { counts: new Map(), total: 0 };
  const noisy = complete.map((table) => ({ clique: table.clique, counts: table.counts, variance: varianceOf(table) }));
  const { tables, total } = makeConsistent(noisy, sizes, rows);
  return { counts: new Map(complete.map((table, i) => [table, tables[i]])), total };
}

/** A share for each code: as measured alone, what is left of the rows spread evenly over codes that nobody measured alone. */
function oneWayStarts(tables: readonly StatedTable[], agreed: ReadonlyMap<StatedTable, Float64Array>, sizes: readonly number[], total: number): Float64Array[] {
  const floor = Math.max(1e-6, 0.1 / total);
  return sizes.map((size, column) => {
    const best = tables.filter(({ clique }) => isOnly(clique, column)).sort((a, b) => b.cells.length - a.cells.length || a.sigma - b.sigma)[0];
    const shares = new Float64Array(size).fill(-1);
    best?.cells.forEach((code, i) => {
      shares[code] = Math.max(floor, (agreed.get(best) ?? best.counts)[i] / total);
    });
    const known = shares.reduce((sum, p) => sum + Math.max(0, p), 0);
    const open = shares.filter((p) => p < 0).length;
    return shares.map((p) => (p < 0 ? Math.max(floor, (1 - known) / open) : p));
  });
}

function isOnly(clique: Clique, column: number): boolean {
  return clique.length === 1 && clique[0] === column;
}
