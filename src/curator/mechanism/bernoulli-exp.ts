import type { SecureBits } from "../../base/random.js";
import { uniformBelow, uniformBelowBig } from "./uniform.js";

/** den·k must stay below 2⁵³; k beyond 2¹² has probability below 1/2¹²! and goes the long way. */
const SMALL = 2 ** 40;

/**
 * True with probability exp(−num/den), exactly: no exponential is computed, only comparisons of uniform integers.
 *
 * @pre num ≥ 0, den ≥ 1
 * @post P[true] = exp(−num/den)
 * @cite Canonne, Kamath, Steinke 2020, Algorithm 1, arXiv:2004.00010
 * @proof docs/proofs/discrete-gaussian.md
 */
export function bernoulliExp(num: bigint, den: bigint, bits: SecureBits): boolean {
  const whole = num / den;
  for (let i = 0n; i < whole; i += 1n) if (!bernoulliExpSmall(1, 1, bits)) return false;
  const rest = num % den;
  if (rest === 0n) return true;
  return den < BigInt(SMALL) ? bernoulliExpSmall(Number(rest), Number(den), bits) : bernoulliExpFraction(rest, den, 1n, bits);
}

/** True with probability exp(−num/den) for small whole numbers. @pre 0 ≤ num ≤ den < 2⁴⁰ */
export function bernoulliExpSmall(num: number, den: number, bits: SecureBits): boolean {
  for (let k = 1; k <= 4096; k += 1) {
    if (uniformBelow(den * k, bits) >= num) return k % 2 === 1;
  }
  return bernoulliExpFraction(BigInt(num), BigInt(den), 4097n, bits);
}

/** From the k-th step on: with γ = num/den ≤ 1, stop at the first failure of Bernoulli(γ/k); true where that k is odd. */
function bernoulliExpFraction(num: bigint, den: bigint, from: bigint, bits: SecureBits): boolean {
  for (let k = from; ; k += 1n) {
    if (uniformBelowBig(den * k, bits) >= num) return k % 2n === 1n;
  }
}
