import { type Rational, toDouble } from "../../base/rational.js";
import { discreteGaussianSampler, type GaussianSampler, oneByOne, REACH } from "./discrete-gaussian-table.js";

/**
 * Exact draws of N_ℤ(0, σ²) in the cheaper way: one by one until as many were asked for as a table would have entries,
 * which is about when it has paid for itself. Both ways have the same law; which is taken depends on numbers of cells alone.
 */
export function gaussianSampler(sigma2: Rational): GaussianSampler {
  const entries = REACH * Math.sqrt(toDouble(sigma2));
  const plain = oneByOne(sigma2);
  let asked = 0;
  let table: GaussianSampler | undefined;
  return (counts, bits) => {
    asked += counts.length;
    if (table === undefined && asked >= entries) table = discreteGaussianSampler(sigma2);
    (table ?? plain)(counts, bits);
  };
}
