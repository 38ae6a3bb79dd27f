import { fault } from "../../base/errors.js";

/**
 * The tight conversion between ρ-zCDP and (ε, δ)-DP. With t = α − 1 > 0, ρ-zCDP gives (ε, δ)-DP where
 *
 *   log δ ≥ t((1+t)ρ − ε) − t·log1p(1/t) − log1p(t)     for any one t > 0.
 *
 * Solved for ρ or ε, every t gives a valid bound, so an imperfect search for the best t costs accuracy and never
 * privacy. Only the evaluation at the chosen t must be safe, and it is moved to the safe side by a relative margin far
 * above its rounding error.
 *
 * @cite Canonne, Kamath, Steinke 2020, Corollary 13, arXiv:2004.00010
 * @proof docs/proofs/zcdp-conversion.md
 */

/** Relative margin on ρ. Larger than {@link EPSILON_MARGIN}, so that ε → ρ → ε never comes back above where it began. */
const RHO_MARGIN = 1e-12;
/** Margin on ε, relative to the sum of the absolute terms; their evaluation errs by less than 2⁻⁴⁹ of it. */
const EPSILON_MARGIN = 2 ** -47;

/** Largest ρ (rounded down) such that ρ-zCDP implies (ε, δ)-DP. @pre ε > 0 finite, 0 < δ < 1 */
export function rhoFromEpsilon(epsilon: number, delta: number): number {
  requirePositive("epsilon", epsilon);
  requireDelta(delta);
  const logDelta = Math.log(delta);
  const rhoAt = (t: number): number => (logDelta + t * epsilon + t * Math.log1p(1 / t) + Math.log1p(t)) / (t * (1 + t));
  // ρ(t) is quasi-concave; its slope has the sign of the expression below, reversed
  const t = bisect((s) => (1 + 2 * s) * rhoAt(s) - epsilon - Math.log1p(1 / s));
  const size = (Math.abs(logDelta) + t * epsilon + t * Math.log1p(1 / t) + Math.log1p(t)) / (t * (1 + t));
  const rho = rhoAt(t);
  return Math.max(0, rho - RHO_MARGIN * rho - EPSILON_MARGIN * size);
}

/** Smallest ε (rounded up) such that ρ-zCDP implies (ε, δ)-DP; 0 where ρ is 0. @pre ρ ≥ 0 finite, 0 < δ < 1 */
export function epsilonFromRho(rho: number, delta: number): number {
  requireDelta(delta);
  if (rho === 0) return 0;
  requirePositive("rho", rho);
  const logDelta = Math.log(delta);
  // ε(t) is quasi-convex; t² times its slope is t²ρ + log1p(t) + log δ, which increases in t
  const t = bisect((s) => s * s * rho + Math.log1p(s) + logDelta);
  const a = (1 + t) * rho;
  const b = Math.log1p(1 / t);
  const c = (Math.log1p(t) + logDelta) / t;
  const size = a + b + (Math.log1p(t) - logDelta) / t;
  return Math.max(0, a - b - c + EPSILON_MARGIN * size);
}

/** Root of an increasing function of t over 2⁻²⁰⁰ … 2²⁰⁰, by halving the exponent's range. */
function bisect(increasing: (t: number) => number): number {
  let low = -140;
  let high = 140;
  for (let i = 0; i < 80; i += 1) {
    const mid = (low + high) / 2;
    if (increasing(Math.exp(mid)) < 0) low = mid;
    else high = mid;
  }
  return Math.exp(high);
}

function requirePositive(name: string, x: number): void {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) throw fault("DPS-E440", name, "a finite number above 0", String(x), `Give a ${name} above 0.`);
}

function requireDelta(delta: number): void {
  if (!(delta > 0 && delta < 1))
    throw fault("DPS-E441", "delta", "between 0 and 1, both excluded, in a zCDP account", String(delta), "Choose a delta such as 1e-9, or a pure account where delta is 0.");
}
