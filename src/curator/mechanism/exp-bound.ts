import { expNegative, type Interval, times } from "./exp-interval.js";

/** Arguments come in 2⁻¹⁶. */
export const UNITS_PER_ONE = 65_536;
const PRECISION = 96n;
/** At and beyond this argument 2³⁰·exp(−q/2¹⁶) is below 1. */
export const EXP_BOUND_END = 21 * UNITS_PER_ONE;

interface Tables {
  /** ≥ 2³⁰·exp(−i/256) */
  readonly coarse: Float64Array;
  /** ≥ 2²²·exp(−i/65536) */
  readonly fine: Float64Array;
}

let tables: Tables | undefined;

/**
 * A whole number of at least 2³⁰·exp(−q/2¹⁶), at most 2³⁰, above it by a factor of at most 1 + 2⁻²¹ and 3. Doubles hold
 * whole numbers below 2⁵³ here: nothing is rounded but upwards.
 *
 * @pre q whole, 0 ≤ q < {@link EXP_BOUND_END}
 * @proof docs/proofs/exponential-mechanism.md
 */
export function expBound(q: number): number {
  tables ??= { coarse: upper(EXP_BOUND_END / 256, 256n, 30n), fine: upper(256, BigInt(UNITS_PER_ONE), 22n) };
  return Math.ceil((tables.coarse[q >> 8] * tables.fine[q & 255]) / 2 ** 22);
}

/** A whole number of at least 2^scale·exp(−i/per), less than 2 above it, i = 0 … length − 1: powers, each rounded outwards. */
function upper(length: number, per: bigint, scale: bigint): Float64Array {
  const step = expNegative(1n, per, PRECISION);
  let power: Interval = expNegative(0n, 1n, PRECISION);
  const drop = PRECISION - scale;
  return Float64Array.from({ length }, () => {
    const bound = Number(-(-power.high >> drop));
    power = times(power, step, PRECISION);
    return bound;
  });
}
