// asc: --enable threads --sharedMemory
// Exact k nearest references under the mixed distance (see search.ts for the layout). References stand in blocks of rows that are
// alike. A byte a column, 255 or more steps to a distance of 1, bounds the distance from below: first of a whole block, by
// the least and the greatest byte of each column, then of 8 rows at a time. Rows that pass are measured in 64 bits, whose order of
// additions is the plain twin's, so that both agree bit for bit.

let queryBytes: usize; // row-major, `pairs` u16 a query: two columns each, categorical pairs first
let queryNumbers: usize; // f64, row-major
let queryCodes: usize; // u32, row-major
let rowBytes: usize; // per 8 rows and pair of columns one vector: 8 × two bytes
let rowNumbers: usize; // f64, row-major
let rowCodes: usize; // u32, row-major
let rowRanks: usize; // u32; the largest value for a slot without a row
let boxLow: usize; // per 8 blocks and pair of columns one vector
let boxHigh: usize;
let blockStarts: usize; // u32, blocks + 1, in units of 8 rows
let blocks: i32;
let categoricalPairs: i32;
let numericPairs: i32;
let numeric: i32;
let categorical: i32;
let neighbours: i32;
let scale: f64; // steps to a distance of 1
let slack: f64; // steps by which the byte sum may exceed the scaled distance
let outDistances: usize; // f64, neighbours a query
let outRows: usize; // i32, neighbours a query
let splats: usize; // scratch: one vector a pair
let bounds: usize; // scratch: u16 a block, padded to 8

export function layout(
  queryBytes_: usize,
  queryNumbers_: usize,
  queryCodes_: usize,
  rowBytes_: usize,
  rowNumbers_: usize,
  rowCodes_: usize,
  rowRanks_: usize,
  boxLow_: usize,
  boxHigh_: usize,
  blockStarts_: usize,
  blocks_: i32,
  categoricalPairs_: i32,
  numericPairs_: i32,
  numeric_: i32,
  categorical_: i32,
  neighbours_: i32,
  scale_: f64,
  slack_: f64,
  outDistances_: usize,
  outRows_: usize,
  splats_: usize,
  bounds_: usize,
): void {
  queryBytes = queryBytes_;
  queryNumbers = queryNumbers_;
  queryCodes = queryCodes_;
  rowBytes = rowBytes_;
  rowNumbers = rowNumbers_;
  rowCodes = rowCodes_;
  rowRanks = rowRanks_;
  boxLow = boxLow_;
  boxHigh = boxHigh_;
  blockStarts = blockStarts_;
  blocks = blocks_;
  categoricalPairs = categoricalPairs_;
  numericPairs = numericPairs_;
  numeric = numeric_;
  categorical = categorical_;
  neighbours = neighbours_;
  scale = scale_;
  slack = slack_;
  outDistances = outDistances_;
  outRows = outRows_;
  splats = splats_;
  bounds = bounds_;
}

/** Mismatches times steps, saturating: a smaller sum only lets more rows through. */
// @ts-ignore: decorator
@inline
function weighed(mismatches: v128): v128 {
  const most = <i32>(65535 / scale);
  return i16x8.mul(i16x8.min_u(mismatches, i16x8.splat(<i16>most)), i16x8.splat(<i16>(<i32>scale)));
}

/** Lower bounds of all blocks for the query whose splats are set; returns the block of the least. */
function boundBlocks(): i32 {
  const pairs = categoricalPairs + numericPairs;
  let least: v128 = i16x8.splat(-1);
  for (let b: i32 = 0; b < blocks; b += 8) {
    const base = (<usize>(b >> 3) * pairs) << 4;
    let mismatches = i16x8.splat(0);
    let p: i32 = 0;
    while (p < categoricalPairs) {
      const end = min(categoricalPairs, p + 255);
      let seen = i8x16.splat(0);
      for (; p < end; p += 1) {
        const q = v128.load(splats + (<usize>p << 4));
        const at = base + (<usize>p << 4);
        const out = v128.or(i8x16.sub_sat_u(v128.load(boxLow + at), q), i8x16.sub_sat_u(q, v128.load(boxHigh + at)));
        seen = i8x16.sub(seen, i8x16.ne(out, i8x16.splat(0)));
      }
      mismatches = i16x8.add(mismatches, i16x8.extadd_pairwise_i8x16_u(seen));
    }
    let sum = weighed(mismatches);
    for (; p < pairs; p += 1) {
      const q = v128.load(splats + (<usize>p << 4));
      const at = base + (<usize>p << 4);
      const out = v128.or(i8x16.sub_sat_u(v128.load(boxLow + at), q), i8x16.sub_sat_u(q, v128.load(boxHigh + at)));
      sum = i16x8.add_sat_u(sum, i16x8.extadd_pairwise_i8x16_u(out));
    }
    v128.store(bounds + (<usize>b << 1), sum);
    least = i16x8.min_u(least, sum);
  }
  let low: i32 = 65535;
  v128.store(splats + (<usize>pairs << 4), least);
  for (let i: i32 = 0; i < 8; i += 1) low = min(low, <i32>load<u16>(splats + (<usize>pairs << 4) + (<usize>i << 1)));
  for (let b: i32 = 0; b < blocks; b += 1) if (<i32>load<u16>(bounds + (<usize>b << 1)) == low) return b;
  return 0;
}

/** Largest byte sum that a reference no farther than the worst in the list can have. */
// @ts-ignore: decorator
@inline
function reach(worst: f64): i32 {
  const steps = scale * worst + slack;
  return steps < 65535 ? <i32>steps : 65535;
}

