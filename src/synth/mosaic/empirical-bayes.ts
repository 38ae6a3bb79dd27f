/** Ratio of neighbouring multiples, and of neighbouring levels, of the mixture. */
const STEP = 1.7;
/** Multiples of what is expected run from STEP^−6 to STEP^14. */
const [LEAST, MOST] = [-6, 14];
/** The lowest level that does not depend on what is expected, in noise standard deviations. */
const LOWEST_LEVEL = 0.3;
/** Standard deviation of a component, relative to its mean: neighbours overlap. */
const WIDTH = 0.3;
/** The same of cells that are as expected. */
const AS_EXPECTED = 0.05;
/** Cells that the prior of the weights counts for; half of them are as expected, multiples far from 1 are rarer. */
const PRIOR_CELLS = 4;
/** Prior weight of nothing, and of a level, beside 1 of the multiple 1. */
const RARE = 0.1;
const STEPS = 20;
/** Weights are learnt from at most this many cells. */
const LEARNT_FROM = 1 << 14;
/** Steps of the golden ratio, which fall in step with no row of a table. */
const GOLDEN = 0.6180339887498949;
const LEAST_EXPECTED = 1e-9;

/**
 * Components of the prior of a cell's true count: about `multiple` times what is expected there, or about `level` rows; the other is 0. Normal
 * each, of the spread of the component and of a draw: as many rows as a population's share makes, more or less their square root.
 */
interface Components {
  readonly multiple: Float64Array;
  readonly level: Float64Array;
  /** Standard deviation, relative to the mean. */
  readonly width: Float64Array;
  /** Prior weight; all add up to 1. */
  readonly prior: Float64Array;
  readonly variance: number;
}

/** What is known of each cell where its neighbours tell nothing. */
export interface Alone {
  /** Log densities of the noisy counts, over those of true counts equal to them. */
  readonly logs: Float64Array;
  /** Posterior means of the true counts. */
  readonly means: Float64Array;
}

/**
 * Posterior means of a noisy table's cells under a prior learnt from the table itself: a mixture of nothing, multiples of what is expected, and
 * levels of their own, whose weights are found by expectation maximisation. A table as expected goes to what was expected, a sparse one to
 * its few full cells, and where noise is small nothing moves. Post-processing of noisy counts.
 * @param counts noisy counts  @param expected what a model expects there, same length  @param variance of each, in rows²
 * @cite Stephens 2017, "False discovery rates: a new deal", Biostatistics 18(2), for normal mixtures with penalised weights
 */
export function posteriorMeans(counts: Float64Array, expected: Float64Array, variance: number): Float64Array {
  return cellsAlone(counts, expected, variance).means;
}

/** {@link posteriorMeans}, with what each cell's count says for such a prior. */
export function cellsAlone(counts: Float64Array, expected: Float64Array, variance: number): Alone {
  const components = componentsOf(counts, expected, variance);
  const weights = learn(counts, expected, components);
  const cell = openCell(components);
  const [logs, means] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  for (let i = 0; i < counts.length; i += 1) {
    const top = look(components, cell, counts[i], expected[i]);
    let [sum, mean] = [0, 0];
    for (let k = 0; k < weights.length; k += 1) {
      const share = weights[k] * cell.likelihood[k];
      sum += share;
      mean += share * cell.mean[k];
    }
    logs[i] = top + Math.log(sum);
    means[i] = mean / sum;
  }
  return { logs, means };
}

function componentsOf(counts: Float64Array, expected: Float64Array, variance: number): Components {
  const most = counts.reduce((top, y) => Math.max(top, y), 0);
  const total = expected.reduce((sum, e) => sum + e, 0);
  const levels: number[] = [];
  for (let level = LOWEST_LEVEL * Math.sqrt(variance); level < Math.min(most, total); level *= STEP) levels.push(level);
  const multiples = Array.from({ length: MOST - LEAST + 1 }, (_, k) => STEP ** (LEAST + k));
  const others = [...multiples.map((m) => Math.min(m, 1 / m)), RARE, ...levels.map(() => RARE)];
  const sum = others.reduce((all, share) => all + share, 0);
  return {
    multiple: Float64Array.of(1, ...multiples, 0, ...levels.map(() => 0)),
    level: Float64Array.of(0, ...multiples.map(() => 0), 0, ...levels),
    width: Float64Array.of(AS_EXPECTED, ...others.map(() => WIDTH)),
    prior: Float64Array.of(0.5, ...others.map((share) => (0.5 * share) / sum)),
    variance,
  };
}

/** Of one cell and each component: likelihood up to a factor of the cell's, and posterior mean, in rows and not below 0. */
interface Cell {
  readonly likelihood: Float64Array;
  readonly mean: Float64Array;
}

function openCell({ multiple: { length } }: Components): Cell {
  return { likelihood: new Float64Array(length), mean: new Float64Array(length) };
}

function look({ multiple, level, width, variance }: Components, { likelihood, mean }: Cell, y: number, expected: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < multiple.length; k += 1) {
    const centre = multiple[k] * Math.max(LEAST_EXPECTED, expected) + level[k];
    const own = (width[k] * centre) ** 2 + centre;
    const both = variance + own;
    mean[k] = Math.max(0, (centre * variance + y * own) / both);
    likelihood[k] = -((y - centre) ** 2) / (2 * both) - Math.log(both / variance) / 2;
    top = Math.max(top, likelihood[k]);
  }
  for (let k = 0; k < likelihood.length; k += 1) likelihood[k] = Math.exp(likelihood[k] - top);
  return top;
}

function learn(counts: Float64Array, expected: Float64Array, components: Components): Float64Array {
  const cell = openCell(components);
  const width = cell.likelihood.length;
  const seen = Math.min(counts.length, LEARNT_FROM);
  const block = counts.length / seen;
  const table = new Float64Array(seen * width);
  for (let i = 0; i < seen; i += 1) {
    const at = Math.floor(block * (i + (block > 1 ? (GOLDEN * i) % 1 : 0)));
    look(components, cell, counts[at], expected[at]);
    table.set(cell.likelihood, i * width);
  }
  const { prior } = components;
  let weights = prior;
  for (let step = 0; step < STEPS; step += 1) {
    const next = prior.map((share) => share * PRIOR_CELLS);
    for (let at = 0; at < table.length; at += width) {
      let sum = 0;
      for (let k = 0; k < width; k += 1) sum += weights[k] * table[at + k];
      for (let k = 0; k < width; k += 1) next[k] += (weights[k] * table[at + k]) / sum;
    }
    weights = next.map((share) => share / (seen + PRIOR_CELLS));
  }
  return weights;
}
