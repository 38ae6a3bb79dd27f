import { add, compare, fromDouble, type Rational, rational, toDouble } from "../../base/rational.js";

/**
 * The decimal a person typed, exactly: 0.1 is 1/10, not the nearest binary fraction, so that ten fits of 0.1 fill a cap
 * of 1 and no more. It is the shortest decimal that reads back as the same double. @pre x finite
 */
export function decimal(x: number): Rational {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(x));
  if (match === null) throw new RangeError("decimal: not finite");
  const fraction = match[3] ?? "";
  const exponent = Number(match[4] ?? "0") - fraction.length;
  const digits = BigInt(`${match[1]}${match[2]}${fraction}`);
  return exponent >= 0 ? rational(digits * 10n ** BigInt(exponent)) : rational(digits, 10n ** BigInt(-exponent));
}

/** Smallest double ≥ a. @pre |a| below the largest double */
export function doubleUp(a: Rational): number {
  const x = toDouble(a);
  return compare(fromDouble(x), a) < 0 ? neighbour(x, 1n) : x;
}

/** Largest double ≤ a. @pre |a| below the largest double */
export function doubleDown(a: Rational): number {
  const x = toDouble(a);
  return compare(fromDouble(x), a) > 0 ? neighbour(x, -1n) : x;
}

/** a − b. */
export function subtract(a: Rational, b: Rational): Rational {
  return add(a, rational(-b.num, b.den));
}

/** The next double above (step 1) or below (step −1). */
function neighbour(x: number, step: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  if (x === 0) return Number(step) * Number.MIN_VALUE;
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x > 0 ? step : -step));
  return view.getFloat64(0);
}
