import type { ModelFile } from "../../formats/model.js";
import { type Codes, type Groups, groupsBy } from "./groups.js";
import { MOST_WEIGHT, type Shares, sharesOf } from "./rounding.js";

/** One step of the sampler: rows grouped by known columns get the codes of new ones. */
export interface Step {
  readonly groups: Groups;
  /** Group-major: group g has the cells [offsets[g], offsets[g + 1]), or `most` cells each where there are no offsets. */
  readonly shares: Shares;
  readonly sums: Float64Array;
  readonly offsets: Uint32Array | undefined;
  readonly most: number;
  /** Cells have labels below this: their number in their group, or in the whole table where there are offsets. */
  readonly labels: number;
  /** Where the codes of a new column go, and its code by label. */
  readonly added: readonly { readonly target: Codes; readonly codes: Codes }[];
}

interface Axis {
  readonly column: number;
  readonly size: number;
  /** In the clique's table. */
  readonly stride: number;
}

/** The steps of the junction tree, clique by clique: each adds the columns that no earlier clique has, into `targets`. Equal separators share their groups. */
export function treeSteps(model: ModelFile, columns: readonly string[], targets: readonly Codes[], known: Map<string, Groups>): Step[] {
  const index = new Map(columns.map((name, i) => [name, i]));
  const done = new Set<string>();
  return model.cliques.map((clique) => {
    const axes = axesOf(clique, index);
    const separator = axes.filter((_, i) => done.has(clique.columns[i]));
    const fresh = axes.filter((_, i) => !done.has(clique.columns[i]));
    for (const name of clique.columns) done.add(name);
    const groups = sharedGroups(separator, known);
    const cells = product(fresh);
    const weights = grouped(exactWeights(clique.weights), offsetsOf(separator), offsetsOf(fresh));
    const sums = sumsOf(weights, groups.count, cells);
    fillEmptyGroups(weights, sums, cells);
    return { groups, shares: sharesOf(weights), sums, offsets: undefined, most: cells, labels: cells, added: fresh.map((axis, i) => addedBy(fresh, i, cells, targets[axis.column])) };
  });
}

/** The step that spreads a column's compressed codes over the codes they stand for. */
export function spreadStep(expansion: ModelFile["expansions"][string], column: number, target: Codes, known: Map<string, Groups>): Step {
  const offsets = new Uint32Array(expansion.length + 1);
  expansion.forEach((e, g) => {
    offsets[g + 1] = offsets[g] + e.codes.length;
  });
  const parts = expansion.map((e) => exactWeights(e.weights.some((w) => w > 0) ? e.weights : e.codes.map(() => 1)));
  const weights = new Float64Array(offsets[expansion.length]);
  parts.forEach((part, g) => {
    weights.set(part, offsets[g]);
  });
  const sums = Float64Array.from(parts, (part) => part.reduce((s, w) => s + w, 0));
  const codes = likewise(target, weights.length);
  codes.set(expansion.flatMap((e) => e.codes));
  const most = expansion.reduce((a, e) => Math.max(a, e.codes.length), 1);
  return { groups: sharedGroups([{ column, size: expansion.length }], known), shares: sharesOf(weights), sums, offsets, most, labels: weights.length, added: [{ target, codes }] };
}

function axesOf(clique: ModelFile["cliques"][number], index: ReadonlyMap<string, number>): Axis[] {
  let stride = 1;
  const axes: Axis[] = [];
  for (let i = clique.columns.length - 1; i >= 0; i -= 1) {
    axes.unshift({ column: index.get(clique.columns[i]) as number, size: clique.shape[i], stride });
    stride *= clique.shape[i];
  }
  return axes;
}

function product(axes: readonly Axis[]): number {
  return axes.reduce((p, a) => p * a.size, 1);
}

function sharedGroups(separator: readonly { readonly column: number; readonly size: number }[], known: Map<string, Groups>): Groups {
  const key = separator.map((a) => a.column).join();
  const groups = known.get(key) ?? groupsBy(separator);
  known.set(key, groups);
  return groups;
}

/** Where each combination of the axes stands in the clique's table, the last axis varying fastest. */
function offsetsOf(axes: readonly Axis[]): Float64Array {
  let offsets = new Float64Array(1);
  for (const { size, stride } of axes) {
    const longer = new Float64Array(offsets.length * size);
    for (let k = 0; k < longer.length; k += 1) longer[k] = offsets[Math.floor(k / size)] + (k % size) * stride;
    offsets = longer;
  }
  return offsets;
}

function grouped(weights: Float64Array, groups: Float64Array, cells: Float64Array): Float64Array {
  const out = new Float64Array(weights.length);
  for (let g = 0, k = 0; g < groups.length; g += 1) for (let r = 0; r < cells.length; r += 1, k += 1) out[k] = weights[groups[g] + cells[r]];
  return out;
}

function sumsOf(weights: Float64Array, groups: number, cells: number): Float64Array {
  return Float64Array.from({ length: groups }, (_, g) => weights.subarray(g * cells, (g + 1) * cells).reduce((s, w) => s + w, 0));
}

/** Halved until they may be summed and shared out exactly; a fit's own weights, out of 2³², already are. */
function exactWeights(weights: readonly number[]): Float64Array {
  const exact = Float64Array.from(weights);
  while (exact.reduce((s, w) => s + w, 0) > MOST_WEIGHT) for (let i = 0; i < exact.length; i += 1) exact[i] = Math.floor(exact[i] / 2);
  return exact;
}

/** A group the model thinks impossible may still hold a row by rounding: it then follows the other groups' sum. */
function fillEmptyGroups(weights: Float64Array, sums: Float64Array, cells: number): void {
  const pooled = new Float64Array(cells);
  for (let k = 0; k < weights.length; k += 1) pooled[k % cells] += weights[k];
  const sum = pooled.reduce((s, v) => s + v, 0);
  for (let g = 0; g < sums.length; g += 1) {
    if (sums[g] > 0) continue;
    if (sum > 0) weights.set(pooled, g * cells);
    else weights.fill(1, g * cells, (g + 1) * cells);
    sums[g] = sum > 0 ? sum : cells;
  }
}

function addedBy(fresh: readonly Axis[], i: number, cells: number, target: Codes): { target: Codes; codes: Codes } {
  const codes = likewise(target, cells);
  const below = product(fresh.slice(i + 1));
  for (let r = 0; r < cells; r += 1) codes[r] = Math.floor(r / below) % fresh[i].size;
  return { target, codes };
}

function likewise(target: Codes, length: number): Codes {
  return target instanceof Uint8Array ? new Uint8Array(length) : target instanceof Uint16Array ? new Uint16Array(length) : new Uint32Array(length);
}
