import { internal } from "../../base/errors.js";
import { add, ceilDiv, floorDiv, mul, parse, type Rational, rational, sum } from "../../base/rational.js";
import type { Price } from "../../formats/common.js";
import type { PrivacyEvent } from "../../formats/event.js";
import { decimal } from "./directed.js";

/** Prices keep ρ and ε in 10⁻¹⁵ … */
const FEMTO = 10n ** 15n;
/** … and δ in 10⁻¹⁸. */
const ATTO = 10n ** 18n;

/** An exact price, its parts not in lowest terms; `epsilon` is undefined where something in it has no pure price. */
export interface ExactPrice {
  readonly rho: Rational;
  readonly epsilon: Rational | undefined;
  readonly delta: Rational;
}

const ZERO = rational(0);

/**
 * What events cost together, in exact rationals rounded up once. Valid for adaptively chosen events.
 * @proof docs/proofs/composition.md
 */
export function priceOf(events: readonly PrivacyEvent[]): Price {
  return rounded(exactPriceOf(events));
}

/** The same before rounding. */
export function exactPriceOf(events: readonly PrivacyEvent[]): ExactPrice {
  const each = events.map(exactPriceOfOne);
  const pure = each.flatMap(({ epsilon }) => (epsilon === undefined ? [] : [epsilon]));
  return { rho: sum(each.map(({ rho }) => rho)), epsilon: pure.length < each.length ? undefined : sum(pure), delta: sum(each.map(({ delta }) => delta)) };
}

export function addExact(a: ExactPrice, b: ExactPrice): ExactPrice {
  return { rho: add(a.rho, b.rho), epsilon: a.epsilon === undefined || b.epsilon === undefined ? undefined : add(a.epsilon, b.epsilon), delta: add(a.delta, b.delta) };
}

/** Each part rounded up to its unit. */
export function rounded(exact: ExactPrice): Price {
  const epsilon = exact.epsilon === undefined ? {} : { epsilonFemto: `${ceilIn(exact.epsilon, FEMTO)}` };
  return { rhoFemto: `${ceilIn(exact.rho, FEMTO)}`, ...epsilon, deltaAtto: `${ceilIn(exact.delta, ATTO)}` };
}

export function zeroPrice(): Price {
  return { rhoFemto: "0", epsilonFemto: "0", deltaAtto: "0" };
}

/** Sum; it has a pure part only if both have one. */
export function addPrices(a: Price, b: Price): Price {
  const pure = a.epsilonFemto === undefined || b.epsilonFemto === undefined ? {} : { epsilonFemto: `${BigInt(a.epsilonFemto) + BigInt(b.epsilonFemto)}` };
  return { rhoFemto: `${BigInt(a.rhoFemto) + BigInt(b.rhoFemto)}`, ...pure, deltaAtto: `${BigInt(a.deltaAtto) + BigInt(b.deltaAtto)}` };
}

/** a − b. @pre fits(b, a); throws where a part would be negative. */
export function subtractPrices(a: Price, b: Price): Price {
  if (!fits(b, a)) throw internal("a price was subtracted from a smaller one");
  const pure = a.epsilonFemto === undefined || b.epsilonFemto === undefined ? {} : { epsilonFemto: `${BigInt(a.epsilonFemto) - BigInt(b.epsilonFemto)}` };
  return { rhoFemto: `${BigInt(a.rhoFemto) - BigInt(b.rhoFemto)}`, ...pure, deltaAtto: `${BigInt(a.deltaAtto) - BigInt(b.deltaAtto)}` };
}

/** Each part of `price` is covered by `left`. Where `left` has a pure part, a price without one never fits. */
export function fits(price: Price, left: Price): boolean {
  const pure = left.epsilonFemto === undefined || (price.epsilonFemto !== undefined && BigInt(price.epsilonFemto) <= BigInt(left.epsilonFemto));
  return pure && BigInt(price.rhoFemto) <= BigInt(left.rhoFemto) && BigInt(price.deltaAtto) <= BigInt(left.deltaAtto);
}

/** ρ of a price, exact. */
export function rhoOf(price: Price): Rational {
  return rational(BigInt(price.rhoFemto), FEMTO);
}

/** Pure ε of a price, exact; undefined where it has none. */
export function epsilonOf(price: Price): Rational | undefined {
  return price.epsilonFemto === undefined ? undefined : rational(BigInt(price.epsilonFemto), FEMTO);
}

/** δ of a price, exact. */
export function deltaOf(price: Price): Rational {
  return rational(BigInt(price.deltaAtto), ATTO);
}

/** ρ or ε, read as the decimal it shows, in whole 10⁻¹⁵ rounded down. @pre finite, ≥ 0 */
export function femtoFloor(x: number): bigint {
  const { num, den } = decimal(x);
  return floorDiv(num * FEMTO, den);
}

/** δ, read as the decimal it shows, in whole 10⁻¹⁸ rounded down. @pre finite, ≥ 0 */
export function attoFloor(x: number): bigint {
  const { num, den } = decimal(x);
  return floorDiv(num * ATTO, den);
}

/** δ in whole 10⁻¹⁸ rounded up. @pre finite, ≥ 0 */
export function attoCeil(x: number): bigint {
  const { num, den } = decimal(x);
  return ceilDiv(num * ATTO, den);
}

function exactPriceOfOne(event: PrivacyEvent): ExactPrice {
  switch (event.type) {
    case "discrete-gaussian":
      return { rho: gaussianRho(event.sigma2, event.l2Sensitivity), epsilon: undefined, delta: ZERO };
    case "discrete-laplace": {
      const scale = positive(event.scale);
      const epsilon = rational(BigInt(event.l1Sensitivity) * scale.den, scale.num);
      return { rho: mul(mul(epsilon, epsilon), rational(1, 2)), epsilon, delta: ZERO };
    }
    case "exponential": {
      const epsilon = positive(event.eta);
      return { rho: mul(mul(epsilon, epsilon), rational(1, 8)), epsilon, delta: ZERO };
    }
    case "threshold":
      return { rho: gaussianRho(event.sigma2, event.l2Sensitivity), epsilon: undefined, delta: positive(event.delta) };
  }
}

/** Δ²/(2σ²). */
function gaussianRho(sigma2: string, sensitivity: number): Rational {
  const variance = positive(sigma2);
  const delta = BigInt(sensitivity);
  return rational(delta * delta * variance.den, 2n * variance.num);
}

/** A parameter of an event. */
export function positive(text: string): Rational {
  const value = parse(text);
  if (value === undefined || value.num <= 0n) throw internal("a privacy event has a parameter that is not positive");
  return value;
}

function ceilIn(x: Rational, unit: bigint): bigint {
  return ceilDiv(x.num * unit, x.den);
}
