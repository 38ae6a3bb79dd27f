// Moves of one column's values between two rows of a chunk: see polish.ts. Every step is repeated bit by bit by swap-plain.ts.

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let counter: u32 = 0;
/** Rows looked at for one in an overfull cell. */
const TRIES = 6;
/** A cell this far above its target is overfull, this far below it is lacking. */
const FULL: f32 = 0.5;
const NONE: u32 = 0xffffffff;

let rows: usize = 0;
let n: u32 = 0;
let d: u32 = 0;
let residuals: usize = 0;
let side: usize = 0;
let firsts: usize = 0;
let heads: usize = 0;
let rings: usize = 0;

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
 * Rows to move, and what steers them. The rows that hold a place hang in a ring, so that one of them is found at once.
 * @param rowsAt u16 places, row-major, `columns` a row: a column's place is its code and the codes of all columns before
 * @param count of rows, at most 65,536
 * @param residualsAt f32 (count − target) by place and place, a symmetric matrix of `places` places a side: all pairs of one value
 *   of a column stand together, so that weighing a move reads two of its rows
 * @param firstsAt u32 first place of each column, and after them `places`
 * @param headsAt u32 room for a row of each place
 * @param ringsAt u16 room for the next and the previous row of each row and column
 */
export function begin(rowsAt: usize, count: u32, columns: u32, residualsAt: usize, places: u32, firstsAt: usize, headsAt: usize, ringsAt: usize): void {
  rows = rowsAt;
  n = count;
  d = columns;
  residuals = residualsAt;
  side = <usize>places;
  firsts = firstsAt;
  heads = headsAt;
  rings = ringsAt;
  for (let p: u32 = 0; p < places; p++) store<u32>(head(p), NONE);
  for (let row: u32 = 0, at = rowsAt; row < count; row++) for (let column: u32 = 0; column < columns; column++, at += 2) join(<u32>load<u16>(at), row, column);
}

/**
 * Two rows exchange their values of a column, or the first takes the second's, whichever lowers the sum of squared
 * residuals more, if it does. A proposal is steered by one pair (column, partner) out of `choices`: the first row stands
 * in an overfull cell of that pair, the second has a value that the first one's partner lacks, drawn by how many.
 * @param choices u32 numbers column · columns + partner, `slots` of them
 * @returns proposals kept
 */
export function swaps(proposals: u32, choices: usize, slots: u32): u32 {
  let kept: u32 = 0;
  const bytes = <usize>d << 1;
  for (let p: u32 = 0; p < proposals; p++) {
    const choice = load<u32>(choices + (<usize>below(slots) << 2));
    const column = choice / d;
    const own = <usize>column << 1;
    const other = <usize>(choice % d) << 1;
    let first: u32 = 0;
    let one: usize = 0;
    let x: usize = 0;
    let guide: usize = 0;
    let tries = 0;
    for (; tries < TRIES; tries++) {
      first = below(n);
      one = rows + <usize>first * bytes;
      x = load<u16>(one + own);
      guide = residuals + <usize>load<u16>(one + other) * side * 4;
      if (load<f32>(guide + (x << 2)) > FULL) break;
    }
    if (tries == TRIES) continue;
    const y = <usize>lacking(guide, load<u32>(firsts + (<usize>column << 2)), load<u32>(firsts + (<usize>column << 2) + 4));
    if (y == <usize>NONE) continue;
    const second = load<u32>(head(<u32>y));
    if (second == NONE) continue;
    store<u32>(head(<u32>y), <u32>load<u16>(ring(second, column)));
    const two = rows + <usize>second * bytes;
    const ofX = residuals + x * side * 4;
    const ofY = residuals + y * side * 4;
    let swap: f64 = 0;
    let change: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 2) {
      if (at == own) continue;
      const u = <usize>load<u16>(one + at) << 2;
      const v = <usize>load<u16>(two + at) << 2;
      const gain = <f64>load<f32>(ofX + u) - <f64>load<f32>(ofY + u) - 1;
      change += gain;
      if (u != v) swap += gain + (<f64>load<f32>(ofY + v) - <f64>load<f32>(ofX + v) - 1);
    }
    if (!(swap > 0 || change > 0)) continue;
    const both = swap >= change;
    for (let at: usize = 0; at < bytes; at += 2) {
      if (at == own) continue;
      const u = <usize>load<u16>(one + at);
      const v = <usize>load<u16>(two + at);
      if (both && u == v) continue;
      const ofU = residuals + u * side * 4;
      move(ofX + (u << 2), ofU + (x << 2), -1);
      move(ofY + (u << 2), ofU + (y << 2), 1);
      if (both) {
        const ofV = residuals + v * side * 4;
        move(ofY + (v << 2), ofV + (y << 2), -1);
        move(ofX + (v << 2), ofV + (x << 2), 1);
      }
    }
    store<u16>(one + own, <u16>y);
    leave(<u32>x, first, column);
    if (both) {
      store<u16>(two + own, <u16>x);
      leave(<u32>y, second, column);
      join(<u32>x, second, column);
    }
    join(<u32>y, first, column);
    kept++;
  }
  return kept;
}

