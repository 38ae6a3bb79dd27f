import { drawnLog, drawnMean } from "./drawn.js";
import type { Alone } from "./empirical-bayes.js";
import { type Shape, weighed } from "./shape.js";

/** Neighbouring levels of the grid differ by this factor. */
const RATIO = 1.1;
/** The lowest level above zero, in standard deviations of the noise. */
const LOWEST = 0.1;
const LEVELS_MAX = 400;
/** A step is cut off at so many of its standard deviations. */
const REACH = 2.5;

/** Per cell: chance of a jump to any level, standard deviation of a step (in grid points), and chance of a value that stands alone. */
const HABITS = [0.01, 0.1].flatMap((jump) => [0, 1, 4].flatMap((step) => [0.02, 0.2].map((lone) => ({ jump, step, lone }))));

type Habit = (typeof HABITS)[number];

/**
 * Posterior mean of a histogram whose cells are draws from a level that stays, drifts or jumps, while single cells stand
 * alone (heaps, spikes) and leave the level as it is: a hidden Markov model over a geometric grid of levels, by forward
 * and backward recursion, averaged over its habits by evidence. Time grows with the cells.
 * @param counts noisy counts  @param variance of each, in rows²  @param lone each cell by itself
 * @cite Rabiner 1989, "A tutorial on hidden Markov models", §III
 */
export function drifting(counts: Float64Array, variance: number, lone: Alone): Shape {
  const seen = emissions(counts, variance, lone);
  return weighed(HABITS.map((habit) => recursion(seen, habit)));
}

/** Likelihoods of the cells, row by row over the grid, and alone, over that of a true count that fits perfectly, each cell's scaled by e^−shift. */
interface Emissions {
  readonly cells: number;
  readonly levels: number;
  readonly drawn: Float64Array;
  /** Posterior mean of the cell's true count, given the level. */
  readonly mean: Float64Array;
  readonly alone: Float64Array;
  readonly aloneMean: Float64Array;
  readonly shift: Float64Array;
}

function emissions(counts: Float64Array, variance: number, lone: Alone): Emissions {
  const grid = gridOf(counts, Math.sqrt(variance));
  const [cells, levels] = [counts.length, grid.length];
  const drawn = new Float64Array(cells * levels);
  const mean = new Float64Array(cells * levels);
  const shift = lone.logs.slice();
  for (let i = 0, at = 0; i < cells; i += 1) {
    for (let s = 0; s < levels; s += 1, at += 1) {
      drawn[at] = drawnLog(counts[i], grid[s], variance);
      mean[at] = drawnMean(counts[i], grid[s], variance);
      shift[i] = Math.max(shift[i], drawn[at]);
    }
    for (let of = at - levels; of < at; of += 1) drawn[of] = Math.exp(drawn[of] - shift[i]);
  }
  const alone = lone.logs.map((log, i) => Math.exp(log - shift[i]));
  return { cells, levels, drawn, mean, alone, aloneMean: lone.means, shift };
}

function gridOf(counts: Float64Array, sigma: number): Float64Array {
  const top = counts.reduce((most, y) => Math.max(most, y), 0) + 2 * sigma;
  const grid = [0];
  for (let level = LOWEST * sigma; level < top && grid.length < LEVELS_MAX; level *= RATIO) grid.push(level);
  return Float64Array.from(grid);
}

function recursion(seen: Emissions, habit: Habit): Shape {
  const { cells, levels, drawn, mean, alone, aloneMean, shift } = seen;
  const steps = stepsOf(habit.step);
  const forward = new Float64Array(cells * levels);
  let evidence = 0;
  for (let i = 0; i < cells; i += 1) {
    const now = forward.subarray(i * levels, (i + 1) * levels);
    if (i === 0) now.fill(1 / levels);
    else move(forward.subarray((i - 1) * levels, i * levels), now, habit.jump, steps);
    let sum = 0;
    for (let s = 0; s < levels; s += 1) {
      now[s] *= (1 - habit.lone) * drawn[i * levels + s] + habit.lone * alone[i];
      sum += now[s];
    }
    for (let s = 0; s < levels; s += 1) now[s] /= sum;
    evidence += Math.log(sum) + shift[i];
  }
  const values = new Float64Array(cells);
  let after = new Float64Array(levels).fill(1);
  let before = new Float64Array(levels);
  const seenAfter = new Float64Array(levels);
  for (let i = cells - 1; i >= 0; i -= 1) {
    let [sum, whole] = [0, 0];
    for (let s = 0, at = i * levels; s < levels; s += 1, at += 1) {
      const follows = (1 - habit.lone) * drawn[at];
      const either = follows + habit.lone * alone[i];
      const p = forward[at] * after[s];
      sum += p;
      if (either > 0) whole += (p * (follows * mean[at] + (either - follows) * aloneMean[i])) / either;
      seenAfter[s] = after[s] * either;
    }
    values[i] = whole / sum;
    move(seenAfter, before, habit.jump, steps);
    const top = before.reduce((most, v) => Math.max(most, v), 0);
    for (let s = 0; s < levels; s += 1) before[s] /= top;
    [after, before] = [before, after];
  }
  return { evidence, values };
}

/** Chances of steps of −r to r grid points. */
function stepsOf(deviation: number): Float64Array {
  const reach = Math.ceil(REACH * deviation);
  const steps = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => (deviation === 0 ? 1 : Math.exp(-((i - reach) ** 2) / (2 * deviation * deviation))));
  const sum = steps.reduce((s, v) => s + v, 0);
  return steps.map((v) => v / sum);
}

/** One cell on. Steps over an end of the grid are mirrored back: the transition is symmetric, so that it serves both directions. */
function move(from: Float64Array, to: Float64Array, jump: number, steps: Float64Array): void {
  const k = from.length;
  const reach = (steps.length - 1) / 2;
  const mirrored = new Float64Array(k + 2 * reach);
  for (let i = 0; i < mirrored.length; i += 1) {
    const at = modulo(i - reach, 2 * k);
    mirrored[i] = from[at < k ? at : 2 * k - 1 - at];
  }
  let sum = 0;
  for (let s = 0; s < k; s += 1) sum += from[s];
  const anywhere = (jump * sum) / k;
  for (let s = 0; s < k; s += 1) {
    let near = 0;
    for (let j = 0; j < steps.length; j += 1) near += steps[j] * mirrored[s + j];
    to[s] = (1 - jump) * near + anywhere;
  }
}

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n;
}
