import { twoSidedZ } from "../../base/normal.js";

export interface AucEstimate {
  readonly auc: number;
  readonly standardError: number;
  readonly interval: [number, number];
}

/**
 * Mid-ranks (1-based) of `scores`: ties share their mean rank.
 */
export function midRanks(scores: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const ranks = new Float64Array(scores.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j += 1;
    for (let k = i; k < j; k += 1) ranks[order[k]] = (i + j + 1) / 2;
    i = j;
  }
  return ranks;
}

/**
 * P(member score > other score) + ½ P(equal), with DeLong's variance by mid-ranks (Sun & Xu 2014) and a Wald interval
 * inside [0, 1]. Where the groups separate perfectly, or all scores tie, DeLong's variance is 0; Hanley & McNeil's (1982) at an
 * AUC drawn in by half a pair stands in, so that few targets never look like certainty.
 * @returns null where a group is empty
 * @pre scores hold no NaN
 */
export function rocAuc(members: Float64Array, others: Float64Array, level: number): AucEstimate | null {
  const m = members.length;
  const n = others.length;
  if (m === 0 || n === 0) return null;
  const pooled = new Float64Array(m + n);
  pooled.set(members);
  pooled.set(others, m);
  const all = midRanks(pooled);
  const own = midRanks(members);
  const theirs = midRanks(others);
  let sum = 0;
  for (let i = 0; i < m; i += 1) sum += all[i];
  const auc = (sum - (m * (m + 1)) / 2) / (m * n);
  let s10 = 0;
  for (let i = 0; i < m; i += 1) s10 += ((all[i] - own[i]) / n - auc) ** 2;
  let s01 = 0;
  for (let j = 0; j < n; j += 1) s01 += (1 - (all[m + j] - theirs[j]) / m - auc) ** 2;
  const deLong = m > 1 && n > 1 ? s10 / ((m - 1) * m) + s01 / ((n - 1) * n) : 0;
  const variance = deLong > 0 ? deLong : hanleyVariance(auc, m, n);
  const standardError = Math.sqrt(variance);
  const z = twoSidedZ(level);
  return { auc, standardError, interval: [Math.max(0, auc - z * standardError), Math.min(1, auc + z * standardError)] };
}

function hanleyVariance(auc: number, m: number, n: number): number {
  const few = Math.min(m, n);
  const a = (auc * few + 0.5) / (few + 1);
  const q1 = a / (2 - a);
  const q2 = (2 * a * a) / (1 + a);
  return (a * (1 - a) + (m - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (m * n);
}

/** ROC points from (0,0) to (1,1), thinned to at most `limit`. */
export function rocCurve(members: Float64Array, others: Float64Array, limit = 200): { x: number[]; y: number[] } {
  const order = [...Array.from(members, (s) => [s, 1] as const), ...Array.from(others, (s) => [s, 0] as const)].sort((a, b) => b[0] - a[0]);
  const x = [0];
  const y = [0];
  let tp = 0;
  let fp = 0;
  for (let i = 0; i < order.length; i += 1) {
    if (order[i][1] === 1) tp += 1;
    else fp += 1;
    if (i + 1 === order.length || order[i + 1][0] !== order[i][0]) {
      x.push(others.length === 0 ? 0 : fp / others.length);
      y.push(members.length === 0 ? 0 : tp / members.length);
    }
  }
  if (x.length <= limit) return { x, y };
  const keep = Array.from({ length: limit }, (_, i) => Math.round((i * (x.length - 1)) / (limit - 1)));
  return { x: keep.map((i) => x[i]), y: keep.map((i) => y[i]) };
}
