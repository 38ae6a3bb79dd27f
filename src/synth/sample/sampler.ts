import { type SeededBits, seededBits } from "../../base/random.js";
import type { ModelFile } from "../../formats/model.js";
import { CHUNK_ROWS } from "../release/chunk.js";
import { apportion } from "./rounding.js";

type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Rows from a model, chunk by chunk: a pure function of (model, seed). */
export interface Sampler {
  /** Codes of each learned column for the next `rows` ≤ CHUNK_ROWS rows. The arrays are reused by the next call. */
  next(rows: number): readonly Codes[];
}

interface Step {
  /** Columns known from earlier steps, their stride in the group number. */
  readonly separator: readonly { readonly column: number; readonly stride: number }[];
  readonly groups: number;
  /** Columns this step adds: code = floor(cell / stride) mod size. */
  readonly added: readonly { readonly column: number; readonly stride: number; readonly size: number }[];
  readonly cells: number;
  /** Weights and rows given so far, group-major. */
  readonly weights: Float64Array;
  readonly given: Float64Array;
  readonly sums: Float64Array;
  readonly seen: Float64Array;
}

/**
 * Down the junction tree, clique by clique: rows are grouped by what the separator already holds, each group's rows are
 * apportioned to the cells of the new columns (see {@link apportion}) and shuffled within the group, so that siblings
 * with equal parents stay independent. Compressed codes then spread over the codes they stand for.
 */
export function sampler(model: ModelFile, columns: readonly string[], sizes: readonly number[], seed: string): Sampler {
  const steps = stepsOf(model, columns);
  const coarse = columns.map((name) => narrow(model.expansions[name].length));
  const spreads = columns.map((name) => spreadOf(model.expansions[name]));
  const out = sizes.map(narrow);
  const work = { order: new Uint16Array(CHUNK_ROWS), group: new Uint32Array(CHUNK_ROWS), take: new Float64Array(1) };
  const bits = seededBits(`rows ${seed}`);
  return {
    next(rows) {
      for (const step of steps) runStep(step, rows, coarse, work, bits);
      columns.forEach((_, c) => {
        expand(spreads[c], coarse[c], rows, out[c], work, bits);
      });
      return out.map((codes) => codes.subarray(0, rows));
    },
  };
}

/** A chunk of codes in the narrowest array that holds them: a chunk's working set should stay in cache. */
function narrow(size: number): Codes {
  return size <= 256 ? new Uint8Array(CHUNK_ROWS) : size <= 65_536 ? new Uint16Array(CHUNK_ROWS) : new Uint32Array(CHUNK_ROWS);
}

function stepsOf(model: ModelFile, columns: readonly string[]): Step[] {
  const index = new Map(columns.map((name, i) => [name, i]));
  const known = new Set<string>();
  return model.cliques.map((clique) => {
    const stride = new Array<number>(clique.columns.length);
    let total = 1;
    for (let i = clique.columns.length - 1; i >= 0; i -= 1) {
      stride[i] = total;
      total *= clique.shape[i];
    }
    const place = (wanted: boolean): { column: number; stride: number; size: number; in: number }[] => {
      const axes = clique.columns.flatMap((name, i) => (known.has(name) === wanted ? [{ column: index.get(name) as number, stride: 1, size: clique.shape[i], in: stride[i] }] : []));
      for (let i = axes.length - 2; i >= 0; i -= 1) axes[i].stride = axes[i + 1].stride * axes[i + 1].size;
      return axes;
    };
    const separator = place(true);
    const added = place(false);
    for (const name of clique.columns) known.add(name);
    const groups = separator.reduce((p, a) => p * a.size, 1);
    const cells = added.reduce((p, a) => p * a.size, 1);
    const weights = new Float64Array(total);
    const sums = new Float64Array(groups);
    for (let g = 0; g < groups; g += 1) {
      for (let r = 0; r < cells; r += 1) {
        let cell = 0;
        for (const a of separator) cell += (Math.floor(g / a.stride) % a.size) * a.in;
        for (const a of added) cell += (Math.floor(r / a.stride) % a.size) * a.in;
        weights[g * cells + r] = clique.weights[cell];
        sums[g] += clique.weights[cell];
      }
    }
    fillEmptyGroups(weights, sums, groups, cells);
    return { separator, groups, added, cells, weights, given: new Float64Array(total), sums, seen: new Float64Array(groups) };
  });
}

