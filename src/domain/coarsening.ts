/** A public map of a column's codes onto fewer codes. Many-to-one, total: it changes no sensitivity. */
export interface Coarsening {
  /** Number of coarse codes. */
  readonly size: number;
  /** `of[code]` is the coarse code, for every code of the column. */
  readonly of: Uint32Array;
}

/** The resolution at which each column is looked at; undefined is full resolution. One entry per domain column. */
export type View = readonly (Coarsening | undefined)[];

/** Sizes of all columns under a view. */
export function viewSizes(sizes: readonly number[], view: View | undefined): number[] {
  return sizes.map((size, i) => view?.[i]?.size ?? size);
}
