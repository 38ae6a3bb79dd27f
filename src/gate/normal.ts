import jstat from "jstat";

/** Φ⁻¹(p), the standard normal quantile; absolute error below 1e-9. NaN outside (0, 1), so that every later comparison fails. */
export function normalQuantile(p: number): number {
  return p > 0 && p < 1 ? jstat.jStat.normal.inv(p, 0, 1) : Number.NaN;
}
