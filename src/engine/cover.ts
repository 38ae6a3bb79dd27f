import { type Clique, cells, cliqueKey } from "../domain/clique.js";

/** One pass over the rows: count the joint table of `columns`, then sum it down to each of `members`. */
export interface Pass {
  readonly columns: number[];
  /** Indices into the cliques asked for. */
  readonly members: number[];
}

/**
 * Cells a joint table may have: 4-byte counters of 8192 cells fill 32 kB, a first-level cache. Counting one triple
 * and summing it down to its three pairs costs a third of counting three pairs (a Steiner triple system covers the
 * 105 pairs of 15 columns with 35 triples).
 */
const JOINT_CELLS_MAX = 8192;

/**
 * Cover the cliques asked for by few joint tables that stay in cache. Greedy: start from an uncovered clique, add the
 * column that completes most uncovered cliques within the cell cap. Every clique is a member of exactly one pass.
 */
export function cover(cliques: readonly Clique[], sizes: readonly number[]): Pass[] {
  const order = cliques.map((_, i) => i).sort((a, b) => cliques[b].length - cliques[a].length || a - b);
  const pairAt = indexPairs(cliques);
  const covered = new Uint8Array(cliques.length);
  const passes: Pass[] = [];
  for (const seed of order) {
    if (covered[seed] === 1) continue;
    const columns = [...cliques[seed]];
    let size = cells(columns, sizes);
    while (columns.length > 0 && size <= JOINT_CELLS_MAX) {
      const next = bestExtension(columns, size, sizes, pairAt, covered);
      if (next < 0) break;
      columns.push(next);
      size *= sizes[next];
    }
    columns.sort((a, b) => a - b);
    passes.push({ columns, members: collect(columns, cliques, seed, pairAt, covered) });
  }
  return passes;
}

/** Pair (a, b), a < b → its index among the cliques, through a map that also holds the single columns under their own key. */
function indexPairs(cliques: readonly Clique[]): Map<string, number[]> {
  const at = new Map<string, number[]>();
  cliques.forEach((clique, i) => {
    const key = cliqueKey(clique);
    const known = at.get(key);
    if (known === undefined) at.set(key, [i]);
    else known.push(i);
  });
  return at;
}

function open(a: number, b: number, at: Map<string, number[]>, covered: Uint8Array): boolean {
  const found = at.get(a < b ? `${a},${b}` : `${b},${a}`);
  return found !== undefined && covered[found[0]] === 0;
}

function bestExtension(columns: number[], size: number, sizes: readonly number[], at: Map<string, number[]>, covered: Uint8Array): number {
  let best = -1;
  let bestGain = 0;
  for (let c = 0; c < sizes.length; c += 1) {
    if (size * sizes[c] > JOINT_CELLS_MAX || columns.includes(c)) continue;
    let gain = 0;
    for (const other of columns) if (open(other, c, at, covered)) gain += 1;
    if (gain > bestGain) {
      best = c;
      bestGain = gain;
    }
  }
  return best;
}

function collect(columns: readonly number[], cliques: readonly Clique[], seed: number, at: Map<string, number[]>, covered: Uint8Array): number[] {
  const members: number[] = [];
  const take = (key: string): void => {
    for (const i of at.get(key) ?? []) {
      if (covered[i] === 1) continue;
      covered[i] = 1;
      members.push(i);
    }
  };
  take(cliqueKey(cliques[seed]));
  take("");
  for (let i = 0; i < columns.length; i += 1) {
    take(`${columns[i]}`);
    for (let j = i + 1; j < columns.length; j += 1) take(`${columns[i]},${columns[j]}`);
  }
  return members;
}
