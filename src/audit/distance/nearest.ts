import type { Progress } from "../../domain/progress.js";
import { groupRows, withNullFlags } from "./groups.js";
import { type Kernel, kernelAvailable, openKernel } from "./kernel.js";
import type { MixedTable } from "./mixed.js";
import { type Neighbours, nearestPlain } from "./plain.js";

/** Categorical columns (with null flags) that a byte-wise mismatch count can hold. */
const MAX_CATEGORICAL = 255;
/** Rows of a group are compared 4 at a time in 32-bit floats of unit roundoff 2⁻²⁴. */
const FLOAT_STEP = 1 / 8_388_608;

export interface NearestOptions {
  /** Order among references at equal distance, a permutation; file order where absent. */
  readonly ranks?: Uint32Array;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * Exact k nearest references of each query under {@link mixedDistance}: the SIMD kernel, or the plain twin where WebAssembly SIMD
 * is missing or the table has more than 255 categorical columns. Both give the same bits.
 * @pre both tables have the same columns, scaled by the same ranges; k ≥ 1
 */
export function nearest(queries: MixedTable, references: MixedTable, k: number, options: NearestOptions = {}): Neighbours {
  const ranks = options.ranks ?? Uint32Array.from({ length: references.rows }, (_, i) => i);
  const [left, right] = withNullFlags(queries, references);
  if (queries.rows === 0 || references.rows === 0 || left.length > MAX_CATEGORICAL || !kernelAvailable()) return nearestPlain(queries, references, ranks, k);
  const { order, starts } = groupRows(references.rows, right, ranks);
  const search = loadKernel(openKernel(), { queries, references, left, right, order, starts, ranks }, k);
  const step = 1000;
  for (let from = 0; from < queries.rows; from += step) {
    search.run(from, Math.min(queries.rows, from + step));
    options.progress?.(Math.min(queries.rows, from + step), queries.rows);
  }
  const { distances, places } = search.read();
  return { k, distances, rows: places.map((place) => (place < 0 ? -1 : order[place])) };
}

/** Adapter of {@link Progress} to one named search. */
export function stage(progress: Progress | undefined, name: string): ((done: number, total: number) => void) | undefined {
  return progress === undefined ? undefined : (done, total) => progress(name, done, total);
}

/** Both sides of a search, references in the order of their groups. */
interface Sides {
  readonly queries: MixedTable;
  readonly references: MixedTable;
  /** Categorical columns with null flags. */
  readonly left: readonly ArrayLike<number>[];
  readonly right: readonly ArrayLike<number>[];
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
  readonly ranks: Uint32Array;
}

interface Search {
  run(from: number, to: number): void;
  read(): { distances: Float64Array; places: Int32Array };
}

/** Write both sides into the kernel's memory. */
function loadKernel(kernel: Kernel, sides: Sides, k: number): Search {
  const { queries, references, right, starts } = sides;
  const numeric = references.numeric.length;
  const widths = right.map((column, c) => byteWidth(column, sides.left[c]));
  const planes = widths.reduce((a, b) => a + b, 0);
  const paddedGroups = (starts.length + 14) & ~15;
  const paddedRows = (references.rows + 3) & ~3;
  const at = {
    queryBytes: kernel.reserve(queries.rows * planes),
    queryNumbers: kernel.reserve(queries.rows * numeric * 8),
    queryFloats: kernel.reserve(queries.rows * numeric * 4),
    planeEnds: kernel.reserve(planes),
    groupBytes: kernel.reserve(planes * paddedGroups),
    groupStarts: kernel.reserve((paddedGroups + 1) * 4),
    rowFloats: kernel.reserve(numeric * paddedRows * 4),
    rowNumbers: kernel.reserve(references.rows * numeric * 8),
    rowRanks: kernel.reserve(references.rows * 4),
    counts: kernel.reserve(paddedGroups),
    splats: kernel.reserve(16 * Math.max(1, planes)),
    outDistances: kernel.reserve(queries.rows * k * 8),
    outRows: kernel.reserve(queries.rows * k * 4),
  };
  const memory = kernel.commit();
  loadPlanes(new Uint8Array(memory), at, sides, widths, planes, paddedGroups);
  new Uint32Array(memory, at.groupStarts, paddedGroups + 1).fill(references.rows).set(starts);
  const rowRanks = new Uint32Array(memory, at.rowRanks, references.rows);
  for (let place = 0; place < references.rows; place += 1) rowRanks[place] = sides.ranks[sides.order[place]];
  let reach = 1;
  for (let j = 0; j < numeric; j += 1) reach = Math.max(reach, loadNumbers(memory, at, queries.numeric[j], references.numeric[j], sides.order, j, numeric, paddedRows));
  const slack = (numeric + 2) * (numeric + 4) * FLOAT_STEP * reach;
  // biome-ignore format: one line per kind of argument, in the kernel's order
  kernel.exports.layout(
    at.queryBytes, at.queryNumbers, at.queryFloats, planes, at.planeEnds, right.length, numeric,
    at.groupBytes, paddedGroups, at.groupStarts, at.rowFloats, paddedRows, at.rowNumbers, at.rowRanks,
    k, slack, at.counts, at.splats, at.outDistances, at.outRows,
  );
  return {
    run: (from, to) => kernel.exports.search(from, to),
    read: () => ({ distances: new Float64Array(memory, at.outDistances, queries.rows * k).slice(), places: new Int32Array(memory, at.outRows, queries.rows * k).slice() }),
  };
}

/** Categorical codes as byte planes: row-major for queries, one byte a group for references. */
function loadPlanes(bytes: Uint8Array, at: { queryBytes: number; groupBytes: number; planeEnds: number }, sides: Sides, widths: readonly number[], planes: number, paddedGroups: number): void {
  const { left, right, order, starts } = sides;
  let plane = 0;
  for (let c = 0; c < right.length; c += 1) {
    for (let w = 0; w < widths[c]; w += 1, plane += 1) {
      const shift = 8 * w;
      for (let q = 0; q < sides.queries.rows; q += 1) bytes[at.queryBytes + q * planes + plane] = (left[c][q] >>> shift) & 255;
      for (let g = 0; g + 1 < starts.length; g += 1) bytes[at.groupBytes + plane * paddedGroups + g] = (right[c][order[starts[g]]] >>> shift) & 255;
    }
    bytes[at.planeEnds + plane - 1] = 1;
  }
}

/** One numeric column on both sides, exact and as centred floats. Returns the largest magnitude among the floats. */
function loadNumbers(
  memory: ArrayBuffer,
  at: { queryNumbers: number; queryFloats: number; rowNumbers: number; rowFloats: number },
  left: Float64Array,
  right: Float64Array,
  order: Uint32Array,
  j: number,
  numeric: number,
  paddedRows: number,
): number {
  const rowNumbers = new Float64Array(memory, at.rowNumbers, right.length * numeric);
  const rowFloats = new Float32Array(memory, at.rowFloats + j * paddedRows * 4, paddedRows);
  const queryNumbers = new Float64Array(memory, at.queryNumbers, left.length * numeric);
  const queryFloats = new Float32Array(memory, at.queryFloats, left.length * numeric);
  let origin = Number.POSITIVE_INFINITY;
  for (let i = 0; i < right.length; i += 1) if (right[i] < origin) origin = right[i];
  if (origin === Number.POSITIVE_INFINITY) origin = 0;
  let reach = 0;
  for (let place = 0; place < right.length; place += 1) {
    const x = right[order[place]];
    rowNumbers[place * numeric + j] = x;
    rowFloats[place] = x - origin;
    if (Math.abs(x - origin) > reach) reach = Math.abs(x - origin);
  }
  for (let q = 0; q < left.length; q += 1) {
    const x = left[q];
    queryNumbers[q * numeric + j] = x;
    queryFloats[q * numeric + j] = x - origin;
    if (Math.abs(x - origin) > reach) reach = Math.abs(x - origin);
  }
  return reach;
}

/** Bytes that tell all codes of a categorical column apart. */
function byteWidth(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let top = 0;
  for (const column of [a, b]) for (let i = 0; i < column.length; i += 1) if (column[i] > top) top = column[i];
  return top < 256 ? 1 : top < 65_536 ? 2 : top < 16_777_216 ? 3 : 4;
}
