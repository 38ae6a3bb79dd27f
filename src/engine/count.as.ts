// Joint counting over one block of rows. Codes are u8 or u16 columns; indices are u16 (at most 65,536 cells).

/** index[i] = code[i] for a u8 column of n rows. */
export function start8(code: usize, n: i32, index: usize): void {
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    v128.store(index + (<usize>i << 1), v128.load_ext<u8>(code + <usize>i));
  }
  for (; i < n; i++) store<u16>(index + (<usize>i << 1), <u16>load<u8>(code + <usize>i));
}

/** index[i] = code[i] for a u16 column. */
export function start16(code: usize, n: i32, index: usize): void {
  memory.copy(index, code, <usize>n << 1);
}

/** index[i] = index[i]·size + code[i], u8 codes. */
export function combine8(index: usize, code: usize, n: i32, size: i32): void {
  const s = i16x8.splat(<i16>size);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const at = index + (<usize>i << 1);
    v128.store(at, i16x8.add(i16x8.mul(v128.load(at), s), v128.load_ext<u8>(code + <usize>i)));
  }
  for (; i < n; i++) {
    const at = index + (<usize>i << 1);
    store<u16>(at, <u16>(<i32>load<u16>(at) * size + <i32>load<u8>(code + <usize>i)));
  }
}

/** index[i] = index[i]·size + code[i], u16 codes. */
export function combine16(index: usize, code: usize, n: i32, size: i32): void {
  const s = i16x8.splat(<i16>size);
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    const at = index + (<usize>i << 1);
    v128.store(at, i16x8.add(i16x8.mul(v128.load(at), s), v128.load(code + (<usize>i << 1))));
  }
  for (; i < n; i++) {
    const at = index + (<usize>i << 1);
    store<u16>(at, <u16>(<i32>load<u16>(at) * size + <i32>load<u16>(code + (<usize>i << 1))));
  }
}

/**
 * Add the block's indices to u32 counters. Two tables take turns, so that equal neighbours do not wait for each
 * other's store; the caller adds them up.
 */
export function tally(index: usize, n: i32, even: usize, odd: usize): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const four = load<u64>(index + (<usize>i << 1));
    const a = even + ((<usize>four & 0xffff) << 2);
    store<u32>(a, load<u32>(a) + 1);
    const b = odd + ((<usize>(four >> 16) & 0xffff) << 2);
    store<u32>(b, load<u32>(b) + 1);
    const c = even + ((<usize>(four >> 32) & 0xffff) << 2);
    store<u32>(c, load<u32>(c) + 1);
    const d = odd + ((<usize>(four >> 48) & 0xffff) << 2);
    store<u32>(d, load<u32>(d) + 1);
  }
  for (; i < n; i++) {
    const at = even + (<usize>load<u16>(index + (<usize>i << 1)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}
