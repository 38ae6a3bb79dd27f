import { logBinomialTable } from "./binomial.js";

/** What one fit with randomly included canaries showed. */
export interface OneRunResult {
  readonly canaries: number;
  readonly guesses: number;
  readonly correct: number;
  readonly epsilonLower95: number;
  readonly epsilonLower999: number;
}

/**
 * Largest chance, under (ε, δ)-DP, that at least `correct` of `guesses` guesses are right: P[Bin(r, q) ≥ v] + 2mδ·max_i P[v − i ≤ Bin(r, q) < v]/i,
 * q = e^ε/(1 + e^ε).
 * @param canaries each included by a fair coin of its own, before the fit
 * @cite Steinke, Nasr, Jagielski 2023, "Privacy auditing with one (1) training run", Thm 5.2
 */
export function oneRunPValue({ canaries, guesses, correct }: Pick<OneRunResult, "canaries" | "guesses" | "correct">, epsilon: number, delta: number): number {
  const log = logBinomialTable(guesses, 1 / (1 + Math.exp(-epsilon)));
  let tail = 0;
  for (let k = guesses; k >= correct; k -= 1) tail += Math.exp(log(k));
  if (delta === 0) return Math.min(1, tail);
  let below = 0;
  let most = 0;
  for (let i = 1; i <= correct; i += 1) {
    below += Math.exp(log(correct - i));
    most = Math.max(most, below / i);
  }
  return Math.min(1, tail + 2 * canaries * delta * most);
}

/** The ε below which the guesses would be less likely than β; 0 where none. */
export function oneRunEpsilon(result: Pick<OneRunResult, "canaries" | "guesses" | "correct">, delta: number, beta: number): number {
  if (!(oneRunPValue(result, 0, delta) < beta)) return 0;
  let [low, high] = [0, 1];
  while (high < 64 && oneRunPValue(result, high, delta) < beta) high *= 2;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (oneRunPValue(result, middle, delta) < beta) low = middle;
    else high = middle;
  }
  return low;
}

/** The highest scores are guessed to be in, the lowest to be out, as many of each; the rest is left open. */
export function guess(scores: Float64Array, included: Uint8Array, guesses: number): number {
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
  const half = Math.floor(guesses / 2);
  const hits = (who: readonly number[], as: number): number => who.reduce((sum, i) => sum + (included[i] === as ? 1 : 0), 0);
  return hits(order.slice(0, half), 1) + hits(order.slice(order.length - half), 0);
}
