/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) of many short messages: the plain twin of the kernel, one message at a time. `node:crypto`, the
 * oracle of its tests, costs 2 to 5 µs a call; five million rows need one call each. Not for secrets that an attacker could time.
 */

/** First 32 bits of the fractional parts of square and cube roots of the primes, as the standard prints them, computed in exact integers. */
const INITIAL = rootFractions(8, 2n);
export const ROUND = rootFractions(64, 3n);
const SCHEDULE = new Int32Array(64);

function rootFractions(count: number, degree: 2n | 3n): Int32Array {
  const out: number[] = [];
  for (let p = 2n; out.length < count; p += 1n) {
    let prime = true;
    for (let d = 2n; d * d <= p; d += 1n) if (p % d === 0n) prime = false;
    // ⌊root(p)·2³²⌋ is the integer root of p·2^(32·degree); its low 32 bits are the fraction's first.
    if (prime) out.push(Number(BigInt.asIntN(32, integerRoot(p << (32n * degree), degree))));
  }
  return Int32Array.from(out);
}

function integerRoot(n: bigint, degree: bigint): bigint {
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= n) low = middle;
    else high = middle;
  }
  return low;
}

/** One compression of the 64 bytes of `block` from `at` into `state` (8 words). */
export function compress(state: Int32Array, block: Uint8Array, at: number): void {
  const w = SCHEDULE;
  for (let i = 0, j = at; i < 16; i += 1, j += 4) w[i] = (block[j] << 24) | (block[j + 1] << 16) | (block[j + 2] << 8) | block[j + 3];
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** A function of (message bytes, length) → 8 big-endian words of a digest; the array is overwritten by the next call. */
export type ShortDigest = (message: Uint8Array, length: number) => Int32Array;

/** The words from which a digest starts, and for an HMAC those of its outer hash. */
export interface StartWords {
  readonly inner: Int32Array;
  readonly outer?: Int32Array;
}

/** Start of SHA-256, or, given a key, of HMAC-SHA-256 with its two keyed blocks compressed once. */
export function startWords(key?: Uint8Array): StartWords {
  if (key === undefined) return { inner: INITIAL };
  const block = new Uint8Array(64);
  if (key.length > 64) putWords(block, sha256()(key, key.length));
  else block.set(key);
  const start = (pad: number): Int32Array => {
    const state = INITIAL.slice();
    compress(
      state,
      block.map((byte) => byte ^ pad),
      0,
    );
    return state;
  };
  return { inner: start(0x36), outer: start(0x5c) };
}

/** SHA-256, unkeyed. */
export function sha256(): ShortDigest {
  const state = new Int32Array(8);
  const tail = new Uint8Array(128);
  return (message, length) => {
    state.set(INITIAL);
    absorb(state, message, length, 0, tail);
    return state;
  };
}

/** HMAC-SHA-256: a message of up to 55 bytes costs two compressions. */
export function hmacSha256(key: Uint8Array): ShortDigest {
  const { inner, outer = INITIAL } = startWords(key);
  const state = new Int32Array(8);
  const digest = new Uint8Array(32);
  const tail = new Uint8Array(128);
  return (message, length) => {
    state.set(inner);
    absorb(state, message, length, 64, tail);
    putWords(digest, state);
    state.set(outer);
    absorb(state, digest, 32, 64, tail);
    return state;
  };
}

/** Words as big-endian bytes at the start of `out`. */
export function putWords(out: Uint8Array, words: Int32Array): void {
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    out[4 * i] = word >>> 24;
    out[4 * i + 1] = word >>> 16;
    out[4 * i + 2] = word >>> 8;
    out[4 * i + 3] = word;
  }
}

/** Whole blocks, then the padded rest; `before` bytes were compressed already. */
function absorb(state: Int32Array, message: Uint8Array, length: number, before: number, tail: Uint8Array): void {
  let at = 0;
  for (; at + 64 <= length; at += 64) compress(state, message, at);
  tail.fill(0);
  for (let i = at; i < length; i += 1) tail[i - at] = message[i];
  const rest = length - at;
  const end = rest < 56 ? 64 : 128;
  putPadding(tail, rest, end, before + length);
  compress(state, tail, 0);
  if (end === 128) compress(state, tail, 64);
}

/** The padding of a message of `total` bytes whose last ones stand before `from`: a one bit there, the length in bits before `end`. The rest must be zero. */
export function putPadding(out: Uint8Array, from: number, end: number, total: number): void {
  out[from] = 0x80;
  const high = Math.floor(total / 536_870_912);
  const low = total * 8;
  for (let i = 0; i < 4; i += 1) {
    out[end - 1 - i] = low >>> (8 * i);
    out[end - 5 - i] = high >>> (8 * i);
  }
}
