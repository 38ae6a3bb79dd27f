// SHA-256 (FIPS 180-4) of four messages at once: lane l of every vector belongs to message l. Messages come as slots of
// whole padded 64-byte blocks; digests leave as words: word w of message i at out + w·stride + 4i.

// @ts-ignore: decorator
@inline
function rotr(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n));
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return i32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function upper0(a: v128): v128 {
  return v128.xor(v128.xor(rotr(a, 2), rotr(a, 13)), rotr(a, 22));
}

// @ts-ignore: decorator
@inline
function upper1(e: v128): v128 {
  return v128.xor(v128.xor(rotr(e, 6), rotr(e, 11)), rotr(e, 25));
}

// @ts-ignore: decorator
@inline
function lower0(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 7), rotr(x, 18)), i32x4.shr_u(x, 3));
}

// @ts-ignore: decorator
@inline
function lower1(x: v128): v128 {
  return v128.xor(v128.xor(rotr(x, 17), rotr(x, 19)), i32x4.shr_u(x, 10));
}

// @ts-ignore: decorator
@inline
function choose(e: v128, f: v128, g: v128): v128 {
  return v128.xor(g, v128.and(e, v128.xor(f, g)));
}

// @ts-ignore: decorator
@inline
function majority(a: v128, b: v128, c: v128): v128 {
  return v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c)));
}

/** h + Σ1(e) + Ch(e, f, g) + K + W, the first sum of a round; `i` is the round's byte offset among the 32-bit constants. */
// @ts-ignore: decorator
@inline
function first(e: v128, f: v128, g: v128, h: v128, round: usize, schedule: usize, i: usize): v128 {
  const kw = add(v128.load32_splat(round + i), v128.load(schedule + (i << 2)));
  return add(add(h, kw), add(upper1(e), choose(e, f, g)));
}

// @ts-ignore: decorator
@inline
function second(a: v128, b: v128, c: v128): v128 {
  return add(upper0(a), majority(a, b, c));
}

/** Words 16 … 63 of the schedule from words 0 … 15. */
function expand(schedule: usize): void {
  for (let w = schedule, end = schedule + 48 * 16; w < end; w += 16) {
    const near = add(lower1(v128.load(w, 14 * 16)), v128.load(w, 9 * 16));
    v128.store(w, add(add(lower0(v128.load(w, 16)), v128.load(w)), near), 16 * 16);
  }
}

/** One compression of the schedule's words into `state`, eight vectors. */
function compress(state: usize, schedule: usize, round: usize): void {
  expand(schedule);
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  let e = v128.load(state, 64);
  let f = v128.load(state, 80);
  let g = v128.load(state, 96);
  let h = v128.load(state, 112);
  // Eight rounds turn the names once around, so no vector is moved.
  for (let i: usize = 0; i < 256; i += 32) {
    let t = first(e, f, g, h, round, schedule, i);
    d = add(d, t);
    h = add(t, second(a, b, c));
    t = first(d, e, f, g, round, schedule, i + 4);
    c = add(c, t);
    g = add(t, second(h, a, b));
    t = first(c, d, e, f, round, schedule, i + 8);
    b = add(b, t);
    f = add(t, second(g, h, a));
    t = first(b, c, d, e, round, schedule, i + 12);
    a = add(a, t);
    e = add(t, second(f, g, h));
    t = first(a, b, c, d, round, schedule, i + 16);
    h = add(h, t);
    d = add(t, second(e, f, g));
    t = first(h, a, b, c, round, schedule, i + 20);
    g = add(g, t);
    c = add(t, second(d, e, f));
    t = first(g, h, a, b, round, schedule, i + 24);
    f = add(f, t);
    b = add(t, second(c, d, e));
    t = first(f, g, h, a, round, schedule, i + 28);
    e = add(e, t);
    a = add(t, second(b, c, d));
  }
  v128.store(state, add(v128.load(state), a));
  v128.store(state, add(v128.load(state, 16), b), 16);
  v128.store(state, add(v128.load(state, 32), c), 32);
  v128.store(state, add(v128.load(state, 48), d), 48);
  v128.store(state, add(v128.load(state, 64), e), 64);
  v128.store(state, add(v128.load(state, 80), f), 80);
  v128.store(state, add(v128.load(state, 96), g), 96);
  v128.store(state, add(v128.load(state, 112), h), 112);
}

