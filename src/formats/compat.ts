/** Other tools whose scores an audit can give: SDMetrics, and NIST's k-marginal. */
export const COMPAT = ["sdmetrics", "nist"] as const;
export type Compat = (typeof COMPAT)[number];
