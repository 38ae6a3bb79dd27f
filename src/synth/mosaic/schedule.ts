import { floorTo, type Rational, rational, toDouble } from "../../base/rational.js";

/** Mean absolute value of a standard Gaussian. */
export const MEAN_ABS = Math.sqrt(2 / Math.PI);

/** Shares of the pairs, and of what is left after the one-ways, round by round. */
export const ROUND_SHARES = [0.2, 0.3, 0.5];
/** Share of a round that pays for choosing; the rest measures. */
export const SELECT_SHARE = 0.08;
/** The same where there are as many picks as pairs: most pairs are measured then, and a wrong pick costs little. */
export const SELECT_SHARE_OF_ALL = 0.04;
/** Picks a column, at most. */
const MOST_PICKS = 13;
/** Picks a pair, at most: one may be picked again in a later round, at another level. */
const MOST_PICKS_OF_A_PAIR = 1.5;
/** Share of the budget for the number of rows, where it is not public. */
export const COUNT_SHARE = 0.005;

/** How a budget is laid out: all of it from public quantities and a noisy number of rows. */
export interface Schedule {
  /** Share of the budget for one-way marginals. */
  readonly oneWayShare: number;
  /** Pairs to pick and measure, all rounds together; they may be more than there are pairs. */
  readonly picks: number;
  /** Share of each round that pays for the picks. */
  readonly selectShare: number;
  /** Cells of each column by which the one-ways share their budget: those that may be seen. */
  readonly oneWayCells: readonly number[];
  /** Mean one-way total variation distance if the whole budget went to one-ways: the scale that the rule reads. */
  readonly oneWayError: number;
}

/**
 * Columns of one code have nothing to show in pairs. The more rows and budget, the smaller the share of the one-ways and the more pairs are worth measuring.
 * @param sizes of the columns  @param rho of the whole fit  @param rows noisy or public number of rows
 * @param maxRows rows of one privacy unit
 * @cite docs/notes/mosaic.md, which says what the constants were tuned on
 */
export function scheduleOf(sizes: readonly number[], rho: number, rows: number, maxRows: number): Schedule {
  const d = sizes.length;
  const varying = sizes.filter((n) => n > 1).length;
  const oneWayCells = visibleCells(sizes, rho, rows, maxRows);
  const spread = oneWayCells.reduce((sum, n) => sum + n ** (2 / 3), 0) ** 1.5;
  const oneWayError = ((MEAN_ABS / 2) * maxRows * spread) / (Math.sqrt(2 * rho) * Math.max(1, rows) * d);
  const gain = Math.log10(0.055 / oneWayError);
  const cellsPerPair = sizes.reduce((sum, n) => sum + n, 0) ** 2 / d ** 2;
  const fewest = cellsPerPair <= 16 ? 4 : 1;
  const pairs = (varying * (varying - 1)) / 2;
  const picks = Math.min(Math.round(MOST_PICKS_OF_A_PAIR * pairs), Math.round(varying * clip(Math.max(2.2 + 3.6 * gain, 9.6 * gain - 4.4), fewest, MOST_PICKS)));
  return {
    oneWayCells,
    oneWayError,
    oneWayShare: varying < 2 ? 1 - COUNT_SHARE : clip(0.6 - 0.26 * gain, 0.1, cellsPerPair <= 16 ? 0.15 : 0.8),
    picks,
    selectShare: picks < pairs ? SELECT_SHARE : SELECT_SHARE_OF_ALL,
  };
}

/** Fewer cells than this are always looked at as if all stood out. */
const FEWEST_VISIBLE = 16;

/**
 * Cells of each column that its noise may leave to be seen, were everything spent evenly on one-ways: where codes follow Zipf's law N/(σ·ln n) of n hold
 * more rows than the noise. A column of very many codes would else take the budget of all others for cells that nothing could show.
 */
export function visibleCells(sizes: readonly number[], rho: number, rows: number, maxRows: number): number[] {
  const sigma = maxRows * Math.sqrt(sizes.length / (2 * rho));
  return sizes.map((n) => Math.min(n, Math.max(FEWEST_VISIBLE, Math.max(1, rows) / (sigma * Math.log(n)))));
}

/** Picks of each round: whole numbers in about these proportions that add up to `all`. */
export function picksByRound(all: number): number[] {
  let [share, before] = [0, 0];
  return ROUND_SHARES.map((part) => {
    share += part;
    const upTo = Math.min(all, Math.round(share * all));
    const picks = upTo - before;
    before = upTo;
    return picks;
  });
}

function clip(x: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, x));
}

/** Shares of a budget in proportion to cells^(2/3), which minimises the sum of expected L1 errors. */
export function allocate(cells: readonly number[]): number[] {
  const weights = cells.map((n) => n ** (2 / 3));
  const sum = weights.reduce((s, w) => s + w, 0);
  return weights.map((w) => w / sum);
}

/** `fraction` of a budget, rounded down to a rational. */
export function portion(budget: Rational, fraction: number): Rational {
  const share = floorTo(toDouble(budget) * fraction * (1 - 1e-12), 1n << 80n);
  return share.num > 0n ? share : rational(1n, 1n << 80n);
}
