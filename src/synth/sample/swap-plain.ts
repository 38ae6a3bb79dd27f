const TRIES = 6;
const FULL = 0.5;

/** Swaps within one memory; addresses in bytes, see swap.as.ts. */
export interface SwapKernel {
  /** State of sfc32. */
  seed(x: number, y: number, z: number, k: number): void;
  /** Swaps kept out of `proposals`. */
  swaps(rows: number, n: number, d: number, tables: number, layout: number, proposals: number, choices: number, slots: number): number;
}

/** {@link SwapKernel} in plain typed arrays, bit for bit: judge of the WebAssembly kernel, and what runs where SIMD is missing. */
export function plainSwaps(memory: ArrayBufferLike): SwapKernel {
  const codes = new Uint16Array(memory);
  const cells = new Float32Array(memory);
  const words = new Uint32Array(memory);
  const state = new Uint32Array(4);
  const below = (n: number): number => {
    const t = (state[0] + state[1] + state[3]) >>> 0;
    state[3] += 1;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + t;
    return Number((BigInt(t) * BigInt(n)) >> 32n);
  };
  return {
    seed: (...words) => state.set(words),
    swaps(rows, n, d, tables, layout, proposals, choices, slots) {
      let kept = 0;
      for (let p = 0; p < proposals; p += 1) {
        const choice = words[choices / 4 + below(slots)];
        const [column, partner] = [Math.floor(choice / d), choice % d];
        const residual = (x: number, w: number): number => cells[cellOf(words, tables, layout, column * d + partner, x, w)];
        const draw = (fits: (row: number) => boolean): number => {
          for (let tries = 0; tries < TRIES; tries += 1) {
            const row = rows / 2 + below(n) * d;
            if (fits(row)) return row;
          }
          return -1;
        };
        const one = draw((row) => residual(codes[row + column], codes[row + partner]) > FULL);
        if (one < 0) continue;
        const two = draw((row) => residual(codes[row + column], codes[one + partner]) < -FULL);
        if (two < 0 || codes[one + column] === codes[two + column]) continue;
        const [x, y] = [codes[one + column], codes[two + column]];
        let [swap, change] = [0, 0];
        const others = touchedCells(codes, words, one, two, column, d, tables, layout);
        for (const { xu, yu, yv, xv, same } of others) {
          const first = cells[xu] - cells[yu] - 1;
          change += first;
          if (!same) swap += first + (cells[yv] - cells[xv] - 1);
        }
        if (!(swap > 0 || change > 0)) continue;
        const both = swap >= change;
        for (const { xu, yu, yv, xv, same } of others) {
          if (both && same) continue;
          cells[xu] -= 1;
          cells[yu] += 1;
          if (!both) continue;
          cells[yv] -= 1;
          cells[xv] += 1;
        }
        codes[one + column] = y;
        if (both) codes[two + column] = x;
        kept += 1;
      }
      return kept;
    },
  };
}

interface Touched {
  readonly xu: number;
  readonly yu: number;
  readonly yv: number;
  readonly xv: number;
  readonly same: boolean;
}

function touchedCells(codes: Uint16Array, words: Uint32Array, one: number, two: number, column: number, d: number, tables: number, layout: number): Touched[] {
  const [x, y] = [codes[one + column], codes[two + column]];
  const touched: Touched[] = [];
  for (let other = 0; other < d; other += 1) {
    if (other === column) continue;
    const [u, v] = [codes[one + other], codes[two + other]];
    const cell = (mine: number, theirs: number): number => cellOf(words, tables, layout, column * d + other, mine, theirs);
    touched.push({ xu: cell(x, u), yu: cell(y, u), yv: cell(y, v), xv: cell(x, v), same: u === v });
  }
  return touched;
}

/** Index of a pair's cell among all residuals. */
function cellOf(words: Uint32Array, tables: number, layout: number, pair: number, mine: number, theirs: number): number {
  const at = layout / 4 + pair * 3;
  return (tables + words[at]) / 4 + mine * words[at + 1] + theirs * words[at + 2];
}
