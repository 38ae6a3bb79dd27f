// Sum-product over one clique whose table is never stored: see contraction.ts for the descriptor's layout.

let base: usize = 0;
let length: i32 = 0;
let last: i32 = 0;
let scratch: usize = 0;
let rowBytes: usize = 0;
let addresses: usize = 0;

// @ts-ignore: decorator
@inline
function word(i: i32): i32 {
  return load<i32>(base + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function address(term: usize): usize {
  return <usize>load<u32>(addresses + (<usize>load<i32>(term) << 2));
}

/** target[j] = a[j]·b[j] */
function multiply(target: usize, a: usize, b: usize): void {
  let j = 0;
  for (; j + 2 <= length; j += 2) {
    const at = <usize>j << 3;
    v128.store(target + at, f64x2.mul(v128.load(a + at), v128.load(b + at)));
  }
  if (j < length) {
    const at = <usize>j << 3;
    store<f64>(target + at, load<f64>(a + at) * load<f64>(b + at));
  }
}

/** target[j] += a[j] */
function add(target: usize, a: usize): void {
  let j = 0;
  for (; j + 2 <= length; j += 2) {
    const at = <usize>j << 3;
    v128.store(target + at, f64x2.add(v128.load(target + at), v128.load(a + at)));
  }
  if (j < length) {
    const at = <usize>j << 3;
    store<f64>(target + at, load<f64>(target + at) + load<f64>(a + at));
  }
}

function sum(a: usize): f64 {
  let two = f64x2.splat(0);
  let j = 0;
  for (; j + 2 <= length; j += 2) two = f64x2.add(two, v128.load(a + (<usize>j << 3)));
  let total = f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1);
  if (j < length) total += load<f64>(a + (<usize>j << 3));
  return total;
}

/** row[j] = s·a[j]; above[j] += row[j] */
function innermost(row: usize, above: usize, s: f64, a: usize): void {
  const ss = f64x2.splat(s);
  let j = 0;
  for (; j + 2 <= length; j += 2) {
    const at = <usize>j << 3;
    const x = f64x2.mul(ss, v128.load(a + at));
    v128.store(row + at, x);
    v128.store(above + at, f64x2.add(v128.load(above + at), x));
  }
  if (j < length) {
    const at = <usize>j << 3;
    const x = s * load<f64>(a + at);
    store<f64>(row + at, x);
    store<f64>(above + at, load<f64>(above + at) + x);
  }
}

/** row[j] = s·a[j]·b[j]; above[j] += row[j] */
function innermostTimes(row: usize, above: usize, s: f64, a: usize, b: usize): void {
  const ss = f64x2.splat(s);
  let j = 0;
  for (; j + 2 <= length; j += 2) {
    const at = <usize>j << 3;
    const x = f64x2.mul(f64x2.mul(ss, v128.load(a + at)), v128.load(b + at));
    v128.store(row + at, x);
    v128.store(above + at, f64x2.add(v128.load(above + at), x));
  }
  if (j < length) {
    const at = <usize>j << 3;
    const x = s * load<f64>(a + at) * load<f64>(b + at);
    store<f64>(row + at, x);
    store<f64>(above + at, load<f64>(above + at) + x);
  }
}

function level(l: i32, s: f64, v: usize): void {
  const block = base + (<usize>word(5 + l) << 2);
  const size = load<i32>(block);
  const scalarIn = block + 24;
  const vectorIn = scalarIn + (<usize>load<i32>(block + 4) << 2);
  const scalarOut = vectorIn + (<usize>load<i32>(block + 8) << 2);
  const vectorOut = scalarOut + (<usize>load<i32>(block + 12) << 2);
  const bumps = vectorOut + (<usize>load<i32>(block + 16) << 2);
  const end = bumps + (<usize>load<i32>(block + 20) << 3);
  const above = scratch + rowBytes * <usize>(2 * l);
  const product = above + rowBytes;
  const below = product + rowBytes;
  for (let i = 0; i < size; i++) {
    let t = s;
    for (let at = scalarIn; at < vectorIn; at += 4) t *= load<f64>(address(at));
    if (t != 0) {
      let row = below;
      if (l < last) {
        let source = v;
        for (let at = vectorIn; at < scalarOut; at += 4) {
          multiply(product, source, address(at));
          source = product;
        }
        memory.fill(below, 0, rowBytes);
        level(l + 1, t, source);
        add(above, below);
      } else {
        let source = v;
        let at = vectorIn;
        for (; at + 4 < scalarOut; at += 4) {
          multiply(product, source, address(at));
          source = product;
        }
        if (at < scalarOut) innermostTimes(below, above, t, source, address(at));
        else innermost(below, above, t, source);
      }
      for (let at = vectorOut; at < bumps; at += 4) add(address(at), row);
      if (scalarOut < vectorOut) {
        const total = sum(row);
        for (let at = scalarOut; at < vectorOut; at += 4) {
          const to = address(at);
          store<f64>(to, load<f64>(to) + total);
        }
      }
    }
    for (let at = bumps; at < end; at += 8) {
      const to = addresses + (<usize>load<i32>(at) << 2);
      store<i32>(to, load<i32>(to) + load<i32>(at + 4));
    }
  }
  for (let at = bumps; at < end; at += 8) {
    const to = addresses + (<usize>load<i32>(at) << 2);
    store<i32>(to, load<i32>(to) - size * load<i32>(at + 4));
  }
}

/** Run the contraction whose descriptor starts at `at`; outputs are added to, so the caller clears them first. */
export function contract(at: usize): void {
  base = at;
  last = word(0) - 1;
  length = word(1);
  scratch = <usize>word(2);
  addresses = base + (<usize>word(4) << 2);
  rowBytes = ((<usize>length << 3) + 15) & ~(<usize>15);
  level(0, 1, <usize>word(3));
}

/** out[t·n + j] += weight[t]·from[index[t]·n + j] for t < rows, j < n: carries a table along a tree. */
export function carry(out: usize, target: usize, from: usize, index: usize, weight: usize, rows: i32, n: i32): void {
  for (let t = 0; t < rows; t++) {
    const w = load<f64>(weight + (<usize>t << 3));
    if (w == 0) continue;
    const ww = f64x2.splat(w);
    const source = from + ((<usize>load<u32>(index + (<usize>t << 2)) * <usize>n) << 3);
    const to = out + ((<usize>load<u32>(target + (<usize>t << 2)) * <usize>n) << 3);
    let j = 0;
    for (; j + 2 <= n; j += 2) {
      const at = <usize>j << 3;
      v128.store(to + at, f64x2.add(v128.load(to + at), f64x2.mul(ww, v128.load(source + at))));
    }
    if (j < n) {
      const at = <usize>j << 3;
      store<f64>(to + at, load<f64>(to + at) + w * load<f64>(source + at));
    }
  }
}
