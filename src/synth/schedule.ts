import { format, type Rational } from "../base/rational.js";
import type { Domain } from "../domain/column.js";
import type { NoiseRequest } from "../domain/door.js";
import type { Method } from "../formats/method.js";
import type { ScheduleStep } from "../formats/schedule.js";
import { mstLooks } from "./select/mst.js";
import { evenNoise } from "./select/one-way.js";

/** Why a method cannot say before its first look how many looks of which noise it will make. */
const ADAPTIVE: Readonly<Partial<Record<Method, string>>> = {
  mosaic: "the noisy number of rows decides how much goes to the one-ways and how many pairs are measured, and the one-ways decide at which level and with how much noise",
  aim: "what a round showed decides how much noise the next one has, and so how many there are",
  privbayes: "the noisy number of rows decides whether pairs are looked at, and the picks decide how many tables share the rest",
};

/** Why a method has no schedule that is fixed in advance; undefined where it has one. */
export function whyAdaptive(method: Method): string | undefined {
  return ADAPTIVE[method];
}

/**
 * Every look that a method will make at ρ, in order: kinds, noise and number, from public facts alone. The door holds the fit to it. Its price is at most ρ.
 * @pre the method has a schedule that is fixed in advance, and the account is zcdp
 * @proof docs/proofs/pld.md
 */
export function scheduleOf(method: "mst" | "independent", domain: Domain, rho: Rational): ScheduleStep[] {
  const payer = { account: "zcdp", maxRows: domain.maxRows } as const;
  const d = domain.columns.length;
  const marginals = (noise: NoiseRequest, times: number): ScheduleStep[] =>
    noise.kind === "gaussian" ? [{ type: "discrete-gaussian", sigma2: format(noise.sigma2), l2Sensitivity: domain.maxRows, times }] : [];
  if (method === "independent" || d < 2) return marginals(evenNoise(payer, rho, d), d);
  const { share, eta, pairs } = mstLooks(payer, d, rho);
  return [...marginals(evenNoise(payer, share, d), d), { type: "exponential", eta: format(eta), sensitivity: domain.maxRows, times: d - 1 }, ...marginals(pairs, d - 1)];
}
