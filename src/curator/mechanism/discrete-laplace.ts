import type { SecureBits } from "../../base/random.js";
import type { Rational } from "../../base/rational.js";
import { addClamped } from "./add-clamped.js";
import { bernoulliExp, bernoulliExpSmall } from "./bernoulli-exp.js";
import { uniformBelow, uniformBelowBig } from "./uniform.js";

/** Sizes below which plain doubles hold every integer on the way. */
const SMALL = 2 ** 30;

/**
 * One draw of discrete Laplace noise of scale b = `scale`: P[k] = (e^{1/b} − 1)/(e^{1/b} + 1) · exp(−|k|/b).
 *
 * @pre scale > 0
 * @post P[k] ∝ exp(−|k|/b), exactly
 * @sensitivity of a marginal for a unit of k rows: L1 = k
 * @price pure ε = Δ₁/b, and ρ = ε²/2
 * @cite Canonne, Kamath, Steinke 2020, Algorithm 2, arXiv:2004.00010
 * @proof docs/proofs/discrete-laplace.md
 */
export function discreteLaplace(scale: Rational, bits: SecureBits): bigint {
  const { num: t, den: s } = scale;
  for (;;) {
    const u = uniformBelowBig(t, bits);
    if (!bernoulliExp(u, t, bits)) continue;
    const magnitude = (u + t * BigInt(geometricE(bits))) / s;
    const negative = bits.uint32() >= 0x8000_0000;
    if (negative && magnitude === 0n) continue;
    return negative ? -magnitude : magnitude;
  }
}

/** Adds one draw to each cell of `counts`, in place; sums are clamped to ±(2⁵³−1). @pre whole numbers, |counts| < 2⁵³ */
export function addDiscreteLaplace(scale: Rational, counts: Float64Array, bits: SecureBits): void {
  const small = scale.num < BigInt(SMALL) && scale.den < BigInt(SMALL);
  if (!small) {
    for (let i = 0; i < counts.length; i += 1) counts[i] = addClamped(counts[i], discreteLaplace(scale, bits));
    return;
  }
  const t = Number(scale.num);
  const s = Number(scale.den);
  for (let i = 0; i < counts.length; i += 1) {
    const noise = discreteLaplaceSmall(t, s, bits);
    const sum = counts[i] + noise;
    counts[i] = Number.isSafeInteger(sum) ? sum : addClamped(counts[i], BigInt(noise));
  }
}

/** The same draw of scale t/s in plain doubles. */
function discreteLaplaceSmall(t: number, s: number, bits: SecureBits): number {
  for (;;) {
    const u = uniformBelow(t, bits);
    if (!bernoulliExpSmall(u, t, bits)) continue;
    const v = geometricE(bits);
    const magnitude = v < 2 ** 22 ? Math.floor((u + t * v) / s) : Number((BigInt(u) + BigInt(t) * BigInt(v)) / BigInt(s));
    const negative = bits.uint32() >= 0x8000_0000;
    if (negative && magnitude === 0) continue;
    return negative ? -magnitude : magnitude;
  }
}

/** Successes of Bernoulli(e⁻¹) before the first failure. */
function geometricE(bits: SecureBits): number {
  let v = 0;
  while (bernoulliExpSmall(1, 1, bits)) v += 1;
  return v;
}
