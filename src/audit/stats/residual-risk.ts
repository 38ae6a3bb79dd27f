import { twoSidedZ } from "../../base/normal.js";
import { type WilsonRate, wilson } from "./wilson.js";

/** Residual risk and its half-width before clipping to [0, 1]. */
export interface ResidualRisk {
  readonly estimate: number;
  readonly halfWidth: number;
  /** Clipped to [0, 1]. */
  readonly interval: [number, number];
}

const clip = (x: number): number => Math.min(1, Math.max(0, x));

/**
 * (a − c)/(1 − c) with the delta method's half-width (Giomi et al., Anonymeter, PoPETs 2023). Undefined at c = 1, where
 * the control always succeeds: null.
 */
export function residualRisk(attack: WilsonRate, control: WilsonRate): ResidualRisk | null {
  const room = 1 - control.centre;
  if (room <= 0) return null;
  const estimate = (attack.centre - control.centre) / room;
  const halfWidth = Math.hypot(attack.halfWidth / room, (control.halfWidth * (attack.centre - 1)) / (room * room));
  return { estimate, halfWidth, interval: [clip(estimate - halfWidth), clip(estimate + halfWidth)] };
}

/**
 * Absolute excess a − c of two independent rates, with its standard error from the Wilson half-widths, which stay
 * positive at k = 0 and k = n (Newcombe 1998 calls this the simple score difference).
 * @pre 0 ≤ k ≤ n for both, n ≥ 1
 */
export function excessOverControl(attack: { k: number; n: number }, control: { k: number; n: number }, level = 0.95): { estimate: number; standardError: number } {
  const z = twoSidedZ(level);
  const a = wilson(attack.k, attack.n, level);
  const c = wilson(control.k, control.n, level);
  return { estimate: attack.k / attack.n - control.k / control.n, standardError: Math.hypot(a.halfWidth / z, c.halfWidth / z) };
}
