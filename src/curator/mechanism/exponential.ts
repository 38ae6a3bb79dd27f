import type { SecureBits } from "../../base/random.js";
import type { Rational } from "../../base/rational.js";
import { bernoulliExp } from "./bernoulli-exp.js";
import { uniformBelow } from "./uniform.js";

/**
 * Exponential mechanism over integer scores: an index drawn with P[i] ∝ exp(η·sᵢ/(2Δ)), exactly. Proposes uniformly and
 * accepts with probability exp(−η(max s − sᵢ)/(2Δ)): at most as many expected trials as candidates. The ½ is always
 * there, because no score of ours is monotone.
 *
 * @pre at least one score; eta > 0; sensitivity Δ > 0 in units of the score
 * @post P[i] ∝ exp(η·sᵢ/(2Δ)), exactly
 * @sensitivity |s(D) − s(D′)| ≤ Δ for each candidate and all neighbours
 * @price pure ε = η; ρ = η²/8 (bounded range)
 * @cite McSherry, Talwar 2007; Cesar, Rogers 2021, arXiv:2004.07223
 * @proof docs/proofs/exponential-mechanism.md
 */
export function exponentialMechanism(scores: readonly bigint[], eta: Rational, sensitivity: bigint, bits: SecureBits): number {
  let best = scores[0];
  for (const score of scores) if (score > best) best = score;
  const den = eta.den * 2n * sensitivity;
  for (;;) {
    const i = uniformBelow(scores.length, bits);
    if (bernoulliExp(eta.num * (best - scores[i]), den, bits)) return i;
  }
}
