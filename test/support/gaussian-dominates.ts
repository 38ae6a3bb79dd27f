import { gaussianDivergence, millsRatio, normalDensity } from "../../src/curator/accounting/gaussian-tail.js";

/** Relative, above what Mills' ratios and the chords' values err by where μ ≥ 5·10⁻⁷. */
const MARGIN = 1e-5;

/**
 * Does the curve of N(μ, 1) against N(0, 1) lie above the chords through (e^{s_i}, v_i)? As functions of e^s it is convex, so above each of its tangents; a chord
 * that lies below one tangent at both ends lies below the curve all along.
 *
 * @param s ascending, from 0  @param v values that a convex curve is at most
 */
export function gaussianDominates(mu: number, s: ArrayLike<number>, v: ArrayLike<number>): boolean {
  for (let i = 0; i + 1 < s.length; i += 1) {
    const middle = (s[i] + s[i + 1]) / 2;
    const x = middle / mu + mu / 2; // the tangent's slope in e^s is −P[Z > x]
    const slope = normalDensity(x) * millsRatio(x);
    const at = gaussianDivergence(middle, mu);
    const grown = Math.exp(middle);
    const below = at - grown * Math.expm1(s[i] - middle) * slope;
    const above = at - grown * Math.expm1(s[i + 1] - middle) * slope;
    if (!(below >= v[i] * (1 + MARGIN) && above >= v[i + 1] * (1 + MARGIN))) return false;
  }
  return true;
}
