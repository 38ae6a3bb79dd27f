import type { SeededBits } from "../../base/random.js";

export interface Bootstrap {
  readonly interval: [number, number];
  readonly standardError: number;
}

/**
 * Percentile bootstrap (Efron 1979), stratified: every group is drawn again with replacement at its own size.
 * @param statistic of the drawn indices of each group; draws where it is not a number are left out
 * @returns null where a group is empty or fewer than half of the draws give a number
 */
export function bootstrap(sizes: readonly number[], statistic: (draws: readonly Uint32Array[]) => number, level: number, bits: SeededBits, resamples = 400): Bootstrap | null {
  if (sizes.some((size) => size === 0)) return null;
  const draws = sizes.map((size) => new Uint32Array(size));
  const values: number[] = [];
  for (let r = 0; r < resamples; r += 1) {
    for (const draw of draws) for (let i = 0; i < draw.length; i += 1) draw[i] = bits.below(draw.length);
    const value = statistic(draws);
    if (Number.isFinite(value)) values.push(value);
  }
  if (values.length < Math.max(2, resamples / 2)) return null;
  values.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
  return { interval: [values[Math.floor(tail * (values.length - 1))], values[Math.ceil((1 - tail) * (values.length - 1))]], standardError: Math.sqrt(variance) };
}
