// Groups equal rows by two 32-bit hashes. `high` and `low` hold one u32 a row; they and the stage are padded to four rows.

// @ts-ignore: decorator
@inline
function mix(high: usize, low: usize, code: v128): void {
  const h = i32x4.mul(v128.xor(v128.load(high), code), i32x4.splat(<i32>0x9e3779b1));
  v128.store(high, v128.xor(h, i32x4.shr_u(h, 15)));
  const l = i32x4.mul(i32x4.add(v128.load(low), code), i32x4.splat(<i32>0xcc9e2d51));
  v128.store(low, v128.xor(l, i32x4.shr_u(l, 13)));
}

/** Hashes of no code yet, for n rows. */
export function begin(n: i32, high: usize, low: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    v128.store(high + i, i32x4.splat(<i32>0x9747b28c));
    v128.store(low + i, i32x4.splat(<i32>0x3c6ef372));
  }
}

/** Takes in one column of n codes of one byte. */
export function mix8(codes: usize, n: i32, high: usize, low: usize): void {
  for (let i: usize = 0; i < <usize>n; i += 4) {
    mix(high + (i << 2), low + (i << 2), i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(codes + i))));
  }
}

/** Takes in one column of n codes of two bytes. */
export function mix16(codes: usize, n: i32, high: usize, low: usize): void {
  for (let i: usize = 0; i < <usize>n; i += 4) mix(high + (i << 2), low + (i << 2), v128.load_ext<u16>(codes + (i << 1)));
}

/** Takes in one column of n codes of four bytes. */
export function mix32(codes: usize, n: i32, high: usize, low: usize): void {
  for (let i: usize = 0; i < <usize>n; i += 4) mix(high + (i << 2), low + (i << 2), v128.load(codes + (i << 2)));
}

/** The last rounds of murmur3, over n hashes, of which the bits of `mask` are kept. */
export function finish(hashes: usize, n: i32, mask: i32): void {
  for (let at = hashes, end = hashes + (<usize>n << 2); at < end; at += 16) {
    let h = v128.load(at);
    h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(<i32>0x85ebca6b));
    h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(<i32>0xc2b2ae35));
    v128.store(at, v128.and(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(mask)));
  }
}

/** Adds n rows to the counts of their tables: a row belongs to the table that its high hash, shifted, names. */
export function tally(high: usize, n: i32, shift: u32, counts: usize): void {
  for (let i: usize = 0; i < <usize>n << 2; i += 4) {
    const at = counts + ((<usize>load<u32>(high + i) >> shift) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/** Deals rows from … to − 1 to their tables, in their order: (row, high, low) of twelve bytes each; `next` is where each table goes on. */
export function deal(high: usize, low: usize, from: i32, to: i32, shift: u32, next: usize, dealt: usize): void {
  for (let row = from; row < to; row++) {
    const i = <usize>row << 2;
    const h = load<u32>(high + i);
    const at = next + ((<usize>h >> shift) << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    const out = dealt + <usize>place * 12;
    store<u32>(out, row);
    store<u32>(out, h, 4);
    store<u32>(out, load<u32>(low + i), 8);
  }
}

/**
 * Groups the rows dealt to one table, places from … to − 1. Open addressing over `mask` + 1 slots of (place + 1, rows seen), zero where empty.
 * For each row: how many of its group stand before it, and the first of them.
 */
export function group(dealt: usize, from: i32, to: i32, slots: usize, mask: u32, ordinal: usize, first: usize): void {
  memory.fill(slots, 0, (<usize>mask + 1) << 3);
  for (let place = from; place < to; place++) {
    const own = dealt + <usize>place * 12;
    const row = load<u32>(own);
    const hash = load<u64>(own, 4);
    let slot = load<u32>(own, 8) & mask;
    let at = slots + (<usize>slot << 3);
    let held = load<u32>(at);
    while (held != 0 && load<u64>(dealt + <usize>(held - 1) * 12, 4) != hash) {
      slot = (slot + 1) & mask;
      at = slots + (<usize>slot << 3);
      held = load<u32>(at);
    }
    if (held == 0) {
      held = <u32>place + 1;
      store<u32>(at, held);
    }
    const seen = load<u32>(at, 4);
    store<u32>(at, seen + 1, 4);
    store<u32>(ordinal + (<usize>row << 2), seen);
    store<u32>(first + (<usize>row << 2), load<u32>(dealt + <usize>(held - 1) * 12));
  }
}

/** 0 where each of the rows from … to − 1 has the code of the first of its group, in a column of one byte. */
export function differ8(codes: usize, from: i32, to: i32, first: usize): i32 {
  let different = 0;
  for (let row = from; row < to; row++) {
    different |= <i32>load<u8>(codes + <usize>row) ^ <i32>load<u8>(codes + <usize>load<u32>(first + (<usize>row << 2)));
  }
  return different;
}

/** The same for a column of two bytes. */
export function differ16(codes: usize, from: i32, to: i32, first: usize): i32 {
  let different = 0;
  for (let row = from; row < to; row++) {
    different |= <i32>load<u16>(codes + (<usize>row << 1)) ^ <i32>load<u16>(codes + (<usize>load<u32>(first + (<usize>row << 2)) << 1));
  }
  return different;
}

/** The same for a column of four bytes. */
export function differ32(codes: usize, from: i32, to: i32, first: usize): i32 {
  let different = 0;
  for (let row = from; row < to; row++) {
    different |= load<i32>(codes + (<usize>row << 2)) ^ load<i32>(codes + (<usize>load<u32>(first + (<usize>row << 2)) << 2));
  }
  return different;
}
