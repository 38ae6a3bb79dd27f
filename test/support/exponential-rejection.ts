import type { SecureBits } from "../../src/base/random.js";
import type { Rational } from "../../src/base/rational.js";
import { bernoulliExp } from "../../src/curator/mechanism/bernoulli-exp.js";
import { uniformBelow } from "../../src/curator/mechanism/uniform.js";

/**
 * The exponential mechanism in its plainest exact form, the judge of the fast one: propose uniformly, accept with
 * probability exp(−η(max s − sᵢ)/(2Δ)). As many trials as candidates are expected.
 */
export function exponentialByRejection(scores: readonly bigint[], eta: Rational, sensitivity: bigint, bits: SecureBits): number {
  const best = scores.reduce((a, b) => (a > b ? a : b));
  for (;;) {
    const i = uniformBelow(scores.length, bits);
    if (bernoulliExp(eta.num * (best - scores[i]), eta.den * 2n * sensitivity, bits)) return i;
  }
}
