/** Ways to choose and combine marginals; `auto` chooses one of the others from public facts. */
export const METHODS = ["auto", "mosaic", "aim", "privbayes", "mst", "independent"] as const;
export type MethodName = (typeof METHODS)[number];
export type Method = Exclude<MethodName, "auto">;
