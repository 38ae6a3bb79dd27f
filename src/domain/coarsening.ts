/** A public map of a column's codes, or of a table's cells, onto fewer. Many-to-one, total: it changes no sensitivity. */
export interface Coarsening {
  /** Number of coarse codes. */
  readonly size: number;
  /** `of[code]` is the coarse code, for every code. */
  readonly of: Uint32Array;
}

/** The resolution at which each column is looked at; undefined is full resolution. One entry per domain column. */
export type View = readonly (Coarsening | undefined)[];

/** Sizes of all columns under a view. */
export function viewSizes(sizes: readonly number[], view: View | undefined): number[] {
  return sizes.map((size, i) => view?.[i]?.size ?? size);
}

/** Values of codes, or of a table's cells, summed by the part that they belong to; as they are where there is no partition. */
export function sumParts(counts: Float64Array, partition: Coarsening | undefined): Float64Array {
  if (partition === undefined) return counts;
  const { size, of } = partition;
  const out = new Float64Array(size);
  for (let cell = 0; cell < of.length; cell += 1) out[of[cell]] += counts[cell];
  return out;
}

/** Each code's share of its coarse code's weight; of the codes' number where they weigh nothing together. */
export function sharesWithin(weights: Float64Array, coarse: Coarsening): Float64Array {
  const [whole, members] = [sumParts(weights, coarse), membersOf(coarse)];
  return Float64Array.from(coarse.of, (g, code) => (whole[g] > 0 ? weights[code] / whole[g] : 1 / members[g]));
}

/** How many codes each coarse code stands for. */
export function membersOf({ size, of }: Coarsening): Uint32Array {
  const members = new Uint32Array(size);
  for (const coarse of of) members[coarse] += 1;
  return members;
}
