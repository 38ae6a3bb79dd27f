/** Ways to choose and combine marginals; `auto` chooses one of the others from public facts. */
export const METHODS = ["auto", "mosaic", "aim", "privbayes", "mst", "independent"] as const;
export type MethodName = (typeof METHODS)[number];
export type Method = Exclude<MethodName, "auto">;

/** How a fit's ε is priced: by ρ, which adds across fits, or by privacy loss distributions, where its looks are fixed beforehand. */
export const ACCOUNTINGS = ["zcdp", "pld"] as const;
export type Accounting = (typeof ACCOUNTINGS)[number];
