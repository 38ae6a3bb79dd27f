import { normalCdf, normalQuantile } from "../../base/normal.js";
import { clopperPearson } from "../stats/clopper-pearson.js";

/** Trials of a yes-or-no test in both worlds. */
export interface Trials {
  /** Said "with" in the world without the target. */
  readonly falsePositives: number;
  /** Said "with" in the world with it. */
  readonly truePositives: number;
  /** Fits in each world. */
  readonly runs: number;
}

export interface Rates {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

export function rates({ falsePositives, truePositives, runs }: Trials): Rates {
  return { falsePositive: falsePositives / runs, falseNegative: 1 - truePositives / runs };
}

/** Clopper–Pearson upper bounds of both error rates, α/2 each: together they hold with probability 1 − α. */
export function upperRates({ falsePositives, truePositives, runs }: Trials, alpha: number): Rates {
  return { falsePositive: clopperPearson(falsePositives, runs, 1 - alpha)[1], falseNegative: clopperPearson(runs - truePositives, runs, 1 - alpha)[1] };
}

/**
 * The least ε at which an (ε, δ)-DP mechanism can have such error rates, either way round; 0 where none is needed.
 * @cite Kairouz, Oh, Viswanath 2015, "The Composition Theorem for Differential Privacy", Thm 2.1 · Jagielski, Ullman, Oprea 2020
 */
export function leastEpsilon({ falsePositive: fp, falseNegative: fn }: Rates, delta: number): number {
  return Math.max(0, logRatio(1 - delta - fp, fn), logRatio(1 - delta - fn, fp));
}

function logRatio(above: number, below: number): number {
  if (!(above > 0)) return 0;
  return below > 0 ? Math.log(above / below) : Number.POSITIVE_INFINITY;
}

/** The least μ at which a μ-GDP mechanism can have such error rates. Only for mechanisms that are GDP: sums of Gaussians are. @cite Nasr et al. 2023 */
export function leastMu({ falsePositive, falseNegative }: Rates): number {
  return Math.max(0, normalQuantile(1 - falsePositive) - normalQuantile(falseNegative));
}

/**
 * The least ρ at which a ρ-zCDP mechanism can have such error rates: by data processing, the two Bernoulli laws of the answer are no
 * further apart, in Rényi divergence of any order α, than ρα. Assumes nothing of the noise.
 * @cite Bun, Steinke 2016, arXiv:1605.02065, Def. 1.1 and Lemma 2.2
 */
export function leastRho({ falsePositive: fp, falseNegative: fn }: Rates): number {
  if (!(fp + fn < 1)) return 0;
  let best = 0;
  for (let step = 0; step < 60; step += 1) {
    const order = 1 + 1e-3 * 1.25 ** step;
    best = Math.max(best, renyi(1 - fn, fp, order) / order, renyi(fp, 1 - fn, order) / order);
  }
  return best;
}

/** Rényi divergence of order a > 1 between Bernoulli(p) and Bernoulli(q). */
function renyi(p: number, q: number, a: number): number {
  const term = (x: number, y: number): number => (x === 0 ? Number.NEGATIVE_INFINITY : y === 0 ? Number.POSITIVE_INFINITY : a * Math.log(x) + (1 - a) * Math.log(y));
  const [one, other] = [term(p, q), term(1 - p, 1 - q)];
  const most = Math.max(one, other);
  if (!Number.isFinite(most)) return most;
  return (most + Math.log(Math.exp(one - most) + Math.exp(other - most))) / (a - 1);
}

/** ε of a μ-GDP mechanism at δ: δ(ε) = Φ(−ε/μ + μ/2) − e^ε·Φ(−ε/μ − μ/2). @cite Dong, Roth, Su 2022, Cor. 2.13 */
export function epsilonOfMu(mu: number, delta: number): number {
  if (!(mu > 0)) return 0;
  const deltaAt = (epsilon: number): number => normalCdf(-epsilon / mu + mu / 2) - Math.exp(epsilon) * normalCdf(-epsilon / mu - mu / 2);
  let [low, high] = [0, 1];
  if (deltaAt(0) <= delta) return 0;
  while (deltaAt(high) > delta && high < 600) high *= 2;
  for (let i = 0; i < 80; i += 1) {
    const middle = (low + high) / 2;
    if (deltaAt(middle) > delta) low = middle;
    else high = middle;
  }
  return high;
}
