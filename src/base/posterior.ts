/** Posterior of an attacker who held a fact for 50:50, at most, in per cent, rounded up to so many places: e^ε/(1 + e^ε). */
export function posteriorPercent(epsilon: number, places = 1): number {
  return Math.min(100, Math.ceil(10 ** (places + 2) / (1 + Math.exp(-epsilon))) / 10 ** places);
}
