import { internal } from "../../base/errors.js";
import { add, type Rational, rational, sum } from "../../base/rational.js";
import { pickPrice } from "../../domain/pick-price.js";
import type { PrivacyEvent } from "../../formats/event.js";
import { gaussianDivergence } from "./gaussian-tail.js";
import { positive } from "./price.js";

/** Cells whose counts a unit may change, all marginals together: so many, each a hair away from continuous noise, are accounted for. */
export const MOST_TOUCHED = 2 ** 24;
/** ln of how far a cell's laws may stand from rounded continuous noise. */
const HAIR = 2 ** -47;
const SLACK = MOST_TOUCHED * HAIR;
/** Relative error of δ, far above what its arithmetic errs by where μ is not below {@link LEAST_MU}. */
const DELTA_MARGIN = 2 ** -26;
const LEAST_MU = 2 ** -12;
/** ε is moved up by this much, absolutely and relatively. */
const EPSILON_MARGIN = 1e-9;
const LARGEST_EPSILON = 32;

/** Where a series of events stands between one and the next. */
interface Course {
  /** Picks in a row with the last one that are paid for and may still come. */
  readonly paid: { readonly eta: string; readonly inARow: number; readonly picks: number } | undefined;
  /** Cells that a unit may have changed. */
  readonly touched: number;
}

/** Events added up as Gaussian differential privacy. */
export interface Tally extends Course {
  /** Σ μ²/2. */
  readonly price: Rational;
}

export const NOTHING: Tally = { price: rational(0n), paid: undefined, touched: 0 };

/**
 * More events. A filter: whatever was asked before and however it was chosen, looks of Σ μ²/2 ≤ ρ are together √(2ρ)-Gaussian differentially private.
 *
 * @throws where an event has no such price: Laplace noise, a threshold, σ² below 4, η above 16
 * @cite Smith, Thakurta 2022, arXiv:2210.17520 (the filter); Dong, Roth, Su 2022 (composition)
 * @proof docs/proofs/gaussian-dp.md
 */
export function counted(tally: Tally, events: readonly PrivacyEvent[]): Tally {
  const { prices, course } = follow(tally, events);
  return { ...course, price: add(tally.price, sum(prices)) };
}

/** Σ μ²/2 of events, in their order, exact; not in lowest terms. */
export function gaussianDpPrice(events: readonly PrivacyEvent[]): Rational {
  return sum(follow(NOTHING, events).prices);
}

function follow(before: Course, events: readonly PrivacyEvent[]): { prices: Rational[]; course: Course } {
  const prices: Rational[] = [];
  let course = before;
  for (const event of events) {
    const { price, ...after } = one(course, event);
    prices.push(price);
    course = after;
  }
  return { prices, course };
}

function one(course: Course, event: PrivacyEvent): Tally {
  if (event.type === "exponential") return picked(course, event);
  if (event.type !== "discrete-gaussian") throw internal(`an event of type ${event.type} has no price as Gaussian differential privacy`);
  const touched = course.touched + event.l2Sensitivity;
  if (touched > MOST_TOUCHED) throw internal("more marginals than are accounted for");
  return { price: marginalPrice(positive(event.sigma2), event.l2Sensitivity), paid: undefined, touched };
}

/** The first of several picks in a row pays for as many as there may be, also where fewer follow. */
function picked({ paid, touched }: Course, { eta, inARow = 1 }: Extract<PrivacyEvent, { type: "exponential" }>): Tally {
  if (paid !== undefined && paid.picks > 0 && paid.eta === eta && paid.inARow === inARow) return { price: rational(0n), paid: { ...paid, picks: paid.picks - 1 }, touched };
  const price = pickPrice(positive(eta), inARow);
  if (price === undefined) throw internal("a pick of an eta above 16 has no price as Gaussian differential privacy");
  return { price, paid: { eta, inARow, picks: inARow - 1 }, touched };
}

/** k²/(2(σ² − 1)): noise of variance σ² on whole numbers is that of variance σ² − 1 on the line, rounded at random. */
function marginalPrice(sigma2: Rational, rows: number): Rational {
  const less = sigma2.num - sigma2.den;
  if (less < 3n * sigma2.den) throw internal("noise of a variance below 4 has no price as Gaussian differential privacy");
  const k = BigInt(rows);
  return rational(k * k * sigma2.den, 2n * less);
}

/**
 * The least ε, rounded up, at which looks of Σ μ²/2 ≤ ρ by {@link counted} are (ε, δ)-DP; undefined where it is not told: ε above 32 or μ below 2⁻¹².
 * @pre ρ > 0, 0 < δ < 1
 * @proof docs/proofs/gaussian-dp.md
 */
export function gaussianDpEpsilon(rho: number, delta: number): number | undefined {
  const mu = muUp(rho);
  if (!(mu >= LEAST_MU) || !(deltaAt(LARGEST_EPSILON, mu) <= delta)) return undefined;
  let [low, high] = [0, LARGEST_EPSILON];
  for (let i = 0; i < 80 && high - low > EPSILON_MARGIN * high; i += 1) {
    const mid = (low + high) / 2;
    if (deltaAt(mid, mu) <= delta) high = mid;
    else low = mid;
  }
  return high + EPSILON_MARGIN * (1 + high);
}

/** The largest ρ, rounded down, for which {@link gaussianDpEpsilon} is at most ε; undefined where there is none that it tells of. */
export function gaussianDpRho(epsilon: number, delta: number): number | undefined {
  const within = (rho: number): boolean => (gaussianDpEpsilon(rho, delta) ?? Number.POSITIVE_INFINITY) <= epsilon;
  let [low, high] = [LEAST_MU ** 2 / 2, LARGEST_EPSILON];
  low *= 1 + 1e-9;
  if (!(epsilon <= LARGEST_EPSILON) || !within(low)) return undefined;
  for (let i = 0; i < 80 && high - low > 1e-12 * high; i += 1) {
    const mid = Math.sqrt(low * high);
    if (within(mid)) low = mid;
    else high = mid;
  }
  return low;
}

/** δ at ε, rounded up. */
function deltaAt(epsilon: number, mu: number): number {
  const s = epsilon - 2 * SLACK;
  return s <= 0 ? 1 : (1 + DELTA_MARGIN) * Math.exp(SLACK) * gaussianDivergence(s, mu);
}

function muUp(rho: number): number {
  return Math.sqrt(2 * rho) * (1 + 2 ** -50);
}
