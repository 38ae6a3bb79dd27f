import { type Features, frequentCodes } from "./features.js";

/** Bins of one feature; every value falls into one of at most 256. */
export const MOST_BINS = 256;

/** How one column becomes bytes, fixed on the training rows. */
export interface Binner {
  readonly ordered: boolean;
  readonly bins: number;
  apply(features: Features): Uint8Array;
}

/** One binner per column: quantile bins for numbers (bin 0 is null), the most frequent codes for categories (the rest last). */
export function fitBinners(features: Features): Binner[] {
  return [
    ...features.numeric.map((column, j): Binner => {
      const cuts = quantileCuts(column);
      return { ordered: true, bins: cuts.length + 2, apply: (of) => Uint8Array.from(of.numeric[j], (x) => (Number.isNaN(x) ? 0 : 1 + cutsBelow(cuts, x))) };
    }),
    ...features.categorical.map(({ codes, size }, j): Binner => {
      const index = frequentCodes(codes, size, MOST_BINS - 1);
      const rest = Math.min(size, MOST_BINS - 1);
      return {
        ordered: false,
        bins: rest + 1,
        apply: (of) => Uint8Array.from({ length: of.rows }, (_, i) => (index[of.categorical[j].codes[i]] < 0 ? rest : index[of.categorical[j].codes[i]])),
      };
    }),
  ];
}

/** Up to 254 ascending cuts between values, at quantiles where the values are more. */
function quantileCuts(column: Float64Array): Float64Array {
  const sorted = column.filter((x) => !Number.isNaN(x)).sort();
  const distinct = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1]);
  if (distinct.length <= MOST_BINS - 2) return distinct.slice(1).map((x, i) => (x + distinct[i]) / 2);
  const cuts = Float64Array.from({ length: MOST_BINS - 2 }, (_, b) => sorted[Math.floor(((b + 1) * sorted.length) / (MOST_BINS - 1))]);
  return cuts.filter((x, i) => i === 0 || x !== cuts[i - 1]);
}

/** Number of cuts below x. */
function cutsBelow(cuts: Float64Array, x: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (cuts[mid] < x) low = mid + 1;
    else high = mid;
  }
  return low;
}
