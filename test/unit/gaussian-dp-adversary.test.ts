import { describe, expect, it } from "vitest";
import { gaussianDpEpsilon } from "../../src/curator/accounting/gaussian-dp.js";
import { epsilonFromRho } from "../../src/curator/accounting/zcdp.js";
import { etaSquaredPer } from "../../src/domain/pick-price.js";

/** What an adversary may ask next: its losses with their chances, and how many units of the budget it costs. */
interface Look {
  readonly units: number;
  readonly losses: readonly { readonly loss: number; readonly p: number }[];
}

/** Noise on one count: N_ℤ(0, σ²) with σ² = 1 + 1/(2·cost). */
function noise(units: number, unit: number): Look {
  const sigma2 = 1 + 1 / (2 * units * unit);
  const reach = Math.ceil(5.5 * Math.sqrt(sigma2));
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma2)));
  const sum = weights.reduce((s, w) => s + w, 0);
  return { units, losses: weights.map((w, i) => ({ loss: (1 - 2 * (i - reach)) / (2 * sigma2), p: w / sum })) };
}

/** Picks in a row between a candidate that the row raises and one that it lowers, the first held back so that picking it gains t. */
function picks(units: number, unit: number, times: number, share: number): Look {
  const eta = Math.sqrt(units * unit * etaSquaredPer(times));
  const t = share * eta;
  const up = -Math.expm1(t - eta) / -Math.expm1(-eta);
  let losses = [{ loss: 0, p: 1 }];
  for (let i = 0; i < times; i += 1)
    losses = losses.flatMap(({ loss, p }) => [
      { loss: loss + t, p: p * up },
      { loss: loss + t - eta, p: p * (1 - up) },
    ]);
  return { units, losses };
}

/** δ that the best play reaches at ε: which look comes next, and whether any, hangs on what all the answers before it said. */
function bestPlay(looks: readonly Look[], units: number, epsilon: number): number {
  const value = (loss: number, left: number): number => {
    let best = Math.max(0, -Math.expm1(epsilon - loss));
    for (const look of looks) {
      if (look.units <= left)
        best = Math.max(
          best,
          look.losses.reduce((sum, { loss: more, p }) => sum + p * value(loss + more, left - look.units), 0),
        );
    }
    return best;
  };
  return value(0, units);
}

describe("an adversary who chooses each look by the answers so far", () => {
  const UNIT = 0.03;
  const UNITS = 3;
  const looks = [noise(1, UNIT), noise(2, UNIT), noise(3, UNIT), picks(1, UNIT, 1, 0.5), picks(1, UNIT, 1, 0.2), picks(1, UNIT, 1, 0.8), picks(3, UNIT, 2, 0.5)];

  it.each([0.05, 1e-3, 1e-6])("gets no more than the claim at delta %d out of a budget of noise and picks", (delta) => {
    const claimed = gaussianDpEpsilon(UNIT * UNITS, delta) as number;
    expect(bestPlay(looks, UNITS, claimed)).toBeLessThanOrEqual(delta);
    // the best play is near the claim, and the claim below what the same budget costs by zCDP
    expect(bestPlay(looks, UNITS, 0.85 * claimed)).toBeGreaterThan(delta);
    expect(claimed).toBeLessThan(epsilonFromRho(UNIT * UNITS, delta));
  });

  it("gets more where picks are counted as their rho: their own price is needed", () => {
    // at ε = 0 one pick tells most. μ²/2 = ½ allows 2Φ(½) − 1 there (scipy: 2·norm.cdf(.5) − 1)
    const allowed = 0.382_924_922_548_026;
    expect(bestPlay([picks(1, 0.5, 1, 0.5)], 1, 0)).toBeLessThanOrEqual(allowed);
    // η²/8 = ½, half way up: the losses ±1 with chances 1/(1 + e^{∓1})
    const asRho: Look = { units: 1, losses: [1, -1].map((loss) => ({ loss, p: 1 / (1 + Math.exp(-loss)) })) };
    expect(bestPlay([asRho], 1, 0)).toBeGreaterThan(allowed);
  });
});
