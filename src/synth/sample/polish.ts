import { kernelBeside } from "../../base/kernel.js";
import { seededBits } from "../../base/random.js";
import type { ModelFile } from "../../formats/model.js";
import { CHUNK_ROWS } from "../release/chunk.js";
import type { Codes } from "./groups.js";
import { type PairTarget, type Polished, pairTargets } from "./pair-targets.js";
import { plainSwaps, type SwapKernel } from "./swap-plain.js";

/** Moves a chunk's rows towards what the model says of every pair of columns. */
export type Polish = (codes: readonly Codes[], rows: number) => void;

/** Moves proposed for each row, in batches; a batch that keeps few ends a chunk. */
const BATCH = 25;
const BATCHES_MAX = 24;
const KEPT_MIN = 0.02;
/** Places among which pairs are drawn, shared out anew for each batch in proportion to squared residuals. */
const SLOTS = 1 << 18;

/** Columns with more values than this, or the longest where all tables together had too many cells, are seen by the model's codes. */
const FULL_MAX = 1024;
const CELLS_MAX = 1 << 26;

export function polishedColumns(model: ModelFile, columns: readonly string[], sizes: readonly number[]): Polished[] {
  const full = columns.map((_, c) => sizes[c] <= FULL_MAX);
  const sizeOf = (c: number): number => (full[c] ? sizes[c] : model.expansions[columns[c]].length);
  const cells = (): number => columns.reduce((sum, _, c) => sum + sizeOf(c), 0) ** 2 / 2;
  for (const c of [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a])) if (cells() > CELLS_MAX) full[c] = false;
  return columns.map((name, c) => ({ name, full: full[c], size: sizeOf(c) }));
}

/**
 * Greedy moves: two rows exchange their values of one column, or one takes the other's, where the sum over pairs of squared
 * residuals (rows so far − target) falls. Pairs are tried in proportion to their squared residuals, rows where that pair
 * is overfull. Pairs that the model's tree could not hold are imposed here, and what rounding did to the others is mended.
 * @param plain use the plain twin, for judging
 * @cite docs/notes/mosaic.md
 */
export function polisher(model: ModelFile, columns: readonly Polished[], seed: string, plain = false): Polish {
  const d = columns.length;
  const targets = pairTargets(model, columns);
  const { layout, bytes } = layOut(targets, columns);
  const at = { layout: 16, tables: 16 + align(layout.byteLength), choices: 16 + align(layout.byteLength) + align(bytes), rows: 16 + align(layout.byteLength) + align(bytes) + 4 * SLOTS };
  const { memory, kernel } = open(at.rows + 2 * CHUNK_ROWS * d, plain);
  const choices = new Uint32Array(memory, at.choices, SLOTS);
  new Uint32Array(memory, at.layout, layout.length).set(layout);
  const residuals = targets.map(({ pair, shares }) => new Float32Array(memory, at.tables + layout[(pair[0] * d + pair[1]) * 3], shares.length));
  const held = new Uint16Array(memory, at.rows, CHUNK_ROWS * d);
  const bits = seededBits(`swaps ${seed}`);
  kernel.seed(bits.uint32(), bits.uint32(), bits.uint32(), 1);
  return (codes, rows) => {
    codes.forEach((column, c) => {
      for (let i = 0; i < rows; i += 1) held[i * d + c] = column[i];
    });
    targets.forEach(({ pair: [a, b], shares }, i) => {
      const table = residuals[i];
      for (let cell = 0; cell < table.length; cell += 1) table[cell] -= rows * shares[cell];
      const [x, y, size] = [codes[a], codes[b], columns[b].size];
      for (let row = 0; row < rows; row += 1) table[x[row] * size + y[row]] += 1;
    });
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const slots = fillChoices(choices, residuals, targets, d);
      if (kernel.swaps(at.rows, rows, d, at.tables, at.layout, BATCH * rows, at.choices, slots) < KEPT_MIN * rows) break;
    }
    codes.forEach((column, c) => {
      for (let i = 0; i < rows; i += 1) column[i] = held[i * d + c];
    });
  };
}

/** Each pair, in both directions, as often as its share of all squared residuals asks. Returns the places filled. */
function fillChoices(choices: Uint32Array, residuals: readonly Float32Array[], targets: readonly PairTarget[], d: number): number {
  const squares = residuals.map((table) => {
    let sum = 0;
    for (const v of table) sum += v * v;
    return sum;
  });
  const all = squares.reduce((s, v) => s + v, 0);
  const places = choices.length / 2 - targets.length;
  let next = 0;
  targets.forEach(({ pair: [a, b] }, i) => {
    const end = next + 2 * (1 + (all > 0 ? Math.floor((squares[i] / all) * places) : 0));
    for (; next < end; next += 2) {
      choices[next] = a * d + b;
      choices[next + 1] = b * d + a;
    }
  });
  return next;
}

/** For each (column, other): byte offset of the pair's table, stride of the column, stride of the other. */
function layOut(targets: readonly PairTarget[], columns: readonly Polished[]): { layout: Uint32Array; bytes: number } {
  const d = columns.length;
  const layout = new Uint32Array(d * d * 3);
  let bytes = 0;
  for (const {
    pair: [a, b],
    shares,
  } of targets) {
    layout.set([bytes, columns[b].size, 1], (a * d + b) * 3);
    layout.set([bytes, 1, columns[b].size], (b * d + a) * 3);
    bytes += 4 * shares.length;
  }
  return { layout, bytes };
}

const PAGE = 65_536;
const align = (n: number): number => (n + 15) & ~15;

function open(bytes: number, plain: boolean): { memory: ArrayBufferLike; kernel: SwapKernel } {
  const module = plain ? null : kernelBeside(import.meta.url, "swap.wasm");
  if (module === null) {
    const memory = new ArrayBuffer(align(bytes));
    return { memory, kernel: plainSwaps(memory) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGE });
  return { memory: memory.buffer, kernel: new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SwapKernel };
}
