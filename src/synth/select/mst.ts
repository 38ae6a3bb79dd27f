import { floorTo, type Rational, rational, toDouble } from "../../base/rational.js";
import { type Clique, subsets } from "../../domain/clique.js";
import type { View } from "../../domain/coarsening.js";
import type { Domain } from "../../domain/column.js";
import type { Currency, Door, NoiseRequest } from "../../domain/door.js";
import { etaSquaredPer, largestEta } from "../../domain/pick-price.js";
import type { Progress } from "../../domain/progress.js";
import { compress } from "./compress.js";
import { projectToSimplex } from "./denoise.js";
import { compressedOneWays, measureIndependent } from "./independent.js";
import { evenNoise, measureOneWays, type Payer, third, varianceOf } from "./one-way.js";
import type { Measured } from "./result.js";

/**
 * MST: a third of the budget on one-way marginals, a third on choosing a spanning tree of pairs by the exponential
 * mechanism, a third on measuring its pairs. η is chosen so that each pick costs η²/8 (zCDP) or η (pure), rounded down.
 * @cite McKenna, Miklau, Sheldon 2021, "Winning the NIST Contest", arXiv:2108.04978
 */
export async function measureMst(door: Door, domain: Domain, progress?: Progress): Promise<Measured> {
  const d = domain.columns.length;
  if (d < 2) return measureIndependent(door, domain, progress);
  const { share, eta, pairs: noise } = mstLooks(door, d, door.left());
  const oneWays = await measureOneWays(door, domain, share);
  progress?.("measure", 1, d + 1);
  const compressions = oneWays.columns.map(compress);
  const view: View = compressions.map((c) => c.coarsening);
  const sizes = compressions.map((c) => c.coarsening.size);
  const pairs = await spanningTree(door, view, independentPairs(compressions, oneWays.total), eta, d, progress);
  const measured = await door.measure(pairs.map((clique) => ({ clique, noise, view })));
  progress?.("measure", d + 1, d + 1);
  return {
    noisy: [...oneWays.noisy.map((marginal) => ({ marginal })), ...measured.map((marginal) => ({ marginal, view }))],
    tables: [
      ...compressedOneWays(
        oneWays.columns.map((c) => c.variance),
        compressions,
      ),
      ...measured.map((m) => ({ clique: m.clique, counts: m.counts, variance: varianceOf(noise) })),
    ],
    compressions,
    sizes,
    total: oneWays.total,
  };
}

/** How MST lays out a budget over d columns, from public numbers alone: the share of the one-ways, η of each of the d − 1 picks, noise of each of as many pairs. */
export function mstLooks(payer: Payer, d: number, budget: Rational): { readonly share: Rational; readonly eta: Rational; readonly pairs: NoiseRequest } {
  const share = third(budget);
  return { share, eta: selectionEta(payer.account, share, d - 1), pairs: evenNoise(payer, share, d - 1) };
}

/** η of one of `picks` equal selections in a row that together cost `share`. */
export function selectionEta(account: Currency, share: Rational, picks: number): Rational {
  if (account === "pure") return rational(share.num, share.den * BigInt(picks));
  const eta = account === "zcdp" ? Math.sqrt((8 * toDouble(share)) / picks) : Math.min(largestEta(picks), Math.sqrt(etaSquaredPer(picks) * toDouble(share)));
  return floorTo(eta * (1 - 1e-12), 1n << 48n);
}

/** Expected counts of a pair under independence, from the denoised one-ways; made when asked, in the order of `subsets`. */
function independentPairs(compressions: readonly { counts: Float64Array }[], total: number): (pair: Clique) => Float64Array {
  const shares = compressions.map((c) => projectToSimplex(c.counts, total));
  return ([a, b]) => {
    const out = new Float64Array(shares[a].length * shares[b].length);
    let cell = 0;
    for (const p of shares[a]) for (const q of shares[b]) out[cell++] = (p * q) / total;
    return out;
  };
}

/** Kruskal with private picks: d−1 exponential mechanisms among the pairs that join two components. */
async function spanningTree(door: Door, view: View, estimate: (pair: Clique) => Float64Array, eta: Rational, d: number, progress?: Progress): Promise<Clique[]> {
  const component = Array.from({ length: d }, (_, i) => i);
  const estimates = new Map(subsets(d, 2).map((pair) => [pair, estimate(pair)]));
  const chosen: Clique[] = [];
  while (chosen.length < d - 1) {
    const candidates = [...estimates.keys()].filter(([a, b]) => component[a] !== component[b]);
    const offers = candidates.map((clique) => ({ clique, view, estimate: estimates.get(clique) as Float64Array }));
    const [picked] = await door.select({ score: "marginal-l1-error", candidates: offers, eta, inARow: d - 1 });
    const pick = candidates[picked];
    chosen.push(pick);
    const [from, to] = [component[pick[1]], component[pick[0]]];
    for (let i = 0; i < d; i += 1) if (component[i] === from) component[i] = to;
    progress?.("select", chosen.length, d - 1);
  }
  return chosen;
}
