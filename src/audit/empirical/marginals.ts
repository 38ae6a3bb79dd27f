import { type Clique, cells, cliqueKey } from "../../domain/clique.js";
import { type View, viewSizes } from "../../domain/coarsening.js";
import { countPlain } from "../../engine/plain.js";
import type { Worlds } from "./worlds.js";

/** True counts of the world without the target, and the cell that the target's rows fall in. */
export interface Cell {
  readonly counts: Float64Array;
  readonly at: number;
}

/** Answers what a marginal holds, at any resolution; full ones are counted once and kept. The adversary knows every row but the target's. */
export function marginalsOf({ table, target, domain }: Pick<Worlds, "table" | "target" | "domain">): (clique: Clique, view: View | undefined) => Cell {
  const sizes = domain.columns.map((c) => c.size);
  const known = new Map<string, Float64Array>();
  const full = (clique: Clique): Float64Array => {
    const key = cliqueKey(clique);
    const counts = known.get(key) ?? countPlain(table, clique).counts;
    known.set(key, counts);
    return counts;
  };
  const cellIn = (clique: Clique, codes: readonly number[], view: View | undefined): number => {
    const seen = viewSizes(sizes, view);
    return clique.reduce((cell, c) => cell * seen[c] + (view?.[c]?.of[codes[c]] ?? codes[c]), 0);
  };
  return (clique, view) => {
    const at = cellIn(clique, target, view);
    if (view === undefined) return { counts: full(clique), at };
    const counts = new Float64Array(cells(clique, viewSizes(sizes, view)));
    const codes = sizes.map(() => 0);
    full(clique).forEach((count, cell) => {
      let rest = cell;
      for (const c of [...clique].reverse()) {
        codes[c] = rest % sizes[c];
        rest = Math.floor(rest / sizes[c]);
      }
      counts[cellIn(clique, codes, view)] += count;
    });
    return { counts, at };
  };
}
