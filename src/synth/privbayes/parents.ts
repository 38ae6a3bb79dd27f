import { type Clique, cells, cliqueKey } from "../../domain/clique.js";

/** A column and the columns that its conditional table is to hang on. */
export interface ChildParents {
  readonly child: number;
  readonly parents: Clique;
}

/** Parents of one column: more make tables of cells too thin to hold anything. */
const MOST_PARENTS = 7;
/** What one pick may count: a pass over the rows for each candidate, and a number for each cell. */
const MOST_CANDIDATES = 2 ** 12;
export const PICK_CELLS = 2 ** 21;

/**
 * What the next column of the network may be: each column that is not in it, with each maximal set of parents inside one
 * family whose table with the child has at most `room` cells. Parents that stand together in a family keep the network
 * chordal: its families are the cliques of its junction tree, which therefore has no other cell. Where these are too many
 * to be counted, sets are of fewer parents; of single parents all are listed.
 * @cite maximal parent sets: Zhang et al. 2017, "PrivBayes", ACM TODS 42(4), Alg. 5; chordal networks: Elidan, Gould 2008, "Learning Bounded Treewidth Bayesian Networks"
 */
export function nextColumns(families: readonly Clique[], sizes: readonly number[], room: number): ChildParents[] {
  for (let degree = MOST_PARENTS; ; degree -= 1) {
    const listed = upToDegree(families, sizes, room, degree);
    if (listed !== undefined) return listed;
  }
}

/** Undefined where they are too many, unless the degree is 1. */
function upToDegree(families: readonly Clique[], sizes: readonly number[], room: number, degree: number): ChildParents[] | undefined {
  const placed = new Set(families.flat());
  const out: ChildParents[] = [];
  const subsetsFor = parentSets(families, sizes, degree);
  let cellsListed = 0;
  for (const child of [...sizes.keys()].filter((column) => !placed.has(column))) {
    for (const parents of subsetsFor(Math.floor(room / sizes[child]))) {
      out.push({ child, parents });
      cellsListed += sizes[child] * cells(parents, sizes);
    }
    if (degree > 1 && (out.length > MOST_CANDIDATES || cellsListed > PICK_CELLS)) return undefined;
  }
  return out;
}

/** Maximal subsets of all families by the cells that they may have, each once; remembered, since many children ask for the same. */
function parentSets(families: readonly Clique[], sizes: readonly number[], degree: number): (room: number) => readonly Clique[] {
  const known = new Map<number, Clique[]>();
  return (room) => {
    const sets = known.get(room) ?? [...new Map(families.flatMap((family) => maximalSubsets(family, sizes, room, degree)).map((set) => [cliqueKey(set), set])).values()];
    known.set(room, sets);
    return sets;
  };
}

/** Pairs to start a network with. */
export function firstPairs(sizes: readonly number[], room: number): ChildParents[] {
  const out: ChildParents[] = [];
  for (let child = 1; child < sizes.length; child += 1) for (let parent = 0; parent < child; parent += 1) if (sizes[child] * sizes[parent] <= room) out.push({ child, parents: [parent] });
  return out;
}

/** Non-empty subsets of at most `degree` columns and `room` cells that no further member of the family fits into. */
function maximalSubsets(family: Clique, sizes: readonly number[], room: number, degree: number): Clique[] {
  const out: Clique[] = [];
  for (let bits = 1; bits < 2 ** family.length; bits += 1) {
    const subset = family.filter((_, i) => (bits >> i) & 1);
    const table = cells(subset, sizes);
    if (table > room || subset.length > degree) continue;
    const grows = subset.length < degree && family.some((column) => !subset.includes(column) && table * sizes[column] <= room);
    if (!grows) out.push(subset);
  }
  return out;
}