/** Sixteen bytes as four words, big-endian. */
// @ts-ignore: decorator
@inline
function words(at: usize): v128 {
  return i8x16.swizzle(v128.load(at), i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
}

/** The block at `at` of four slots that lie `slot` bytes apart, turned so that vector w holds word w of each. */
function gather(at: usize, slot: usize, schedule: usize): void {
  for (let i: usize = 0; i < 64; i += 16) {
    const p = words(at + i);
    const q = words(at + i + slot);
    const r = words(at + i + 2 * slot);
    const s = words(at + i + 3 * slot);
    const pq0 = v128.shuffle<i32>(p, q, 0, 4, 1, 5);
    const pq1 = v128.shuffle<i32>(p, q, 2, 6, 3, 7);
    const rs0 = v128.shuffle<i32>(r, s, 0, 4, 1, 5);
    const rs1 = v128.shuffle<i32>(r, s, 2, 6, 3, 7);
    const w = schedule + (i << 2);
    v128.store(w, v128.shuffle<i64>(pq0, rs0, 0, 2));
    v128.store(w, v128.shuffle<i64>(pq0, rs0, 1, 3), 16);
    v128.store(w, v128.shuffle<i64>(pq1, rs1, 0, 2), 32);
    v128.store(w, v128.shuffle<i64>(pq1, rs1, 1, 3), 48);
  }
}

/** `state` = eight words, the same in every lane. */
function start(state: usize, from: usize): void {
  for (let w: usize = 0; w < 8; w += 1) v128.store(state + (w << 4), v128.load32_splat(from + (w << 2)));
}

/** Schedule of the outer block of an HMAC: the inner digest, then the padding of 64 + 32 bytes. */
function outerBlock(state: usize, schedule: usize): void {
  memory.copy(schedule, state, 128);
  memory.fill(schedule + 128, 0, 128);
  v128.store(schedule, i32x4.splat(<i32>0x80000000), 8 * 16);
  v128.store(schedule, i32x4.splat(768), 15 * 16);
}

/**
 * Digests of n messages (n is rounded up to a multiple of four, slots and out must hold as many) of `blocks` blocks each, from
 * the eight words at `inner`; where `outer` is not 0, each digest is then hashed from the words there, which makes it an HMAC.
 * `work` holds 1,152 bytes, `round` the 64 constants.
 */
export function digest(slots: usize, n: i32, blocks: i32, inner: usize, outer: usize, out: usize, stride: usize, work: usize, round: usize): void {
  const slot = <usize>blocks << 6;
  const schedule = work + 128;
  for (let i = 0; i < n; i += 4) {
    const at = slots + <usize>i * slot;
    start(work, inner);
    for (let b: usize = 0; b < slot; b += 64) {
      gather(at + b, slot, schedule);
      compress(work, schedule, round);
    }
    if (outer != 0) {
      outerBlock(work, schedule);
      start(work, outer);
      compress(work, schedule, round);
    }
    for (let w: usize = 0; w < 8; w += 1) v128.store(out + w * stride + (<usize>i << 2), v128.load(work + (w << 4)));
  }
}

/** n codes of one byte into slots: code i to `to` + i·slot. */
export function put8(codes: usize, n: i32, to: usize, slot: usize): void {
  for (let at = codes, end = codes + <usize>n; at < end; at += 1) {
    store<u8>(to, load<u8>(at));
    to += slot;
  }
}

/** n codes of two bytes into slots, big-endian. */
export function put16(codes: usize, n: i32, to: usize, slot: usize): void {
  for (let at = codes, end = codes + (<usize>n << 1); at < end; at += 2) {
    store<u16>(to, bswap<u16>(load<u16>(at)));
    to += slot;
  }
}

/** n codes of four bytes into slots, big-endian. */
export function put32(codes: usize, n: i32, to: usize, slot: usize): void {
  for (let at = codes, end = codes + (<usize>n << 2); at < end; at += 4) {
    store<u32>(to, bswap<u32>(load<u32>(at)));
    to += slot;
  }
}
