// Exact k nearest references under the mixed distance (see nearest.ts for the layout). References are sorted into groups of
// equal categorical tuples, so one byte-wise pass over the groups gives every categorical distance, and only groups no farther
// than the best so far are opened. Inside a group a 32-bit sum, wrong by at most `slack`, decides which rows are worth the
// exact 64-bit one, whose order of additions is the plain twin's.

let queryBytes: usize; // byte planes of the queries, row-major: planes a row
let queryNumbers: usize; // f64, row-major
let queryFloats: usize; // f32, row-major, centred
let planes: i32;
let planeEnds: usize; // u8 per plane: 1 where a categorical column ends
let categorical: i32; // categorical columns, null flags included
let numeric: i32;
let groupBytes: usize; // per plane: `paddedGroups` bytes
let paddedGroups: i32;
let groupStarts: usize; // u32, paddedGroups + 1
let rowFloats: usize; // f32, per numeric column `paddedRows`
let paddedRows: i32;
let rowNumbers: usize; // f64, row-major
let rowRanks: usize; // u32
let neighbours: i32;
let slack: f64;
let counts: usize; // u8 scratch, paddedGroups
let splats: usize; // v128 scratch per plane
let outDistances: usize; // f64, neighbours a query
let outRows: usize; // i32, neighbours a query

export function layout(
  queryBytes_: usize,
  queryNumbers_: usize,
  queryFloats_: usize,
  planes_: i32,
  planeEnds_: usize,
  categorical_: i32,
  numeric_: i32,
  groupBytes_: usize,
  paddedGroups_: i32,
  groupStarts_: usize,
  rowFloats_: usize,
  paddedRows_: i32,
  rowNumbers_: usize,
  rowRanks_: usize,
  neighbours_: i32,
  slack_: f64,
  counts_: usize,
  splats_: usize,
  outDistances_: usize,
  outRows_: usize,
): void {
  queryBytes = queryBytes_;
  queryNumbers = queryNumbers_;
  queryFloats = queryFloats_;
  planes = planes_;
  planeEnds = planeEnds_;
  categorical = categorical_;
  numeric = numeric_;
  groupBytes = groupBytes_;
  paddedGroups = paddedGroups_;
  groupStarts = groupStarts_;
  rowFloats = rowFloats_;
  paddedRows = paddedRows_;
  rowNumbers = rowNumbers_;
  rowRanks = rowRanks_;
  neighbours = neighbours_;
  slack = slack_;
  counts = counts_;
  splats = splats_;
  outDistances = outDistances_;
  outRows = outRows_;
}

/** Mismatches of the query with every group; returns the least. */
function countMismatches(query: i32): i32 {
  const bytes = queryBytes + <usize>query * planes;
  for (let p: i32 = 0; p < planes; p += 1) v128.store(splats + (<usize>p << 4), i8x16.splat(<i8>load<u8>(bytes + p)));
  const all = i8x16.splat(<i8>categorical);
  const ones = i8x16.splat(-1);
  let least = i8x16.splat(-1);
  for (let g: i32 = 0; g < paddedGroups; g += 16) {
    let matches = i8x16.splat(0);
    let equal = ones;
    for (let p: i32 = 0; p < planes; p += 1) {
      const here = v128.load(groupBytes + <usize>p * paddedGroups + g);
      equal = v128.and(equal, i8x16.eq(here, v128.load(splats + (<usize>p << 4))));
      if (load<u8>(planeEnds + p)) {
        matches = i8x16.sub(matches, equal);
        equal = ones;
      }
    }
    const mismatches = i8x16.sub(all, matches);
    v128.store(counts + g, mismatches);
    least = i8x16.min_u(least, mismatches);
  }
  v128.store(splats, least);
  let low: i32 = 255;
  for (let i: i32 = 0; i < 16; i += 1) low = min(low, <i32>load<u8>(splats + i));
  return low;
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

function exactDistance(query: i32, row: i32, mismatches: i32): f64 {
  const a = queryNumbers + ((<usize>query * numeric) << 3);
  const b = rowNumbers + ((<usize>row * numeric) << 3);
  let sum: f64 = 0;
  for (let j: i32 = 0; j < numeric; j += 1) {
    const d = Math.abs(load<f64>(a + (<usize>j << 3)) - load<f64>(b + (<usize>j << 3)));
    if (d == d) sum += d; // a null's part is in the mismatches
  }
  return sum + <f64>mismatches;
}

function scanGroup(query: i32, group: i32, mismatches: i32): void {
  const start = <i32>load<u32>(groupStarts + (<usize>group << 2));
  const end = <i32>load<u32>(groupStarts + (<usize>(group + 1) << 2));
  const out = query * neighbours;
  if (numeric == 0) {
    const last = min(end, start + neighbours); // rows of a group stand in rank order
    for (let row = start; row < last; row += 1) offer(out, <f64>mismatches, row);
    return;
  }
  const worst = outDistances + (<usize>(out + neighbours - 1) << 3);
  const floats = queryFloats + ((<usize>query * numeric) << 2);
  for (let row = start; row < end; row += 4) {
    let sum = f32x4.splat(0);
    for (let j: i32 = 0; j < numeric; j += 1) {
      const here = v128.load(rowFloats + ((<usize>j * paddedRows + row) << 2));
      const d = f32x4.abs(f32x4.sub(here, f32x4.splat(load<f32>(floats + (<usize>j << 2)))));
      sum = f32x4.add(sum, v128.and(d, f32x4.eq(d, d)));
    }
    const bound = <f32>(load<f64>(worst) - <f64>mismatches + slack);
    const near = i32x4.bitmask(f32x4.le(sum, f32x4.splat(bound)));
    if (near == 0) continue;
    for (let lane: i32 = 0; lane < 4; lane += 1) {
      if (((near >> lane) & 1) != 0 && row + lane < end) offer(out, exactDistance(query, row + lane, mismatches), row + lane);
    }
  }
}

/** Answer queries from … to − 1. */
export function search(from: i32, to: i32): void {
  for (let query = from; query < to; query += 1) {
    const out = query * neighbours;
    for (let i: i32 = 0; i < neighbours; i += 1) {
      store<f64>(outDistances + (<usize>(out + i) << 3), Infinity);
      store<i32>(outRows + (<usize>(out + i) << 2), -1);
    }
    const worst = outDistances + (<usize>(out + neighbours - 1) << 3);
    for (let level = countMismatches(query); level <= categorical && <f64>level <= load<f64>(worst); level += 1) {
      const wanted = i8x16.splat(<i8>level);
      for (let g: i32 = 0; g < paddedGroups; g += 16) {
        let bits = i8x16.bitmask(i8x16.eq(v128.load(counts + g), wanted));
        while (bits != 0) {
          scanGroup(query, g + ctz(bits), level);
          bits &= bits - 1;
        }
      }
    }
  }
}
