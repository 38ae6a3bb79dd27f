const { fround } = Math;
const TRIES = 6;
const FULL = 0.5;

const NONE = 0xffffffff;

/** Swaps within one memory; addresses in bytes, see swap.as.ts. */
export interface SwapKernel {
  /** State of sfc32. */
  seed(x: number, y: number, z: number, k: number): void;
  /** Rows to move, and what steers them. */
  begin(rows: number, n: number, d: number, residuals: number, side: number, firsts: number, heads: number, rings: number): void;
  /** Swaps kept out of `proposals`. */
  swaps(proposals: number, choices: number, slots: number): number;
  /** Sum of squares of a block of residuals. */
  squares(block: number, height: number, width: number): number;
}

/** {@link SwapKernel} in plain typed arrays, bit for bit: judge of the WebAssembly kernel, and what runs where SIMD is missing. */
export function plainSwaps(memory: ArrayBufferLike): SwapKernel {
  const places = new Uint16Array(memory);
  const cells = new Float32Array(memory);
  const words = new Uint32Array(memory);
  const state = new Uint32Array(4);
  let [rows, n, d, residuals, side, firsts, heads, rings] = new Array<number>(8).fill(0);
  const below = (n: number): number => {
    const t = (state[0] + state[1] + state[3]) >>> 0;
    state[3] += 1;
    state[0] = state[1] ^ (state[1] >>> 9);
    state[1] = state[2] + (state[2] << 3);
    state[2] = ((state[2] << 21) | (state[2] >>> 11)) + t;
    return Number((BigInt(t) * BigInt(n)) >> 32n);
  };
  const cell = (x: number, u: number): number => residuals + x * side + u;
  const held = (row: number, column: number): number => places[rows + row * d + column];
  const next = (row: number, column: number): number => rings + 2 * (row * d + column);
  const previous = (row: number, column: number): number => next(row, column) + 1;
  const join = (place: number, row: number, column: number): void => {
    const front = words[heads + place] === NONE ? row : words[heads + place];
    const back = front === row ? row : places[previous(front, column)];
    words[heads + place] = front;
    places[next(row, column)] = front;
    places[previous(row, column)] = back;
    places[previous(front, column)] = row;
    places[next(back, column)] = row;
  };
  const leave = (place: number, row: number, column: number): void => {
    const [after, before] = [places[next(row, column)], places[previous(row, column)]];
    places[next(before, column)] = after;
    places[previous(after, column)] = before;
    if (words[heads + place] === row) words[heads + place] = after === row ? NONE : after;
  };
  const overfullRow = (column: number, partner: number): number => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const row = below(n);
      if (cells[cell(held(row, partner), held(row, column))] > FULL) return row;
    }
    return -1;
  };
  const lackingPlace = (guide: number, column: number): number => {
    const [from, to] = [words[firsts + column], words[firsts + column + 1]];
    const lacks = cells.subarray(cell(guide, from), cell(guide, to)).map((v) => Math.max(0, -FULL - v));
    const fours = lacks.length - (lacks.length % 4);
    // the kernel adds four lanes side by side
    const lanes = new Float32Array(4);
    for (let i = 0; i < fours; i += 1) lanes[i % 4] += lacks[i];
    let all = fround(fround(lanes[0] + lanes[1]) + fround(lanes[2] + lanes[3]));
    for (let i = fours; i < lacks.length; i += 1) all = fround(all + lacks[i]);
    if (!(all > 0)) return -1;
    let left = fround(all * (below(1 << 24) / (1 << 24)));
    let found = -1;
    for (let i = 0; i < lacks.length && left >= 0; i += 1) {
      if (lacks[i] > 0) found = from + i;
      left = fround(left - lacks[i]);
    }
    return found;
  };
  const propose = (column: number, partner: number): boolean => {
    const one = overfullRow(column, partner);
    if (one < 0) return false;
    const y = lackingPlace(held(one, partner), column);
    if (y < 0 || words[heads + y] === NONE) return false;
    const two = words[heads + y];
    words[heads + y] = places[next(two, column)];
    const x = held(one, column);
    let [swap, change] = [0, 0];
    for (let other = 0; other < d; other += 1) {
      if (other === column) continue;
      const [u, v] = [held(one, other), held(two, other)];
      const gain = cells[cell(x, u)] - cells[cell(y, u)] - 1;
      change += gain;
      if (u !== v) swap += gain + (cells[cell(y, v)] - cells[cell(x, v)] - 1);
    }
    if (!(swap > 0 || change > 0)) return false;
    const both = swap >= change;
    const move = (z: number, w: number, by: number): void => {
      cells[cell(z, w)] += by;
      cells[cell(w, z)] = cells[cell(z, w)];
    };
    for (let other = 0; other < d; other += 1) {
      const [u, v] = [held(one, other), held(two, other)];
      if (other === column || (both && u === v)) continue;
      move(x, u, -1);
      move(y, u, 1);
      if (!both) continue;
      move(y, v, -1);
      move(x, v, 1);
    }
    places[rows + one * d + column] = y;
    leave(x, one, column);
    if (both) {
      places[rows + two * d + column] = x;
      leave(y, two, column);
      join(x, two, column);
    }
    join(y, one, column);
    return true;
  };
  return {
    seed: (...words) => state.set(words),
    begin(...at) {
      [rows, n, d, residuals, side, firsts, heads, rings] = [at[0] / 2, at[1], at[2], at[3] / 4, at[4], at[5] / 4, at[6] / 4, at[7] / 2];
      words.fill(NONE, heads, heads + side);
      for (let row = 0; row < n; row += 1) for (let column = 0; column < d; column += 1) join(held(row, column), row, column);
    },
    swaps(proposals, choices, slots) {
      let kept = 0;
      for (let p = 0; p < proposals; p += 1) {
        const choice = words[choices / 4 + below(slots)];
        if (propose(Math.floor(choice / d), choice % d)) kept += 1;
      }
      return kept;
    },
    squares(block, height, width) {
      let sum = 0;
      for (let i = 0; i < height; i += 1) for (let j = 0, at = block / 4 + i * side; j < width; j += 1, at += 1) sum += cells[at] * cells[at];
      return sum;
    },
  };
}
