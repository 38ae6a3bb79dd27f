import { randomFillSync } from "node:crypto";
import seedrandom from "seedrandom";

const secure: unique symbol = Symbol("secure");
const seeded: unique symbol = Symbol("seeded");

/** Bits of the operating system's generator. The noise of a release accepts this type only: it cannot be seeded. */
export interface SecureBits {
  readonly [secure]: true;
  /** A uniform unsigned 32-bit integer. */
  uint32(): number;
  /** Fills `words` with uniform unsigned 32-bit integers. */
  fill(words: Uint32Array): void;
}

/** Reproducible bits for post-processing and audits, never for noise: the two types do not unify. */
export interface SeededBits {
  readonly [seeded]: true;
  /** A uniform unsigned 32-bit integer. */
  uint32(): number;
  /** A uniform double in [0, 1) with 32 random bits. */
  uniform(): number;
  /** A uniform integer in [0, n), 1 ≤ n ≤ 2³², by multiplication; bias below n/2³². */
  below(n: number): number;
  /** Fisher–Yates on `items[from … from + count)`: the same as a loop of `below`, without its calls. */
  shuffle(items: Uint16Array, from: number, count: number): void;
}

/** 2⁻³². */
const UNIT = 1 / 4_294_967_296;
const POOL_WORDS = 65_536;

/** Bits from `node:crypto`, fetched 256 kB at a time. */
export function secureBits(): SecureBits {
  const pool = new Uint32Array(POOL_WORDS);
  let next = POOL_WORDS;
  return {
    [secure]: true,
    uint32() {
      if (next === POOL_WORDS) {
        randomFillSync(pool);
        next = 0;
      }
      const word = pool[next] as number;
      pool[next] = 0; // a used word must not linger in memory
      next += 1;
      return word;
    },
    fill: (words) => void randomFillSync(words),
  };
}

/**
 * sfc32 (Doty-Humphrey's small fast counting generator), its 128-bit state drawn by seedrandom from the seed's text.
 * Integer arithmetic only, so the stream is the same on every Node version.
 */
export function seededBits(seed: string): SeededBits {
  const source = seedrandom(seed);
  let a = source.int32() | 0;
  let b = source.int32() | 0;
  let c = source.int32() | 0;
  let counter = 1;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i += 1) uint32();
  return {
    [seeded]: true,
    uint32,
    uniform: () => uint32() * UNIT,
    below: (n) => Math.floor(uint32() * UNIT * n),
    shuffle(items, from, count) {
      let [x, y, z, k] = [a, b, c, counter]; // locals live in registers, the closure's variables in memory
      for (let i = from + count - 1; i > from; i -= 1) {
        const t = (((x + y) | 0) + k) | 0;
        k = (k + 1) | 0;
        x = y ^ (y >>> 9);
        y = (z + (z << 3)) | 0;
        z = (((z << 21) | (z >>> 11)) + t) | 0;
        const j = from + Math.floor((t >>> 0) * UNIT * (i - from + 1));
        const held = items[i];
        items[i] = items[j];
        items[j] = held;
      }
      [a, b, c, counter] = [x, y, z, k];
    },
  };
}
