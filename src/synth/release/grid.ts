import { internal } from "../../base/errors.js";
import type { Column } from "../../domain/column.js";
import { monthOf, monthStart } from "../../domain/time.js";

/**
 * The values a release may hold in each bin of a column: bin b holds `count[b]` of them, numbered from `first[b]`, and
 * number k stands for the value `value(k)`, in the inner unit of `Bins`.
 */
export interface ReleaseGrid {
  readonly first: Float64Array;
  readonly count: Float64Array;
  value(k: number): number;
}

/**
 * The grid of a binned column: multiples of 10⁻ᵈ for numbers of d decimals, else whole steps of the column's granularity. A bin of a number
 * narrower than the decimals holds the one multiple nearest to its middle. Plus, minus, times, divide and compare only: the
 * same doubles on every Node.
 */
export function releaseGrid(column: Column): ReleaseGrid {
  const { field, bins } = column;
  if (bins === undefined) throw internal("a column without bins has no grid");
  if (field.type === "number") return decimalGrid(bins.edges, field.dpsynth.decimals);
  if (field.type === "date" && field.dpsynth.granularity !== "day") {
    const months = field.dpsynth.granularity === "month" ? 1 : 12;
    return wholeGrid(
      bins.edges,
      (edge) => Math.floor(monthOf(edge) / months),
      (k) => monthStart(k * months),
    );
  }
  const { step } = bins;
  return wholeGrid(
    bins.edges,
    (edge) => Math.floor(edge / step),
    (k) => k * step,
  );
}

/** 10ᵈ, exactly, 0 ≤ d ≤ 22, by products. */
function powerOfTen(d: number): number {
  let scale = 1;
  for (let i = 0; i < d; i += 1) scale *= 10;
  return scale;
}

/** Bins [edge, next edge) of whole steps; the last edge is exclusive, as `Bins` says. */
function wholeGrid(edges: Float64Array, index: (edge: number) => number, value: (k: number) => number): ReleaseGrid {
  const bins = edges.length - 1;
  const first = Float64Array.from({ length: bins }, (_, b) => index(edges[b]));
  const count = Float64Array.from({ length: bins }, (_, b) => Math.max(1, index(edges[b + 1]) - first[b]));
  return { first, count, value };
}

/** Bins [edge, next edge), the last one closed, of the multiples k/scale. */
function decimalGrid(edges: Float64Array, decimals: number): ReleaseGrid {
  const scale = powerOfTen(decimals);
  const bins = edges.length - 1;
  const first = new Float64Array(bins);
  const count = new Float64Array(bins);
  for (let b = 0; b < bins; b += 1) {
    const from = firstAtLeast(edges[b], scale);
    const to = firstAtLeast(edges[b + 1], scale);
    const end = b === bins - 1 && to / scale === edges[b + 1] ? to + 1 : to;
    first[b] = end > from ? from : Math.round((edges[b] / 2 + edges[b + 1] / 2) * scale);
    count[b] = Math.max(1, end - from);
  }
  // Adding 0 turns −0 into 0, so that equal values have equal bits.
  return { first, count, value: (k) => k / scale + 0 };
}

/** Smallest whole k with k/scale ≥ edge, in doubles: a product alone can land one too high (0.1 × 100 is not 10). */
function firstAtLeast(edge: number, scale: number): number {
  let k = Math.round(edge * scale);
  if (k / scale < edge) k += 1;
  else if ((k - 1) / scale >= edge) k -= 1;
  return k;
}