/** Put a reference into the query's list, ordered by distance, then rank. */
function offer(out: i32, distance: f64, row: i32): void {
  const d = outDistances + (<usize>out << 3);
  const r = outRows + (<usize>out << 2);
  const rank = load<u32>(rowRanks + (<usize>row << 2));
  let at = neighbours - 1;
  const worst = load<f64>(d + (<usize>at << 3));
  if (distance > worst) return;
  if (distance == worst) {
    const there = load<i32>(r + (<usize>at << 2));
    if (there >= 0 && load<u32>(rowRanks + (<usize>there << 2)) < rank) return;
  }
  while (at > 0) {
    const before = load<f64>(d + (<usize>(at - 1) << 3));
    const there = load<i32>(r + (<usize>(at - 1) << 2));
    if (before < distance) break;
    if (before == distance && there >= 0 && load<u32>(rowRanks + (<usize>there << 2)) < rank) break;
    store<f64>(d + (<usize>at << 3), before);
    store<i32>(r + (<usize>at << 2), there);
    at -= 1;
  }
  store<f64>(d + (<usize>at << 3), distance);
  store<i32>(r + (<usize>at << 2), row);
}

function exactDistance(query: i32, row: i32): f64 {
  const a = queryNumbers + ((<usize>query * numeric) << 3);
  const b = rowNumbers + ((<usize>row * numeric) << 3);
  let sum: f64 = 0;
  let mismatches: i32 = 0;
  for (let j: i32 = 0; j < numeric; j += 1) {
    const x = load<f64>(a + (<usize>j << 3));
    const y = load<f64>(b + (<usize>j << 3));
    const d = Math.abs(x - y);
    if (d == d) sum += d;
    else mismatches += <i32>((x == x) != (y == y)); // null against a number
  }
  const e = queryCodes + ((<usize>query * categorical) << 2);
  const f = rowCodes + ((<usize>row * categorical) << 2);
  for (let j: i32 = 0; j < categorical; j += 1) mismatches += <i32>(load<u32>(e + (<usize>j << 2)) != load<u32>(f + (<usize>j << 2)));
  return sum + <f64>mismatches;
}

// @ts-ignore: decorator
@inline
function addNumbers(base: usize, sum: v128, from: i32, to: i32): v128 {
  for (let p = from; p < to; p += 1) {
    const here = v128.load(base + (<usize>p << 4));
    const q = v128.load(splats + (<usize>p << 4));
    sum = i16x8.add_sat_u(sum, i16x8.extadd_pairwise_i8x16_u(v128.or(i8x16.sub_sat_u(here, q), i8x16.sub_sat_u(q, here))));
  }
  return sum;
}

function scanBlock(query: i32, block: i32): void {
  const pairs = categoricalPairs + numericPairs;
  const end = <i32>load<u32>(blockStarts + (<usize>(block + 1) << 2));
  const out = query * neighbours;
  const worst = outDistances + (<usize>(out + neighbours - 1) << 3);
  let limit = reach(load<f64>(worst));
  for (let eight = <i32>load<u32>(blockStarts + (<usize>block << 2)); eight < end; eight += 1) {
    const base = rowBytes + ((<usize>eight * pairs) << 4);
    let mismatches = i16x8.splat(0);
    let p: i32 = 0;
    while (p < categoricalPairs) {
      const stop = min(categoricalPairs, p + 255);
      let seen = i8x16.splat(0);
      for (; p < stop; p += 1) seen = i8x16.sub(seen, i8x16.ne(v128.load(base + (<usize>p << 4)), v128.load(splats + (<usize>p << 4))));
      mismatches = i16x8.add(mismatches, i16x8.extadd_pairwise_i8x16_u(seen));
    }
    let sum = weighed(mismatches);
    let top = i16x8.splat(<i16>limit);
    if (!v128.any_true(i16x8.le_u(sum, top))) continue;
    const half = categoricalPairs + (numericPairs >> 1);
    sum = addNumbers(base, sum, p, half);
    if (numericPairs > 3 && !v128.any_true(i16x8.le_u(sum, top))) continue;
    sum = addNumbers(base, sum, half, pairs);
    let near = i16x8.bitmask(i16x8.le_u(sum, top));
    while (near != 0) {
      const row = (eight << 3) + ctz(near);
      near &= near - 1;
      if (load<u32>(rowRanks + (<usize>row << 2)) == 0xffffffff) continue;
      offer(out, exactDistance(query, row), row);
    }
    limit = reach(load<f64>(worst));
  }
}

/** Answer queries from … to − 1. */
export function search(from: i32, to: i32): void {
  const pairs = categoricalPairs + numericPairs;
  for (let query = from; query < to; query += 1) {
    const out = query * neighbours;
    for (let i: i32 = 0; i < neighbours; i += 1) {
      store<f64>(outDistances + (<usize>(out + i) << 3), Infinity);
      store<i32>(outRows + (<usize>(out + i) << 2), -1);
    }
    const bytes = queryBytes + ((<usize>query * pairs) << 1);
    for (let p: i32 = 0; p < pairs; p += 1) v128.store(splats + (<usize>p << 4), i16x8.splat(load<i16>(bytes + (<usize>p << 1))));
    const worst = outDistances + (<usize>(out + neighbours - 1) << 3);
    const first = boundBlocks();
    scanBlock(query, first);
    for (let b: i32 = 0; b < blocks; b += 8) {
      const limit = i16x8.splat(<i16>reach(load<f64>(worst)));
      let bits = i16x8.bitmask(i16x8.le_u(v128.load(bounds + (<usize>b << 1)), limit));
      while (bits != 0) {
        const block = b + ctz(bits);
        bits &= bits - 1;
        if (block == first || block >= blocks) continue;
        if (<i32>load<u16>(bounds + (<usize>block << 1)) <= reach(load<f64>(worst))) scanBlock(query, block);
      }
    }
  }
}
