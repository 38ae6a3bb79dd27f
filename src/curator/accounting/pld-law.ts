/**
 * A privacy loss on a grid: it is (low + i)·step with probability mass[i], and infinite with probability `beyond`. It stands on the safe side of the
 * loss of a mechanism: each rounding is a spread that keeps the mean of e^{−loss}, or a move upwards.
 *
 * @proof docs/proofs/pld.md
 */
export interface LossLaw {
  /** A power of two, so that grids nest. */
  readonly step: number;
  readonly low: number;
  readonly mass: Float64Array;
  readonly beyond: number;
}

/** A step this many times below the standard deviation widens a law by less than a part in 6·this². */
const STEPS_PER_DEVIATION = 32;

/**
 * Points of probability mass[i] at loss[i]; each is spread over the grid's two places around it, so that the mean of e^{−loss} stays.
 *
 * @pre step a power of two; at least one point; losses finite
 */
export function lawOf(loss: Float64Array, mass: Float64Array, step: number, beyond: number): LossLaw {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const x of loss) {
    low = Math.min(low, Math.floor(x / step));
    high = Math.max(high, Math.floor(x / step) + 1);
  }
  const out = new Float64Array(high - low + 1);
  const whole = Math.expm1(-step);
  for (let i = 0; i < loss.length; i += 1) {
    const place = Math.floor(loss[i] / step);
    const up = Math.min(1, Math.expm1(place * step - loss[i]) / whole);
    out[place - low] += mass[i] * (1 - up);
    out[place - low + 1] += mass[i] * up;
  }
  return { step, low, mass: out, beyond };
}

/** Surely no loss. */
export const NO_LOSS: LossLaw = { step: 1, low: 0, mass: Float64Array.of(1), beyond: 0 };

/** The largest power of two that is fine enough for this standard deviation. */
export function stepFor(deviation: number): number {
  return 2 ** Math.floor(Math.log2(deviation / STEPS_PER_DEVIATION));
}

/** The law of a sum of independent losses: on the coarser grid of both, coarser still where the sum is wide. `tail`: mass that may be moved upwards. */
function sumOf(a: LossLaw, b: LossLaw, tail: number): LossLaw {
  const [x, y] = a.step < b.step ? [onGrid(a, b.step), b] : [a, onGrid(b, a.step)];
  const mass = new Float64Array(x.mass.length + y.mass.length - 1);
  for (let i = 0; i < x.mass.length; i += 1) {
    const m = x.mass[i];
    if (m > 0) for (let j = 0; j < y.mass.length; j += 1) mass[i + j] += m * y.mass[j];
  }
  const sum = trimmed({ step: x.step, low: x.low + y.low, mass, beyond: a.beyond + b.beyond }, tail);
  return onGrid(sum, Math.max(sum.step, stepFor(deviationOf(sum))));
}

/** The law of the sum of all: the finest two first, so that each is made coarser only as the sum grows wide. */
export function sumOfAll(laws: readonly LossLaw[], tail: number): LossLaw {
  const left = [...laws];
  while (left.length > 1) {
    left.sort((a, b) => b.step - a.step);
    left.push(sumOf(left.pop() as LossLaw, left.pop() as LossLaw, tail));
  }
  return left[0] ?? NO_LOSS;
}

/** The law of n independent losses of one law, by squaring. @pre n ≥ 1 whole */
export function timesOf(law: LossLaw, n: number, tail: number): LossLaw {
  if (n === 1) return law;
  const half = timesOf(law, Math.floor(n / 2), tail);
  const whole = sumOf(half, half, tail);
  return n % 2 === 1 ? sumOf(whole, law, tail) : whole;
}

/** Takes off both ends at most `tail` of the mass: from above it becomes infinite, from below it moves up to the lowest place kept. */
function trimmed(law: LossLaw, tail: number): LossLaw {
  let from = 0;
  let below = law.mass[0];
  while (from < law.mass.length - 1 && below + law.mass[from + 1] <= tail) {
    from += 1;
    below += law.mass[from];
  }
  let to = law.mass.length;
  let above = 0;
  while (to > from + 1 && above + law.mass[to - 1] <= tail) {
    to -= 1;
    above += law.mass[to];
  }
  const mass = law.mass.slice(from, to);
  if (from > 0) mass[0] = below;
  return { step: law.step, low: law.low + from, mass, beyond: law.beyond + above };
}

/** The same on a grid coarser by a power of two. */
function onGrid(law: LossLaw, step: number): LossLaw {
  let out = law;
  while (out.step < step) out = halved(out);
  return out;
}

/** Every second place goes to its two neighbours. */
function halved({ step, low, mass, beyond }: LossLaw): LossLaw {
  const up = 1 / (1 + Math.exp(-step));
  const first = Math.floor(low / 2);
  const out = new Float64Array(Math.ceil((low + mass.length - 1) / 2) - first + 1);
  for (let i = 0; i < mass.length; i += 1) {
    const place = low + i;
    const at = Math.floor(place / 2) - first;
    if (place % 2 === 0) out[at] += mass[i];
    else {
      out[at] += mass[i] * (1 - up);
      out[at + 1] += mass[i] * up;
    }
  }
  return { step: 2 * step, low: first, mass: out, beyond };
}

function deviationOf({ step, mass }: LossLaw): number {
  let total = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < mass.length; i += 1) {
    total += mass[i];
    first += mass[i] * i;
    second += mass[i] * i * i;
  }
  return step * Math.sqrt(Math.max(second / total - (first / total) ** 2, 0.25));
}
