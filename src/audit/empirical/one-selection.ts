import { floorTo, type Rational, rational, toDouble } from "../../base/rational.js";
import { cliqueKey, subsets } from "../../domain/clique.js";
import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import { PAIR_SIGNS } from "./worlds.js";

/** Log-odds, without the target, of a pick whose score the target raises. */
const LOG_ODDS = -1.5;

/**
 * A fit of `biasedChoice` that does nothing but pick one pair of columns for all of its budget. Estimates are the products of its even
 * margins. Pairs whose score the target raises are held back, so that picking one is rarer without it: there the odds change by more.
 * @param rows of the table without the target
 */
export async function oneSelection(door: Door, domain: Domain, rows: number): Promise<void> {
  const budget = door.left();
  const eta = door.account === "pure" ? budget : etaOf(budget);
  const held = (-LOG_ODDS * 2 * door.maxRows) / toDouble(eta);
  const raised = new Set(PAIR_SIGNS.flatMap(([a, b, sign]) => (sign > 0 ? [cliqueKey([a, b])] : [])));
  const candidates = subsets(domain.columns.length, 2).map((clique) => ({
    clique,
    estimate: new Float64Array(4).fill(rows / 4),
    handicap: raised.has(cliqueKey(clique)) ? held : 0,
  }));
  await door.select({ score: "marginal-l1-error", candidates, eta });
}

/** η with η²/8 ≤ ρ. */
function etaOf(rho: Rational): Rational {
  const eta = floorTo(Math.sqrt(8 * toDouble(rho)) * (1 - 1e-12), 1n << 48n);
  return eta.num > 0n ? eta : rational(1n, 1n << 48n);
}
