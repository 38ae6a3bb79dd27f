/** Ways to choose and combine marginals; `auto` chooses one of the others from public facts. */
export const METHODS = ["auto", "mosaic", "aim", "privbayes", "mst", "independent"] as const;
export type MethodName = (typeof METHODS)[number];
export type Method = Exclude<MethodName, "auto">;

/**
 * How a fit's ε is priced: by ρ of zCDP, which adds across fits; or alone, by privacy loss distributions where its looks are fixed beforehand, by Gaussian
 * differential privacy where they are not. `auto` prices alone a fit that takes the whole of a budget nobody has drawn on.
 */
export const ACCOUNTINGS = ["auto", "zcdp", "pld", "gdp"] as const;
export type AccountingName = (typeof ACCOUNTINGS)[number];
export type Accounting = Exclude<AccountingName, "auto">;
