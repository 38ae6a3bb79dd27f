import type { Clique } from "../../domain/clique.js";
import { axisMap, type Level, type Pyramid, resample } from "./resolution.js";

/** A noisy pair that the tree does not hold. */
export interface Extra {
  readonly pair: Clique;
  readonly level: Level;
  /** Noisy counts at its level, in rows. */
  readonly counts: Float64Array;
  readonly variance: number;
}

/** A pair table in rows, at its own level. */
export interface PairTable {
  readonly pair: Clique;
  readonly level: Level;
  readonly counts: Float64Array;
}

const PASSES = 3;
const FITTING_SWEEPS = 8;
/** A step changes a cell by a factor of e^±100 at most: beyond is nothing, or nothing to start from. */
const STEP_MAX = 100;
/** Margins below this are empty: scaling them up would overflow. */
const EMPTY = 1e-200;

/**
 * The model's table of a pair pulled to measurements of it that the tree could not hold: every measured cell's total
 * goes to the t that solves t + (σ²·pull)·log(t/μ) = y, its finer cells in proportion; then iterative proportional
 * fitting to the model's one-ways. Three proximal steps of the estimator's own problem, for this pair alone.
 * @param model the pair in rows at `level`, which is as fine as any of the extras  @param pull proximal weight τ
 */
export function tilt(pyramid: Pyramid, { pair, level, counts }: PairTable, extras: readonly Extra[], pull: number): PairTable {
  const table = Float64Array.from(counts);
  const width = pyramid.levels[pair[1]][level[1]].size;
  const rows = margin(table, width, true);
  const columns = margin(table, width, false);
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (const extra of extras) {
      follow(pyramid, table, level, extra, pull);
      for (let sweep = 0; sweep < FITTING_SWEEPS; sweep += 1) {
        scaleTo(table, width, rows, true);
        scaleTo(table, width, columns, false);
      }
    }
  }
  return { pair, level, counts: table };
}

/** Multiply each measured cell's fine cells so that they sum to the solution of its own one-dimensional problem. */
function follow(pyramid: Pyramid, table: Float64Array, level: Level, extra: Extra, pull: number): void {
  const { pair } = extra;
  const merged = resample(pyramid, pair, table, level, extra.level);
  const factor = merged.map((mu, cell) => (mu > 0 ? settle(mu, extra.counts[cell], extra.variance * pull) / mu : 1));
  const rows = axisMap(pyramid, pair[0], level[0], extra.level[0]);
  const columns = axisMap(pyramid, pair[1], level[1], extra.level[1]);
  for (let i = 0; i < rows.to.length; i += 1) for (let j = 0; j < columns.to.length; j += 1) table[i * columns.to.length + j] *= factor[rows.to[i] * columns.size + columns.to[j]];
}

/** t > 0 with t + v·log(t/mu) = y: increasing in log t, solved by safeguarded Newton steps. */
function settle(mu: number, y: number, v: number): number {
  let [low, high] = [-STEP_MAX, STEP_MAX];
  let x = Math.min(high, Math.log(Math.max(y / mu, 1e-3)));
  for (let i = 0; i < 60; i += 1) {
    const t = mu * Math.exp(x);
    const excess = t + v * x - y;
    const step = excess / (t + v);
    if (Math.abs(step) < 1e-12) break;
    if (excess > 0) high = x;
    else low = x;
    const next = x - step;
    x = next > low && next < high ? next : (low + high) / 2;
  }
  return mu * Math.exp(x);
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
