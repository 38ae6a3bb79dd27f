// Moves of one column's values between two rows of a chunk: see polish.ts. Every step is repeated bit by bit by swap-plain.ts.

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let counter: u32 = 0;
/** Rows looked at for one in a fitting cell. */
const TRIES = 6;
/** A cell this far above its target is overfull, this far below it is lacking. */
const FULL: f32 = 0.5;

/** State of sfc32, the generator of base/random.ts. */
export function seed(x: u32, y: u32, z: u32, k: u32): void {
  a = x;
  b = y;
  c = z;
  counter = k;
}

// @ts-ignore: decorator
@inline
function below(n: u32): u32 {
  const t = a + b + counter;
  counter += 1;
  a = b ^ (b >>> 9);
  b = c + (c << 3);
  c = rotl(c, 21) + t;
  return <u32>((<u64>t * <u64>n) >> 32);
}

/**
 * Two rows exchange their values of a column, or the first takes the second's, whichever lowers the sum of squared
 * residuals more, if it does. A proposal is steered by one pair (column, partner) out of `choices`: the first row stands
 * in an overfull cell of that pair, the second has a value that the first one's partner lacks.
 * @param rows u16 places, row-major, `d` a row: a column's place is its code and the codes of all columns before
 * @param residuals f32 (count − target) by place and place, a symmetric matrix of `side` places a side: all pairs of one value
 *   of a column stand together, so that weighing a move reads two of its rows
 * @param choices u32 numbers column · d + partner, `slots` of them
 * @returns proposals kept
 */
export function swaps(rows: usize, n: u32, d: u32, residuals: usize, side: u32, proposals: u32, choices: usize, slots: u32): u32 {
  let kept: u32 = 0;
  const bytes = <usize>d << 1;
  for (let p: u32 = 0; p < proposals; p++) {
    const choice = load<u32>(choices + (<usize>below(slots) << 2));
    const column = choice / d;
    const own = <usize>column << 1;
    const other = <usize>(choice % d) << 1;
    let one: usize = 0;
    let x: usize = 0;
    let guide: usize = 0;
    let tries = 0;
    for (; tries < TRIES; tries++) {
      one = rows + <usize>below(n) * bytes;
      x = load<u16>(one + own);
      guide = residuals + <usize>load<u16>(one + other) * <usize>side * 4;
      if (load<f32>(guide + (x << 2)) > FULL) break;
    }
    if (tries == TRIES) continue;
    let two: usize = 0;
    let y: usize = 0;
    for (tries = 0; tries < TRIES; tries++) {
      two = rows + <usize>below(n) * bytes;
      y = load<u16>(two + own);
      if (load<f32>(guide + (y << 2)) < -FULL) break;
    }
    if (tries == TRIES || x == y) continue;
    const ofX = residuals + x * <usize>side * 4;
    const ofY = residuals + y * <usize>side * 4;
    let swap: f64 = 0;
    let change: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 2) {
      if (at == own) continue;
      const u = <usize>load<u16>(one + at) << 2;
      const v = <usize>load<u16>(two + at) << 2;
      const first = <f64>load<f32>(ofX + u) - <f64>load<f32>(ofY + u) - 1;
      change += first;
      if (u != v) swap += first + (<f64>load<f32>(ofY + v) - <f64>load<f32>(ofX + v) - 1);
    }
    if (!(swap > 0 || change > 0)) continue;
    const both = swap >= change;
    for (let at: usize = 0; at < bytes; at += 2) {
      if (at == own) continue;
      const u = <usize>load<u16>(one + at);
      const v = <usize>load<u16>(two + at);
      if (both && u == v) continue;
      const ofU = residuals + u * <usize>side * 4;
      move(ofX + (u << 2), ofU + (x << 2), -1);
      move(ofY + (u << 2), ofU + (y << 2), 1);
      if (both) {
        const ofV = residuals + v * <usize>side * 4;
        move(ofY + (v << 2), ofV + (y << 2), -1);
        move(ofX + (v << 2), ofV + (x << 2), 1);
      }
    }
    store<u16>(one + own, <u16>y);
    if (both) store<u16>(two + own, <u16>x);
    kept++;
  }
  return kept;
}

/** A cell and its mirror image. */
// @ts-ignore: decorator
@inline
function move(cell: usize, mirrored: usize, change: f32): void {
  const value = load<f32>(cell) + change;
  store<f32>(cell, value);
  store<f32>(mirrored, value);
}

/** Σ residual² over `height` × `width` cells, the first of them at `block`. */
export function squares(block: usize, side: u32, height: u32, width: u32): f64 {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < height; i++) {
    const row = block + <usize>i * <usize>side * 4;
    for (let j: u32 = 0; j < width; j++) {
      const v = <f64>load<f32>(row + (<usize>j << 2));
      sum += v * v;
    }
  }
  return sum;
}
