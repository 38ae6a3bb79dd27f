import type { Rational } from "../../base/rational.js";
import type { Clique } from "../../domain/clique.js";
import type { View } from "../../domain/coarsening.js";
import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import { selectionEta } from "../select/mst.js";
import { firstPairs, nextColumns } from "./parents.js";

/**
 * A Bayesian network, grown greedily: the first pick is a pair, each later one a column and its parents, by exponential
 * mechanisms over how far the column and its parents are from independent. Picks together cost `share`.
 * @param room cells of a table at most
 * @returns the families (child and parents) that no other family holds, ascending; columns that nothing useful can be told of stand in none
 */
export async function growNetwork(door: Door, view: View, sizes: readonly number[], room: number, share: Rational, progress?: Progress): Promise<Clique[]> {
  const picks = sizes.length - 1;
  const eta = selectionEta(door.account, share, picks);
  const families: Clique[] = [];
  for (let pick = 0; pick < picks; pick += 1) {
    const candidates = (pick === 0 ? firstPairs(sizes, room) : nextColumns(families, sizes, room)).map(({ child, parents }) => ({
      clique: [...parents, child].sort((a, b) => a - b),
      child,
      view,
    }));
    if (candidates.length === 0) break;
    const [picked] = await door.select({ score: "product-l1-error", candidates, eta, inARow: picks });
    const family = candidates[picked].clique;
    families.splice(0, families.length, ...families.filter((known) => !known.every((column) => family.includes(column))), family);
    progress?.("select", pick + 1, picks);
  }
  return families;
}
