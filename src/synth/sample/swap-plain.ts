const TRIES = 6;
const FULL = 0.5;

/** Swaps within one memory; addresses in bytes, see swap.as.ts. */
export interface SwapKernel {
  /** State of sfc32. */
  seed(x: number, y: number, z: number, k: number): void;
  /** Swaps kept out of `proposals`. */
  swaps(rows: number, n: number, d: number, residuals: number, side: number, proposals: number, choices: number, slots: number): number;
  /** Sum of squares of a block of residuals. */
  squares(block: number, side: number, height: number, width: number): number;
}

/** {@link SwapKernel} in plain typed arrays, bit for bit: judge of the WebAssembly kernel, and what runs where SIMD is missing. */
export function plainSwaps(memory: ArrayBufferLike): SwapKernel {
  const places = new Uint16Array(memory);
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
    swaps(rows, n, d, residuals, side, proposals, choices, slots) {
      const cell = (x: number, u: number): number => residuals / 4 + x * side + u;
      let kept = 0;
      for (let p = 0; p < proposals; p += 1) {
        const choice = words[choices / 4 + below(slots)];
        const [column, partner] = [Math.floor(choice / d), choice % d];
        const draw = (fits: (row: number) => boolean): number => {
          for (let tries = 0; tries < TRIES; tries += 1) {
            const row = rows / 2 + below(n) * d;
            if (fits(row)) return row;
          }
          return -1;
        };
        const one = draw((row) => cells[cell(places[row + column], places[row + partner])] > FULL);
        if (one < 0) continue;
        const two = draw((row) => cells[cell(places[row + column], places[one + partner])] < -FULL);
        if (two < 0 || places[one + column] === places[two + column]) continue;
        const [x, y] = [places[one + column], places[two + column]];
        let [swap, change] = [0, 0];
        for (let other = 0; other < d; other += 1) {
          if (other === column) continue;
          const [u, v] = [places[one + other], places[two + other]];
          const first = cells[cell(x, u)] - cells[cell(y, u)] - 1;
          change += first;
          if (u !== v) swap += first + (cells[cell(y, v)] - cells[cell(x, v)] - 1);
        }
        if (!(swap > 0 || change > 0)) continue;
        const both = swap >= change;
        const move = (z: number, w: number, by: number): void => {
          cells[cell(z, w)] += by;
          cells[cell(w, z)] = cells[cell(z, w)];
        };
        for (let other = 0; other < d; other += 1) {
          const [u, v] = [places[one + other], places[two + other]];
          if (other === column || (both && u === v)) continue;
          move(x, u, -1);
          move(y, u, 1);
          if (!both) continue;
          move(y, v, -1);
          move(x, v, 1);
        }
        places[one + column] = y;
        if (both) places[two + column] = x;
        kept += 1;
      }
      return kept;
    },
    squares(block, side, height, width) {
      let sum = 0;
      for (let i = 0; i < height; i += 1) for (let j = 0, at = block / 4 + i * side; j < width; j += 1, at += 1) sum += cells[at] * cells[at];
      return sum;
    },
  };
}
