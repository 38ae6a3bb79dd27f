import type { SecureBits } from "../../base/random.js";
import type { Rational } from "../../base/rational.js";
import { bernoulliExp } from "./bernoulli-exp.js";
import { discreteLaplace } from "./discrete-laplace.js";

/**
 * One draw of the discrete Gaussian N_ℤ(0, σ²), by rejection from the discrete Laplace. Slow and plain: the oracle of
 * the table sampler, and its stand-in where σ is too large for a table.
 *
 * @pre sigma2 > 0
 * @post P[k] ∝ exp(−k²/(2σ²)), exactly
 * @sensitivity of a marginal for a unit of k rows: L2 = k
 * @price ρ = Δ₂²/(2σ²); no pure price
 * @cite Canonne, Kamath, Steinke 2020, Algorithm 3, arXiv:2004.00010
 * @proof docs/proofs/discrete-gaussian.md
 */
export function discreteGaussianCks(sigma2: Rational, bits: SecureBits): bigint {
  const { num: p, den: q } = sigma2;
  const t = floorSqrt(p / q) + 1n;
  const scale = { num: t, den: 1n };
  for (;;) {
    const y = discreteLaplace(scale, bits);
    // (|y| − σ²/t)² / (2σ²) as one fraction
    const gap = (y < 0n ? -y : y) * q * t - p;
    if (bernoulliExp(gap * gap, 2n * p * q * t * t, bits)) return y;
  }
}

/**
 * One draw of |k| given |k| ≥ from ≥ 1: P[m] ∝ exp(−m²/(2σ²)) over m ≥ from, exactly. Proposes from + g with g
 * geometric of ratio exp(−from/σ²) and accepts with probability exp(−g²/(2σ²)).
 *
 * @proof docs/proofs/discrete-gaussian.md
 */
export function discreteGaussianTail(sigma2: Rational, from: bigint, bits: SecureBits): bigint {
  const { num: p, den: q } = sigma2;
  for (;;) {
    let g = 0n;
    while (bernoulliExp(from * q, p, bits)) g += 1n;
    if (bernoulliExp(g * g * q, 2n * p, bits)) return from + g;
  }
}

/** ⌊√n⌋ by Newton's method from above. @pre n ≥ 0 */
export function floorSqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}
