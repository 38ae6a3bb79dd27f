/** An interval of non-negative reals in fixed point: low/2^P ≤ x ≤ high/2^P. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** Product, rounded outwards. */
export function times(a: Interval, b: Interval, precision: bigint): Interval {
  const high = a.high * b.high;
  return { low: (a.low * b.low) >> precision, high: (high >> precision) + 1n };
}

/**
 * exp(−num/den) at `precision` bits, rounded outwards: halve the argument to at most ½, bracket by two neighbouring
 * partial sums of the alternating series, square back.
 *
 * @pre num ≥ 0, den ≥ 1
 * @post low ≤ 2^P·exp(−num/den) ≤ high ≤ 2^P
 */
export function expNegative(num: bigint, den: bigint, precision: bigint): Interval {
  const one = 1n << precision;
  if (num === 0n) return { low: one, high: one };
  // beyond P·ln 2 the value is below one unit; without this the halvings would grow without use
  if (num > den * precision) return { low: 0n, high: 1n };
  let halvings = 0n;
  while (2n * num > den << halvings) halvings += 1n;
  const x: Interval = { low: (num << precision) / (den << halvings), high: (num << precision) / (den << halvings) + 1n };
  let term: Interval = { low: one, high: one };
  let low = 0n;
  let high = 0n;
  for (let k = 1n; ; k += 1n) {
    // even partial sums end above exp(−x), odd ones below
    low += k % 2n === 1n ? term.low : -term.high;
    high += k % 2n === 1n ? term.high : -term.low;
    if (term.high <= 1n) break;
    const next = times(term, x, precision);
    term = { low: next.low / k, high: next.high / k + 1n };
  }
  // what is left out is at most one further term, which is at most the last one
  let value: Interval = { low: max(low - 2n, 0n), high: min(high + 2n, one) };
  for (let i = 0n; i < halvings; i += 1n) value = times(value, value, precision);
  return { low: value.low, high: min(value.high, one) };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
