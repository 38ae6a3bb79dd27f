import { internal } from "../../base/errors.js";
import type { SecureBits } from "../../base/random.js";
import type { Rational } from "../../base/rational.js";
import { EXP_BOUND_END, expBound, UNITS_PER_ONE } from "./exp-bound.js";
import { expNegative } from "./exp-interval.js";
import { type RunningSums, runningSums } from "./running-sums.js";
import { uniformBelow, uniformBits } from "./uniform.js";

/** Exponential mechanisms one after the other, each over the candidates that are left. */
export interface Picker {
  /** Index drawn with P[i] ∝ exp(η·sᵢ/(2Δ)) among what is left; it stays until it is removed. */
  draw(): number;
  /** Takes a candidate out of all further draws. */
  remove(candidate: number): void;
}

/** Bounds of 2²³ candidates sum to at most 2⁵³. */
export const MAX_CANDIDATES = 2 ** 23;
/** Bounds are 2³⁰·exp(−y), y the distance from the base's exponent. */
const SCALE = 30n;
/** Below this sum the bounds are taken anew from the best that is left: eight times what all others can add. */
const LEAST_TOTAL = 2 ** 26;
/** Bits of the first comparison; each further one doubles them. */
const START_PRECISION = 96;

/**
 * Exponential mechanism over integer scores, exactly: proposes i with probability proportional to a whole number of at
 * least 2³⁰·exp(−yᵢ), yᵢ = η(base − sᵢ)/(2Δ), and accepts with the quotient of the two, decided from as many bits as it takes.
 * The bounds are tight where the weight is, so about one trial is needed. The ½ is always there, because no score of ours is
 * monotone.
 *
 * @pre 1 to 2²³ scores; eta > 0; sensitivity Δ > 0 in units of the score
 * @post each draw has P[i] ∝ exp(η·sᵢ/(2Δ)) among what is left, exactly
 * @sensitivity |s(D) − s(D′)| ≤ Δ for each candidate and all neighbours
 * @price of each draw: pure ε = η; ρ = η²/8 (bounded range)
 * @cite McSherry, Talwar 2007; Cesar, Rogers 2021, arXiv:2004.07223
 * @proof docs/proofs/exponential-mechanism.md
 */
export function exponentialPicker(scores: readonly bigint[], eta: Rational, sensitivity: bigint, bits: SecureBits): Picker {
  if (scores.length === 0 || scores.length > MAX_CANDIDATES) throw internal("a selection needs 1 to 2^23 candidates");
  const den = eta.den * 2n * sensitivity;
  const order = bestFirst(scores);
  const rank = new Uint32Array(order.length);
  order.forEach((candidate, r) => {
    rank[candidate] = r;
  });
  const gone = new Uint8Array(order.length);
  let best = 0;
  let near = nearBest(scores, order, gone, best, eta.num, den);
  return {
    draw() {
      while (best < order.length && gone[best] === 1) best += 1;
      if (best === order.length) throw internal("a selection has no candidate left");
      if (near.sums.total() < LEAST_TOTAL) near = nearBest(scores, order, gone, best, eta.num, den);
      const inside = near.sums.total();
      // beyond the near ones each place has the bound 1, also those that are gone
      const all = inside + order.length - near.end;
      for (;;) {
        const place = uniformBelow(all, bits);
        const r = place < inside ? near.start + near.sums.at(place) : near.end + (place - inside);
        const bound = place < inside ? near.bounds[r - near.start] : 1;
        if (gone[r] === 0 && isBelowWeight(eta.num * (near.base - scores[order[r]]), den, bound, bits)) return order[r];
      }
    },
    remove(candidate) {
      const r = rank[candidate];
      if (gone[r] === 1) return;
      gone[r] = 1;
      if (r < near.end) near.sums.add(r - near.start, -near.bounds[r - near.start]);
    },
  };
}

function bestFirst(scores: readonly bigint[]): Uint32Array {
  return Uint32Array.from(scores.keys()).sort((a, b) => (scores[a] > scores[b] ? -1 : scores[a] < scores[b] ? 1 : a - b));
}

/** The candidates of rank start … end − 1, whose weights are above 2³⁰·exp(−21) of the best one's, and their bounds. */
interface Near {
  readonly start: number;
  readonly end: number;
  readonly base: bigint;
  readonly bounds: readonly number[];
  readonly sums: RunningSums;
}

function nearBest(scores: readonly bigint[], order: Uint32Array, gone: Uint8Array, start: number, num: bigint, den: bigint): Near {
  const base = scores[order[start]];
  const bounds: number[] = [];
  for (let r = start; r < order.length; r += 1) {
    const units = (num * (base - scores[order[r]]) * BigInt(UNITS_PER_ONE)) / den;
    if (units >= BigInt(EXP_BOUND_END)) break;
    bounds.push(gone[r] === 1 ? 0 : expBound(Number(units)));
  }
  return { start, end: start + bounds.length, base, bounds, sums: runningSums(bounds) };
}

/** True with probability 2³⁰·exp(−num/den)/bound, exactly: a uniform number is compared bit by bit. @pre that is at most 1 */
export function isBelowWeight(num: bigint, den: bigint, bound: number, bits: SecureBits): boolean {
  const whole = BigInt(bound);
  let prefix = 0n;
  let length = 0;
  for (let precision = START_PRECISION; ; precision *= 2) {
    prefix = (prefix << BigInt(precision - length)) | uniformBits(precision - length, bits);
    length = precision;
    const weight = expNegative(num, den, BigInt(precision));
    if ((prefix + 1n) * whole <= weight.low << SCALE) return true;
    if (prefix * whole >= weight.high << SCALE) return false;
  }
}
