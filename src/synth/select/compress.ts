import type { Coarsening } from "../../domain/coarsening.js";

/** A column's one-way measurement, public. */
export interface OneWay {
  /** Noisy counts, one per code. */
  readonly counts: Float64Array;
  /** Variance per cell. */
  readonly variance: number;
  /** Codes below this have a meaningful order (bins, ordered categories); catch-all and null stand behind it. */
  readonly orderedUpTo: number;
}

/** A column at a resolution that its noise supports, with what each coarse code stands for. */
export interface Compression {
  readonly coarsening: Coarsening;
  /** Original codes of each coarse code. */
  readonly groups: readonly number[][];
  /** Noisy counts summed to coarse codes. */
  readonly counts: Float64Array;
}

/** A cell is trusted where it stands this many standard deviations above zero. @cite McKenna, Miklau, Sheldon 2021 (arXiv:2108.04978), §4 */
const TRUST_SIGMAS = 3;

/**
 * Merge codes whose noisy count is below 3σ. Codes without order fall into one rest group; rare codes with order merge
 * with the next rare ones above, until a group of m codes reaches 3σ√m, so that near values stay together.
 */
export function compress(oneWay: OneWay): Compression {
  const { counts, orderedUpTo } = oneWay;
  const sigma = Math.sqrt(oneWay.variance);
  const groups = [...mergeRuns(counts.subarray(0, orderedUpTo), sigma), ...mergeRest(counts, orderedUpTo, sigma)];
  const of = new Uint32Array(counts.length);
  groups.forEach((codes, g) => {
    for (const code of codes) of[code] = g;
  });
  return { coarsening: { size: groups.length, of }, groups, counts: Float64Array.from(groups, (codes) => codes.reduce((sum, c) => sum + counts[c], 0)) };
}

function mergeRuns(counts: Float64Array, sigma: number): number[][] {
  const groups: number[][] = [];
  const rests: number[][] = [];
  let rest: number[] = [];
  let sum = 0;
  for (let code = 0; code < counts.length; code += 1) {
    if (counts[code] >= TRUST_SIGMAS * sigma) {
      groups.push([code]);
      continue;
    }
    rest.push(code);
    sum += counts[code];
    if (sum >= TRUST_SIGMAS * sigma * Math.sqrt(rest.length)) {
      rests.push(rest);
      rest = [];
      sum = 0;
    }
  }
  const last = rests.at(-1);
  if (rest.length > 0 && last !== undefined) last.push(...rest);
  else if (rest.length > 0) rests.push(rest);
  return [...groups, ...rests].sort((a, b) => a[0] - b[0]);
}

function mergeRest(counts: Float64Array, from: number, sigma: number): number[][] {
  const groups: number[][] = [];
  const rest: number[] = [];
  for (let code = from; code < counts.length; code += 1) {
    if (counts[code] >= TRUST_SIGMAS * sigma) groups.push([code]);
    else rest.push(code);
  }
  if (rest.length > 0) groups.push(rest);
  return groups;
}

/** Weights of a group's codes are whole numbers out of about this many. */
const WEIGHT_SCALE = 2 ** 24;

/**
 * How a coarse code spreads over its codes in the rows: the noisy counts, shrunk to their mean by the share of their
 * spread that the noise explains (positive-part James–Stein), as integer weights.
 */
export function spread(counts: readonly number[], variance: number): number[] {
  const m = counts.length;
  if (m === 1) return [1];
  const mean = Math.max(0, counts.reduce((s, v) => s + v, 0) / m);
  if (mean === 0) return new Array<number>(m).fill(1);
  const observed = counts.reduce((s, v) => s + (v - mean) ** 2, 0) / (m - 1);
  const keep = observed > 0 ? Math.max(0, 1 - variance / observed) : 0;
  const weights = counts.map((v) => Math.max(0, mean + keep * (v - mean)));
  const sum = weights.reduce((s, v) => s + v, 0);
  return weights.map((w) => Math.round((w / sum) * WEIGHT_SCALE));
}
