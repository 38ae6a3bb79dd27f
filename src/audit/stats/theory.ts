import { normalCdf, normalQuantile } from "../../base/normal.js";

/** Price of the release as the certificate declares it. */
export interface DeclaredPrice {
  readonly rho: number;
  readonly epsilon: number;
  readonly delta: number;
}

/**
 * Largest AUC of any membership test against a μ-GDP mechanism with μ = √(2ρ): Φ(μ/√2) = Φ(√ρ) (Dong, Roth & Su 2022).
 * Exact for Gaussian mechanisms; a guide where other events are part of the price.
 */
export function aucCeiling(price: DeclaredPrice | null): number | null {
  return price === null || !(price.rho >= 0) ? null : normalCdf(Math.sqrt(price.rho));
}

/** Largest true positive rate at false positive rate α under the same mechanism: Φ(Φ⁻¹(α) + μ). */
export function tprCeiling(price: DeclaredPrice | null, alpha: number): number | null {
  return price === null || !(price.rho >= 0) ? null : normalCdf(normalQuantile(alpha) + Math.sqrt(2 * price.rho));
}