/** A place from `from` to before `to`, drawn in proportion to how many rows beyond FULL the guide lacks there; NONE where it lacks none. */
// @ts-ignore: decorator
@inline
function lacking(guide: usize, from: u32, to: u32): u32 {
  const end = guide + (<usize>to << 2);
  let at = guide + (<usize>from << 2);
  let lanes = f32x4.splat(0);
  for (const fours = at + ((<usize>(to - from) >> 2) << 4); at < fours; at += 16) lanes = f32x4.add(lanes, f32x4.max(f32x4.splat(0), f32x4.sub(f32x4.splat(-FULL), v128.load(at))));
  let all = f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1) + (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
  for (; at < end; at += 4) all += max<f32>(0, -FULL - load<f32>(at));
  if (!(all > 0)) return NONE;
  let left = all * (<f32>below(1 << 24) / 16777216);
  let found = NONE;
  for (let p = from; p < to; p++) {
    const lack = max<f32>(0, -FULL - load<f32>(guide + (<usize>p << 2)));
    found = lack > 0 ? p : found;
    left -= lack;
    if (left < 0) break;
  }
  return found;
}

// @ts-ignore: decorator
@inline
function head(place: u32): usize {
  return heads + (<usize>place << 2);
}

/** Where a row's next row in its column's ring stands; the previous one stands after it. */
// @ts-ignore: decorator
@inline
function ring(row: u32, column: u32): usize {
  return rings + ((<usize>row * d + column) << 2);
}

/** The row comes last in the ring of a place. */
// @ts-ignore: decorator
@inline
function join(place: u32, row: u32, column: u32): void {
  const found = load<u32>(head(place));
  const next = found == NONE ? row : found;
  if (found == NONE) store<u32>(head(place), row);
  const previous = found == NONE ? row : <u32>load<u16>(ring(next, column) + 2);
  store<u16>(ring(row, column), <u16>next);
  store<u16>(ring(row, column) + 2, <u16>previous);
  store<u16>(ring(next, column) + 2, <u16>row);
  store<u16>(ring(previous, column), <u16>row);
}

// @ts-ignore: decorator
@inline
function leave(place: u32, row: u32, column: u32): void {
  const next = <u32>load<u16>(ring(row, column));
  const previous = <u32>load<u16>(ring(row, column) + 2);
  store<u16>(ring(previous, column), <u16>next);
  store<u16>(ring(next, column) + 2, <u16>previous);
  if (load<u32>(head(place)) == row) store<u32>(head(place), next == row ? NONE : next);
}

/** A cell and its mirror image. */
// @ts-ignore: decorator
@inline
function move(cell: usize, mirrored: usize, change: f32): void {
  const value = load<f32>(cell) + change;
  store<f32>(cell, value);
  store<f32>(mirrored, value);
}

/** Σ residual² over `height` × `width` cells of the matrix that `begin` was given, the first of them at `block`. */
export function squares(block: usize, height: u32, width: u32): f64 {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < height; i++) {
    const row = block + <usize>i * side * 4;
    for (let j: u32 = 0; j < width; j++) {
      const v = <f64>load<f32>(row + (<usize>j << 2));
      sum += v * v;
    }
  }
  return sum;
}
