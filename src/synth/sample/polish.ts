import { kernelBeside } from "../../base/kernel.js";
import { seededBits } from "../../base/random.js";
import type { ModelFile } from "../../formats/model.js";
import { reserver } from "../infer/arena.js";
import { CHUNK_ROWS } from "../release/chunk.js";
import type { Codes } from "./groups.js";
import { type PairTarget, type Polished, pairTargets } from "./pair-targets.js";
import { plainSwaps, type SwapKernel } from "./swap-plain.js";

/** Moves a chunk's rows towards what the model says of every pair of columns. */
export type Polish = (codes: readonly Codes[], rows: number) => void;

/** Moves proposed for each row, in batches; a batch that keeps few ends a chunk: few for the rows, and for their values where rows are longer than this. */
const BATCH = 6;
const BATCHES_MAX = 100;
const KEPT_MIN = 0.06;
const SHORT_ROW = 16;
/** Places among which pairs are drawn, shared out anew for each batch in proportion to squared residuals: these, and more where there are many pairs. */
const SLOTS = 1 << 18;
const SLOTS_EACH = 16;

/** Columns with more values than this, or the longest where all together had too many, are seen by the model's codes. */
export const POLISHED_CODES = 1024;
export const POLISHED_CELLS = 1 << 26;
/** Beyond this many values of all columns together rows stay as they were sampled. */
const SIDE_MAX = 1 << 14;

export function polishedColumns(model: ModelFile, columns: readonly string[], sizes: readonly number[]): Polished[] {
  const full = columns.map((_, c) => sizes[c] <= POLISHED_CODES);
  const sizeOf = (c: number): number => (full[c] ? sizes[c] : model.expansions[columns[c]].length);
  const cells = (): number => columns.reduce((sum, _, c) => sum + sizeOf(c), 0) ** 2 / 2;
  for (const c of [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a])) if (cells() > POLISHED_CELLS) full[c] = false;
  return columns.map((name, c) => ({ name, full: full[c], size: sizeOf(c) }));
}

/**
 * Greedy moves: two rows exchange their values of one column, or one takes the other's, where the sum over pairs of squared
 * residuals (rows so far − target) falls. Pairs are tried in proportion to their squared residuals, rows where that pair
 * is overfull, values in proportion to what they lack. Pairs that the model's tree could not hold are imposed here, and what rounding did to the others is mended.
 * @param plain use the plain twin, for judging
 * @cite docs/notes/mosaic.md
 */
export function polisher(model: ModelFile, columns: readonly Polished[], seed: string, plain = false): Polish {
  const d = columns.length;
  const first = Uint32Array.from(columns, (_, c) => columns.slice(0, c).reduce((sum, { size }) => sum + size, 0));
  const side = first[d - 1] + columns[d - 1].size;
  if (side > SIDE_MAX) return () => undefined;
  const targets = pairTargets(model, columns);
  const slotsMax = Math.max(SLOTS, SLOTS_EACH * targets.length);
  const space = reserver();
  const at = {
    residuals: space.take(4 * side * side),
    choices: space.take(4 * slotsMax),
    firsts: space.take(4 * (d + 1)),
    heads: space.take(4 * side),
    rows: space.take(2 * CHUNK_ROWS * d),
    rings: space.take(4 * CHUNK_ROWS * d),
  };
  const { memory, kernel } = open(space.bytes, plain);
  const choices = new Uint32Array(memory, at.choices, slotsMax);
  new Uint32Array(memory, at.firsts, d + 1).set([...first, side]);
  const residuals = new Float32Array(memory, at.residuals, side * side);
  const held = new Uint16Array(memory, at.rows, CHUNK_ROWS * d);
  const bits = seededBits(`swaps ${seed}`);
  kernel.seed(bits.uint32(), bits.uint32(), bits.uint32(), 1);
  const squaresOf = ({ pair: [a, b] }: PairTarget): number => kernel.squares(at.residuals + 4 * (first[a] * side + first[b]), columns[a].size, columns[b].size);
  const keptMin = (KEPT_MIN * Math.max(d, SHORT_ROW)) / SHORT_ROW;
  return (codes, rows) => {
    const places = codes.map((column, c) => placesOf(column, first[c], rows));
    for (let i = 0, at = 0; i < rows; i += 1) for (let c = 0; c < d; c += 1, at += 1) held[at] = places[c][i];
    for (const {
      pair: [a, b],
      shares,
    } of targets) {
      expect(residuals, side, first[a] * side + first[b], shares, columns[b].size, rows);
      count(residuals, side, places[a], places[b]);
      mirror(residuals, side, first[a], columns[a].size, first[b], columns[b].size);
    }
    kernel.begin(at.rows, rows, d, at.residuals, side, at.firsts, at.heads, at.rings);
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const slots = fillChoices(choices, targets, Float64Array.from(targets, squaresOf), d);
      if (kernel.swaps(BATCH * rows, at.choices, slots) < keptMin * rows) break;
    }
    codes.forEach((column, c) => {
      for (let i = 0; i < rows; i += 1) column[i] = held[i * d + c] - first[c];
    });
  };
}

/** Takes the rows expected in each cell of a pair off its residuals, the first of which stands at `block`. */
function expect(residuals: Float32Array, side: number, block: number, shares: Float64Array, width: number, rows: number): void {
  for (let cell = 0, row = block; cell < shares.length; row += side) for (let at = row; at < row + width; at += 1, cell += 1) residuals[at] -= rows * shares[cell];
}

function placesOf(codes: Codes, first: number, rows: number): Uint16Array {
  const out = new Uint16Array(rows);
  for (let i = 0; i < rows; i += 1) out[i] = first + codes[i];
  return out;
}

function count(residuals: Float32Array, side: number, x: Uint16Array, y: Uint16Array): void {
  for (let row = 0; row < x.length; row += 1) residuals[x[row] * side + y[row]] += 1;
}

function mirror(residuals: Float32Array, side: number, firstX: number, height: number, firstY: number, width: number): void {
  for (let x = firstX; x < firstX + height; x += 1) for (let y = firstY; y < firstY + width; y += 1) residuals[y * side + x] = residuals[x * side + y];
}

/** Each pair, in both directions, as often as its share of all squared residuals asks. Returns the places filled. */
function fillChoices(choices: Uint32Array, targets: readonly PairTarget[], squares: Float64Array, d: number): number {
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

const PAGE = 65_536;

function open(bytes: number, plain: boolean): { memory: ArrayBufferLike; kernel: SwapKernel } {
  const module = plain ? null : kernelBeside(import.meta.url, "swap.wasm");
  if (module === null) {
    const memory = new ArrayBuffer(bytes);
    return { memory, kernel: plainSwaps(memory) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGE });
  return { memory: memory.buffer, kernel: new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SwapKernel };
}
