/** An exact rational, denominator positive; in lowest terms, but for a {@link sum}. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** @pre den ≠ 0 */
export function rational(num: bigint | number, den: bigint | number = 1n): Rational {
  let n = BigInt(num);
  let d = BigInt(den);
  if (d === 0n) throw new RangeError("rational: denominator is zero");
  if (d < 0n) {
    n = -n;
    d = -d;
  }
  const g = gcd(n, d);
  return g > 1n ? { num: n / g, den: d / g } : { num: n, den: d };
}

/** Every finite double is a rational with a power-of-two denominator; this is that one, exactly. @pre x finite */
export function fromDouble(x: number): Rational {
  if (!Number.isFinite(x)) throw new RangeError("fromDouble: not finite");
  let den = 1n;
  let y = x;
  while (!Number.isInteger(y)) {
    y *= 2;
    den *= 2n;
  }
  return rational(BigInt(y), den);
}

/** The largest multiple of 1/den that is ≤ x. */
export function floorTo(x: number, den: bigint): Rational {
  return rational(floorDiv(fromDouble(x).num * den, fromDouble(x).den), den);
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den);
}

/** The sum of all, NOT in lowest terms: what hundreds of denominators have in common takes long to find, and no comparison needs it. */
export function sum(terms: readonly Rational[]): Rational {
  return inPairs(terms, 0, terms.length);
}

/** Numerators and denominators grow together, which keeps their products cheap. */
function inPairs(terms: readonly Rational[], from: number, to: number): Rational {
  if (to - from < 2) return from === to ? { num: 0n, den: 1n } : terms[from];
  const middle = (from + to) >> 1;
  const [a, b] = [inPairs(terms, from, middle), inPairs(terms, middle, to)];
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function mul(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den);
}

/** Sign of a − b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const d = a.num * b.den - b.num * a.den;
  return d < 0n ? -1 : d > 0n ? 1 : 0;
}

/** Nearest double; relative error at most 2⁻⁵². */
export function toDouble(a: Rational): number {
  const n = a.num < 0n ? -a.num : a.num;
  const shift = BigInt(Math.max(0, 64 + a.den.toString(2).length - n.toString(2).length));
  const q = (n << shift) / a.den;
  let value = Number(q);
  for (let left = Number(shift); left > 0; left -= 1000) value /= 2 ** Math.min(left, 1000);
  return a.num < 0n ? -value : value;
}

/** `"p/q"`, or `"p"` where q is 1: how rationals stand in our files. */
export function format(a: Rational): string {
  return a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`;
}

/** Inverse of {@link format}. Returns undefined where the text is not a rational. */
export function parse(text: string): Rational | undefined {
  const match = /^(-?\d{1,4096})(?:\/(\d{1,4096}))?$/.exec(text);
  if (match === null || (match[2] !== undefined && /^0+$/.test(match[2]))) return undefined;
  return rational(BigInt(match[1] as string), BigInt(match[2] ?? "1"));
}

export function floorDiv(n: bigint, d: bigint): bigint {
  const q = n / d;
  return n % d !== 0n && n < 0n !== d < 0n ? q - 1n : q;
}

export function ceilDiv(n: bigint, d: bigint): bigint {
  return -floorDiv(-n, d);
}
