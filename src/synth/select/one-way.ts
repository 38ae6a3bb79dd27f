import { add, compare, type Rational, rational, toDouble } from "../../base/rational.js";
import type { Domain } from "../../domain/column.js";
import type { Door, NoiseRequest } from "../../domain/door.js";
import type { NoisyMarginal } from "../../domain/marginal.js";
import type { OneWay } from "./compress.js";

/**
 * Noise of each of `count` marginals that together cost `share` of the budget. zCDP: σ² = m·k²/(2ρ). Gaussian DP: one more, and at least 4. Pure: b = m·k/ε.
 * @pre share > 0, count ≥ 1
 */
export function evenNoise(door: Payer, share: Rational, count: number): NoiseRequest {
  const k = BigInt(door.maxRows);
  const m = BigInt(count);
  if (door.account === "pure") return { kind: "laplace", scale: rational(m * k * share.den, share.num) };
  const sigma2 = rational(m * k * k * share.den, 2n * share.num);
  if (door.account === "zcdp") return { kind: "gaussian", sigma2 };
  return { kind: "gaussian", sigma2: compare(sigma2, LEAST_SIGMA2_LESS_ONE) < 0 ? rational(4n) : add(sigma2, rational(1n)) };
}

/** Who pays for a look: in what, and for how many rows of a unit. */
export type Payer = Pick<Door, "account" | "maxRows">;

/** Below σ² = 4 noise has no price as Gaussian differential privacy. */
const LEAST_SIGMA2_LESS_ONE = rational(3n);

/** What {@link evenNoise} makes under Gaussian DP of a σ² that the same share buys under zCDP. */
export function gdpVariance(sigma2: number): number {
  return Math.max(toDouble(LEAST_SIGMA2_LESS_ONE), sigma2) + 1;
}

/** Variance of one cell under a noise request: σ², or 2b² (which bounds the discrete Laplace's variance from above). */
export function varianceOf(noise: NoiseRequest): number {
  if (noise.kind === "gaussian") return toDouble(noise.sigma2);
  const b = toDouble(noise.scale);
  return 2 * b * b;
}

export interface OneWays {
  readonly columns: OneWay[];
  readonly noisy: NoisyMarginal[];
  /** Inverse-variance mean of the marginals' sums: the noisy number of rows. */
  readonly total: number;
}

/** Measure every column's own marginal. */
export async function measureOneWays(door: Door, domain: Domain, share: Rational): Promise<OneWays> {
  const noise = evenNoise(door, share, domain.columns.length);
  const noisy = await door.measure(domain.columns.map((_, i) => ({ clique: [i], noise })));
  const variance = varianceOf(noise);
  const columns = noisy.map((m, i) => ({ counts: m.counts, variance, orderedUpTo: domain.columns[i].ordered ? domain.columns[i].valueCount : 0 }));
  let weights = 0;
  let sum = 0;
  for (const { counts } of columns) {
    weights += 1 / counts.length;
    sum += counts.reduce((s, v) => s + v, 0) / counts.length;
  }
  return { columns, noisy, total: Math.max(1, sum / weights) };
}

export function third(budget: Rational): Rational {
  return rational(budget.num, budget.den * 3n);
}
