/**
 * Log evidence and posterior mean level of a segment of `m` cells with the given sum, and sum of squares about their mean.
 * The evidence is against levels that fit each cell perfectly: it is never far from 0 where a segment is likely, so
 * that nothing cancels, however far the counts stand above the noise.
 */
export function segment(sum: number, m: number, scatter: number, variance: number, levels: readonly number[]): { log: number; mean: number } {
  let top = Number.NEGATIVE_INFINITY;
  const logs = levels.map((t) => {
    const log = -0.5 * (scatter / variance + (sum * sum) / (m * (variance + m * t)) + Math.log1p((m * t) / variance));
    top = Math.max(top, log);
    return log;
  });
  let weight = 0;
  let mean = 0;
  levels.forEach((t, i) => {
    const w = Math.exp(logs[i] - top);
    weight += w;
    mean += (w * sum * t) / (variance + m * t);
  });
  return { log: top + Math.log(weight / levels.length), mean: mean / weight };
}
