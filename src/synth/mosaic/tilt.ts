import { sumParts } from "../../domain/coarsening.js";
import { posteriorMeans } from "./empirical-bayes.js";
import { axisMap, type MeasuredPair, type PairTable, type Pyramid, resample } from "./resolution.js";

/** Measurements of one pair disagree: their targets are met in turn this often. */
const PASSES = 2;
const FITTING_SWEEPS = 10;
/** Cells and margins below this are empty: scaling them up would overflow. */
const EMPTY = 1e-200;

/**
 * The model's table of a pair moved to measurements of it that the tree could not hold: each, coarsest first, is denoised beside what is
 * expected by then ({@link posteriorMeans}); the measured cells go to those means, their finer cells in proportion; then iterative
 * proportional fitting to the model's one-ways.
 * @param model the pair in rows at `level`, which is as fine as any of the extras
 */
export function tilt(pyramid: Pyramid, { pair, level, counts }: PairTable, extras: readonly MeasuredPair[]): PairTable {
  const table = Float64Array.from(counts);
  const width = pyramid.levels[pair[1]][level[1]].size;
  const rows = margin(table, width, true);
  const columns = margin(table, width, false);
  const coarsestFirst = [...extras].sort((a, b) => a.counts.length - b.counts.length);
  const targets: Float64Array[] = [];
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const [i, extra] of coarsestFirst.entries()) {
      const merged = sumParts(resample(pyramid, pair, table, level, extra.level), extra.partition);
      targets[i] ??= posteriorMeans(extra.counts, merged, extra.variance);
      moveTo(pyramid, { pair, level, counts: table }, extra, merged, targets[i]);
      for (let sweep = 0; sweep < FITTING_SWEEPS; sweep += 1) {
        scaleTo(table, width, rows, true);
        scaleTo(table, width, columns, false);
      }
    }
  }
  return { pair, level, counts: table };
}

/** Multiply the fine cells of each cell that was measured so that they sum to its target; what is empty stays so. */
function moveTo(pyramid: Pyramid, { pair, level, counts }: PairTable, { level: coarse, partition }: MeasuredPair, merged: Float64Array, target: Float64Array): void {
  const byPart = merged.map((now, cell) => (now > EMPTY ? target[cell] / now : 0));
  const factor = partition === undefined ? byPart : Float64Array.from(partition.of, (part) => byPart[part]);
  const rows = axisMap(pyramid, pair[0], level[0], coarse[0]);
  const columns = axisMap(pyramid, pair[1], level[1], coarse[1]);
  for (let i = 0; i < rows.to.length; i += 1) for (let j = 0; j < columns.to.length; j += 1) counts[i * columns.to.length + j] *= factor[rows.to[i] * columns.size + columns.to[j]];
}

function margin(table: Float64Array, width: number, ofRows: boolean): Float64Array {
  const height = table.length / width;
  const out = new Float64Array(ofRows ? height : width);
  for (let i = 0; i < height; i += 1) for (let j = 0; j < width; j += 1) out[ofRows ? i : j] += table[i * width + j];
  return out;
}

function scaleTo(table: Float64Array, width: number, target: Float64Array, ofRows: boolean): void {
  const now = margin(table, width, ofRows);
  const factor = target.map((t, i) => (now[i] > EMPTY ? t / now[i] : 0));
  for (let i = 0, cell = 0; cell < table.length; i += 1) for (let j = 0; j < width; j += 1, cell += 1) table[cell] *= factor[ofRows ? i : j];
}
