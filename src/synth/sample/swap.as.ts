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
 * @param rows u16 codes, row-major, `d` a row
 * @param tables f32 residuals (count − target) of all pairs
 * @param layout for each (column, other): byte offset of the pair's table, stride of the column, stride of the other, as u32
 * @param choices u32 numbers column · d + partner, `slots` of them
 * @returns proposals kept
 */
export function swaps(rows: usize, n: u32, d: u32, tables: usize, layout: usize, proposals: u32, choices: usize, slots: u32): u32 {
  let kept: u32 = 0;
  for (let p: u32 = 0; p < proposals; p++) {
    const choice = load<u32>(choices + (<usize>below(slots) << 2));
    const column = choice / d;
    const partner = choice % d;
    const pairs = layout + <usize>(column * d) * 12;
    const guide = tables + <usize>load<u32>(pairs + <usize>partner * 12);
    const along = load<u32>(pairs + <usize>partner * 12, 4);
    const beside = load<u32>(pairs + <usize>partner * 12, 8);
    let one: usize = 0;
    let x: u32 = 0;
    let w: u32 = 0;
    let tries = 0;
    for (; tries < TRIES; tries++) {
      one = rows + ((<usize>(below(n) * d)) << 1);
      x = <u32>load<u16>(one + (<usize>column << 1));
      w = <u32>load<u16>(one + (<usize>partner << 1));
      if (load<f32>(guide + (<usize>(x * along + w * beside) << 2)) > FULL) break;
    }
    if (tries == TRIES) continue;
    let two: usize = 0;
    let y: u32 = 0;
    for (tries = 0; tries < TRIES; tries++) {
      two = rows + ((<usize>(below(n) * d)) << 1);
      y = <u32>load<u16>(two + (<usize>column << 1));
      if (load<f32>(guide + (<usize>(y * along + w * beside) << 2)) < -FULL) break;
    }
    if (tries == TRIES || x == y) continue;
    let swap: f64 = 0;
    let change: f64 = 0;
    for (let other: u32 = 0; other < d; other++) {
      if (other == column) continue;
      const u = <u32>load<u16>(one + (<usize>other << 1));
      const v = <u32>load<u16>(two + (<usize>other << 1));
      const pair = pairs + <usize>other * 12;
      const table = tables + <usize>load<u32>(pair);
      const stride = load<u32>(pair, 4);
      const across = load<u32>(pair, 8);
      const first = <f64>load<f32>(table + (<usize>(x * stride + u * across) << 2)) - <f64>load<f32>(table + (<usize>(y * stride + u * across) << 2)) - 1;
      change += first;
      if (u != v) swap += first + (<f64>load<f32>(table + (<usize>(y * stride + v * across) << 2)) - <f64>load<f32>(table + (<usize>(x * stride + v * across) << 2)) - 1);
    }
    if (!(swap > 0 || change > 0)) continue;
    const both = swap >= change;
    for (let other: u32 = 0; other < d; other++) {
      if (other == column) continue;
      const u = <u32>load<u16>(one + (<usize>other << 1));
      const v = <u32>load<u16>(two + (<usize>other << 1));
      if (both && u == v) continue;
      const pair = pairs + <usize>other * 12;
      const table = tables + <usize>load<u32>(pair);
      const stride = load<u32>(pair, 4);
      const across = load<u32>(pair, 8);
      add(table + (<usize>(x * stride + u * across) << 2), -1);
      add(table + (<usize>(y * stride + u * across) << 2), 1);
      if (both) {
        add(table + (<usize>(y * stride + v * across) << 2), -1);
        add(table + (<usize>(x * stride + v * across) << 2), 1);
      }
    }
    store<u16>(one + (<usize>column << 1), <u16>y);
    if (both) store<u16>(two + (<usize>column << 1), <u16>x);
    kept++;
  }
  return kept;
}

// @ts-ignore: decorator
@inline
function add(cell: usize, change: f32): void {
  store<f32>(cell, load<f32>(cell) + change);
}
