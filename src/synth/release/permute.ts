import { seededBits } from "../../base/random.js";

/** A seeded bijection of 0 … size−1 onto itself: i ↦ (a·i + b) mod size with a prime to size. Not a cipher: it only breaks the look of a counter. @pre 1 ≤ size ≤ 2²⁶ */
export function permutation(size: number, seed: string): (i: number) => number {
  const bits = seededBits(seed);
  let a = 1 + bits.below(size);
  while (gcd(a, size) !== 1) a += 1;
  const b = bits.below(size);
  a %= size;
  return (i) => (a * i + b) % size;
}

function gcd(x: number, y: number): number {
  return y === 0 ? x : gcd(y, x % y);
}
