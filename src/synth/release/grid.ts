import { internal } from "../../base/errors.js";
import { powerOfTen } from "../../base/power-of-ten.js";
import type { Column } from "../../domain/column.js";
import { monthOf, monthStart } from "../../domain/time.js";

/**
 * The values a release may hold in each bin of a column: bin b holds `count[b]` of them, numbered from `first[b]`. In the inner unit of `Bins`, number k
 * stands for `values[k]` where there is such a list, else for k · times + 0 or k / over + 0, one of `times` and `over` being 1. Adding 0 turns −0 into 0, so that equal values have equal bits.
 */
export interface ReleaseGrid {
  readonly first: Float64Array;
  readonly count: Float64Array;
  readonly over: number;
  readonly times: number;
  readonly values: Float64Array | undefined;
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
  if (field.type === "date" && field.dpsynth.granularity !== "day") return monthGrid(bins.edges, field.dpsynth.granularity === "month" ? 1 : 12);
  return { ...wholeGrid(bins.edges, (edge) => Math.floor(edge / bins.step)), over: 1, times: bins.step, values: undefined };
}

/** Months have no step: their first days are listed. */
function monthGrid(edges: Float64Array, months: number): ReleaseGrid {
  const { first, count } = wholeGrid(edges, (edge) => Math.floor(monthOf(edge) / months));
  const [start, last] = [first[0], first.length - 1];
  const values = Float64Array.from({ length: first[last] + count[last] - start }, (_, k) => monthStart((start + k) * months));
  return { first: first.map((k) => k - start), count, over: 1, times: 1, values };
}

/** Bins [edge, next edge) of whole steps; the last edge is exclusive, as `Bins` says. */
function wholeGrid(edges: Float64Array, index: (edge: number) => number): { first: Float64Array; count: Float64Array } {
  const bins = edges.length - 1;
  const first = Float64Array.from({ length: bins }, (_, b) => index(edges[b]));
  const count = Float64Array.from({ length: bins }, (_, b) => Math.max(1, index(edges[b + 1]) - first[b]));
  return { first, count };
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
  return { first, count, over: scale, times: 1, values: undefined };
}

/** Smallest whole k with k/scale ≥ edge, in doubles: a product alone can land one too high (0.1 × 100 is not 10). */
function firstAtLeast(edge: number, scale: number): number {
  let k = Math.round(edge * scale);
  if (k / scale < edge) k += 1;
  else if ((k - 1) / scale >= edge) k -= 1;
  return k;
}
