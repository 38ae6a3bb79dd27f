import type { Rational } from "../../src/base/rational.js";
import type { Noise } from "../../src/curator/index.js";
import { seededNoise } from "../support/test-noise.js";

const times = (r: Rational, num: bigint, den: bigint): Rational => ({ num: r.num * num, den: r.den * den });

/** Noises with a defect, over the reproducible one; each claims to be secure, as the real defects did. */
export const MUTANT_NOISE = {
  /** σ/10: as if counts had been taken for shares, or ε for 10ε. */
  tenTimesTooSmall: (seed: string): Noise => mutate(seed, (n) => ({ fillGaussian: (s2, counts) => n.fillGaussian(times(s2, 1n, 100n), counts) })),
  /** P[i] ∝ exp(η·s/Δ): the factor ½ of monotone scores' absence forgotten. */
  withoutTheHalf: (seed: string): Noise => mutate(seed, (n) => ({ picker: (scores, eta, sensitivity) => n.picker(scores, times(eta, 2n, 1n), sensitivity) })),
  /** A score that one row moves by three. */
  steeperScore: (seed: string): Noise =>
    mutate(seed, (n) => ({
      picker: (scores, eta, sensitivity) =>
        n.picker(
          scores.map((s) => 3n * s),
          eta,
          sensitivity,
        ),
    })),
  /** The number of rows is let out as it is. */
  exactTotal: (seed: string): Noise => mutate(seed, (n) => ({ fillGaussian: (s2, counts) => (counts.length === 1 ? undefined : n.fillGaussian(s2, counts)) })),
  /** One-way tables are noisy; the tables of pairs, which the model's conditionals are made of, are not. */
  exactPairs: (seed: string): Noise => mutate(seed, (n) => ({ fillGaussian: (s2, counts) => (counts.length === 4 ? undefined : n.fillGaussian(s2, counts)) })),
  /** Box–Muller in doubles. */
  inDoubles: (seed: string): Noise =>
    mutate(seed, () => ({
      fillGaussian: (s2, counts) => {
        const sigma = Math.sqrt(Number(s2.num) / Number(s2.den));
        for (let i = 0; i < counts.length; i += 1) counts[i] += sigma * Math.sqrt(2) * Math.cos(i + 1);
      },
    })),
  none: (seed: string): Noise => mutate(seed, () => ({ fillGaussian: () => undefined, fillLaplace: () => undefined })),
} as const;

function mutate(seed: string, change: (honest: Noise) => Partial<Noise>): Noise {
  const honest = seededNoise(seed);
  return { ...honest, provenance: "secure", ...change(honest) };
}
