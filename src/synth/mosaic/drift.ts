import { segment } from "./segment.js";

/** Neighbouring levels differ by this factor: a slope of 10 % a cell is one step. */
const RATIO = 1.1;
/** The lowest level above zero, in standard deviations of the noise. */
const LOWEST = 0.1;
const LEVELS_MAX = 400;

/** Per cell: chance of a jump to any level, of a step to a neighbouring one, and of a value that stands alone. */
const CHANCES = [0.02, 0.1, 0.4].flatMap((jump) => [0, 0.4].flatMap((step) => [0.02, 0.2].map((alone) => ({ jump, step, alone }))));

/**
 * Posterior mean of a histogram whose cells follow a level that stays, drifts by small steps or jumps, with single cells
 * that stand alone (heaps, spikes) and leave the level as it is: a hidden Markov model over a geometric grid of levels,
 * by forward and backward recursion, averaged over its chances by evidence.
 * @param levels variances of the prior of a value that stands alone, as in {@link segment}
 * @returns cells' means, and the log evidence, against the same as that of {@link segment}
 * @cite Rabiner 1989, "A tutorial on hidden Markov models", §III
 */
export function drifting(counts: Float64Array, variance: number, levels: readonly number[]): { evidence: number; values: Float64Array } {
  const grid = gridOf(counts, Math.sqrt(variance));
  const alone = Array.from(counts, (y) => segment(y, 1, 0, variance, levels));
  const cells = Array.from(counts, (y, i) => emission(y, grid, variance, alone[i].log));
  const runs = CHANCES.map((chances) => ({ chances, ...recursion(cells, grid, alone, chances) }));
  const best = Math.max(...runs.map((r) => r.evidence));
  const values = new Float64Array(counts.length);
  let weights = 0;
  for (const { evidence, means } of runs) {
    const w = Math.exp(evidence - best);
    weights += w;
    for (let i = 0; i < values.length; i += 1) values[i] += w * means[i];
  }
  return { evidence: best + Math.log(weights / runs.length), values: values.map((v) => v / weights) };
}

function gridOf(counts: Float64Array, sigma: number): Float64Array {
  const top = counts.reduce((most, y) => Math.max(most, y), 0) + 2 * sigma;
  const grid = [0];
  for (let level = LOWEST * sigma; level < top && grid.length < LEVELS_MAX; level *= RATIO) grid.push(level);
  return Float64Array.from(grid);
}

/** Likelihoods of one cell over the grid and alone, over that of a level that fits it perfectly, scaled by e^−shift. */
interface Emission {
  readonly level: Float64Array;
  readonly alone: number;
  readonly shift: number;
}

function emission(y: number, grid: Float64Array, variance: number, aloneLog: number): Emission {
  const logs = grid.map((level) => -((y - level) ** 2) / (2 * variance));
  const shift = logs.reduce((most, v) => Math.max(most, v), aloneLog);
  return { level: logs.map((v) => Math.exp(v - shift)), alone: Math.exp(aloneLog - shift), shift };
}

function recursion(cells: readonly Emission[], grid: Float64Array, alone: readonly { mean: number }[], chances: (typeof CHANCES)[number]): { evidence: number; means: Float64Array } {
  const n = cells.length;
  const k = grid.length;
  const likelihood = cells.map(({ level, alone: single }) => level.map((e) => (1 - chances.alone) * e + chances.alone * single));
  const forward: Float64Array[] = [];
  let evidence = 0;
  let now = new Float64Array(k).fill(1 / k);
  for (let i = 0; i < n; i += 1) {
    if (i > 0) now = move(now, chances);
    let sum = 0;
    for (let s = 0; s < k; s += 1) {
      now[s] *= likelihood[i][s];
      sum += now[s];
    }
    for (let s = 0; s < k; s += 1) now[s] /= sum;
    evidence += Math.log(sum) + cells[i].shift;
    forward.push(now);
  }
  const means = new Float64Array(n);
  let after = new Float64Array(k).fill(1);
  for (let i = n - 1; i >= 0; i -= 1) {
    let [sum, mean] = [0, 0];
    for (let s = 0; s < k; s += 1) {
      const p = forward[i][s] * after[s];
      const follows = likelihood[i][s] > 0 ? ((1 - chances.alone) * cells[i].level[s]) / likelihood[i][s] : 0;
      sum += p;
      mean += p * (follows * grid[s] + (1 - follows) * alone[i].mean);
    }
    means[i] = mean / sum;
    const back = move(
      after.map((v, s) => v * likelihood[i][s]),
      chances,
    );
    const top = back.reduce((most, v) => Math.max(most, v), 0);
    after = back.map((v) => v / top);
  }
  return { evidence, means };
}

/** One cell on: the transition is symmetric, so that it serves both directions. */
function move(from: Float64Array, { jump, step }: (typeof CHANCES)[number]): Float64Array<ArrayBuffer> {
  const k = from.length;
  let sum = 0;
  for (let s = 0; s < k; s += 1) sum += from[s];
  const out = new Float64Array(k);
  for (let s = 0; s < k; s += 1) {
    const near = (from[Math.max(0, s - 1)] + from[Math.min(k - 1, s + 1)]) / 2;
    out[s] = (1 - jump) * ((1 - step) * from[s] + step * near) + (jump * sum) / k;
  }
  return out;
}
