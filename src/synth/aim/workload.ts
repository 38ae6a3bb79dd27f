import { type Clique, cliqueKey } from "../../domain/clique.js";

/** A marginal that may be measured, and how much of the workload it informs. */
export interface Weighted {
  readonly clique: Clique;
  /** Σ |clique ∩ s| over the workload's cliques s, divided by what all these sums have in common: whole, at least 1. */
  readonly weight: number;
}

/** Longest marginal that is measured: the model answers for those outside its cliques by one pass along the tree, for pairs alone. */
export const LONGEST = 2;

/**
 * Every non-empty subset of the workload's cliques, of at most `longest` columns, weighted by its overlap with all of them. The sums are whole numbers, so
 * nothing is rounded; a common divisor cancels between score and sensitivity and is taken out.
 * @cite McKenna, Mullins, Sheldon, Miklau 2022 (arXiv:2201.12677), §4.1 (downward closure, w_r)
 */
export function candidatesOf(workload: readonly Clique[], longest: number = Number.POSITIVE_INFINITY): Weighted[] {
  const closure = new Map<string, Clique>();
  const asked = new Map<number, number>();
  for (const clique of workload) {
    for (const part of parts(clique)) if (part.length <= longest) closure.set(cliqueKey(part), part);
    for (const column of clique) asked.set(column, (asked.get(column) ?? 0) + 1);
  }
  const cliques = [...closure.values()].sort((a, b) => a.length - b.length || compare(a, b));
  const overlaps = cliques.map((clique) => clique.reduce((sum, column) => sum + (asked.get(column) as number), 0));
  const common = overlaps.reduce(divisor, 0);
  return cliques.map((clique, i) => ({ clique, weight: overlaps[i] / common }));
}

/** Its non-empty subsets. */
function parts(clique: Clique): Clique[] {
  const all: number[][] = [[]];
  for (const column of clique) all.push(...all.map((part) => [...part, column]));
  return all.slice(1);
}

function compare(a: Clique, b: Clique): number {
  const at = a.findIndex((column, i) => column !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