/** A group the model thinks impossible may still hold a row by rounding: it then follows the other groups' sum. */
function fillEmptyGroups(weights: Float64Array, sums: Float64Array, groups: number, cells: number): void {
  const pooled = new Float64Array(cells);
  for (let g = 0; g < groups; g += 1) for (let r = 0; r < cells; r += 1) pooled[r] += weights[g * cells + r];
  const sum = pooled.reduce((s, v) => s + v, 0);
  for (let g = 0; g < groups; g += 1) {
    if (sums[g] > 0) continue;
    for (let r = 0; r < cells; r += 1) weights[g * cells + r] = sum > 0 ? pooled[r] : 1;
    sums[g] = sum > 0 ? sum : cells;
  }
}

interface Work {
  /** Row numbers of a chunk: below 65,536. */
  readonly order: Uint16Array;
  readonly group: Uint32Array;
  take: Float64Array;
}

function runStep(step: Step, rows: number, codes: readonly Codes[], work: Work, bits: SeededBits): void {
  const { groups, cells, added } = step;
  const starts = groupRows(step, rows, codes, work);
  if (work.take.length < cells) work.take = new Float64Array(cells);
  const { order, take } = work;
  for (let g = 0; g < groups; g += 1) {
    const from = starts[g];
    const n = starts[g + 1] - from;
    if (n === 0) continue;
    apportion(step.weights, step.sums[g], step.given, g * cells, cells, step.seen[g], n, take, bits);
    step.seen[g] += n;
    bits.shuffle(order, from, n);
    let at = from;
    for (let r = 0; r < cells; r += 1) {
      if (take[r] === 0) continue;
      const end = at + take[r];
      for (const { column, stride, size } of added) {
        const code = Math.floor(r / stride) % size;
        put(codes[column], order, at, end, code);
      }
      at = end;
    }
  }
}

function put(target: Codes, order: Uint16Array, from: number, to: number, code: number): void {
  for (let i = from; i < to; i += 1) target[order[i]] = code;
}

/** Counting sort of row numbers by their separator cell; returns each group's start in `work.order`. */
function groupRows(step: Step, rows: number, codes: readonly Codes[], work: Work): Uint32Array {
  const { order } = work;
  const starts = new Uint32Array(step.groups + 1);
  const group = step.separator.length === 1 ? codes[step.separator[0].column] : groupNumbers(step, rows, codes, work);
  for (let i = 0; i < rows; i += 1) starts[group[i] + 1] += 1;
  for (let g = 0; g < step.groups; g += 1) starts[g + 1] += starts[g];
  const next = starts.slice();
  for (let i = 0; i < rows; i += 1) order[next[group[i]]++] = i;
  return starts;
}

function groupNumbers(step: Step, rows: number, codes: readonly Codes[], { group }: Work): Uint32Array {
  group.fill(0, 0, rows);
  for (const { column, stride } of step.separator) {
    const source = codes[column];
    for (let i = 0; i < rows; i += 1) group[i] += source[i] * stride;
  }
  return group;
}

interface Spread {
  /** Coarse codes that stand for one code: that code; others −1. */
  readonly single: Int32Array;
  readonly many: readonly { readonly coarse: number; readonly codes: readonly number[]; readonly weights: Float64Array; readonly sum: number; readonly given: Float64Array; seen: number }[];
}

function spreadOf(expansion: ModelFile["expansions"][string]): Spread {
  const single = Int32Array.from(expansion, (e) => (e.codes.length === 1 ? e.codes[0] : -1));
  const many = expansion.flatMap((e, coarse) => {
    if (e.codes.length === 1) return [];
    const positive = e.weights.some((w) => w > 0);
    const weights = Float64Array.from(e.codes, (_, i) => (positive ? e.weights[i] : 1));
    return [{ coarse, codes: e.codes, weights, sum: weights.reduce((s, v) => s + v, 0), given: new Float64Array(weights.length), seen: 0 }];
  });
  return { single, many };
}

function expand(spread: Spread, coarse: Codes, rows: number, out: Codes, work: Work, bits: SeededBits): void {
  const { single } = spread;
  const waiting = work.group;
  let pending = 0;
  for (let i = 0; i < rows; i += 1) {
    const code = single[coarse[i]];
    if (code < 0) waiting[pending++] = i;
    else out[i] = code;
  }
  for (const group of spread.many) {
    let n = 0;
    for (let i = 0; i < pending; i += 1) if (coarse[waiting[i]] === group.coarse) work.order[n++] = waiting[i];
    if (n === 0) continue;
    if (work.take.length < group.codes.length) work.take = new Float64Array(group.codes.length);
    apportion(group.weights, group.sum, group.given, 0, group.codes.length, group.seen, n, work.take, bits);
    group.seen += n;
    bits.shuffle(work.order, 0, n);
    let at = 0;
    group.codes.forEach((code, r) => {
      for (const end = at + work.take[r]; at < end; at += 1) out[work.order[at]] = code;
    });
  }
}
