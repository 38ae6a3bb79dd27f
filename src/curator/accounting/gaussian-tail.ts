/** Terms of the continued fraction: at x = 2.5 it has converged to a part in 10¹⁶. */
const TERMS = 60;
const SWITCH = 2.5;
const HALF_ROOT = Math.sqrt(Math.PI / 2);

/**
 * Mills' ratio of the standard normal law, P[Z > x]/φ(x): by its continued fraction where x is large, else by the series of e^{x²/2}·∫₀ˣ e^{−t²/2}dt, whose
 * terms have one sign. Relative error below 10⁻¹³. @pre x ≥ −37
 */
export function millsRatio(x: number): number {
  if (x > SWITCH) {
    let fraction = 0;
    for (let k = TERMS; k > 0; k -= 1) fraction = k / (x + fraction);
    return 1 / (x + fraction);
  }
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k += 1) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return HALF_ROOT * Math.exp((x * x) / 2) - sum;
}

/** The standard normal density. */
export function normalDensity(x: number): number {
  return Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The hockey-stick divergence of N(μ, 1) from N(0, 1) at e^s: Φ(μ/2 − s/μ) − e^s·Φ(−μ/2 − s/μ), the δ of μ-Gaussian differential privacy at ε = s. As a difference of
 * Mills' ratios it keeps its relative accuracy in the tail: 10⁻¹³/min(μ, 1).
 *
 * @pre μ > 0, s ≥ 0, both such that s/μ − μ/2 ≥ −37
 * @cite Dong, Roth, Su 2022, "Gaussian Differential Privacy", JRSS B 84(1), Corollary 2.13
 */
export function gaussianDivergence(s: number, mu: number): number {
  const x = s / mu - mu / 2;
  return normalDensity(x) * (millsRatio(x) - millsRatio(x + mu));
}
