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
  /** Fisher–Yates on `items[from … from + count)`, the first `alike` ≥ 1 of which are equal: the same as a loop of `below`, without its calls. */
  shuffle(items: Uint16Array | Uint32Array, from: number, count: number, alike: number): void;
  /** Fills `words[0 … count)` with uniform unsigned 32-bit integers, the same as a loop of `uint32`. */
  fill(words: Uint32Array, count: number): void;
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
  // Typed memory tells the compiler that these are 32-bit integers; the loops below keep them in registers.
  const state = Int32Array.of(source.int32(), source.int32(), source.int32(), 1);
  const uint32 = (): number => {
    const y = state[1];
    const z = state[2];
    const k = state[3];
    const t = (((state[0] + y) | 0) + k) | 0;
    state[0] = y ^ (y >>> 9);
    state[1] = z + (z << 3);
    state[2] = ((z << 21) | (z >>> 11)) + t;
    state[3] = k + 1;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i += 1) uint32();
  return {
    [seeded]: true,
    uint32,
    uniform: () => uint32() * UNIT,
    below: (n) => Math.floor(uint32() * UNIT * n),
    fill(words, count) {
      let x = state[0];
      let y = state[1];
      let z = state[2];
      let k = state[3];
      for (let i = 0; i < count; i += 1) {
        const t = (((x + y) | 0) + k) | 0;
        k = (k + 1) | 0;
        x = y ^ (y >>> 9);
        y = (z + (z << 3)) | 0;
        z = (((z << 21) | (z >>> 11)) + t) | 0;
        words[i] = t;
      }
      state.set([x, y, z, k]);
    },
    shuffle(items, from, count, alike) {
      let x = state[0];
      let y = state[1];
      let z = state[2];
      let k = state[3];
      for (let i = alike; i < count; i += 1) {
        const t = (((x + y) | 0) + k) | 0;
        k = (k + 1) | 0;
        x = y ^ (y >>> 9);
        y = (z + (z << 3)) | 0;
        z = (((z << 21) | (z >>> 11)) + t) | 0;
        const j = from + Math.floor((t >>> 0) * UNIT * (i + 1));
        const held = items[from + i];
        items[from + i] = items[j];
        items[j] = held;
      }
      state.set([x, y, z, k]);
    },
  };
}
