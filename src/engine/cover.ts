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
 * @param cellsMax cells that a joint table may have, where that is less than a cache holds
 */
export function cover(cliques: readonly Clique[], sizes: readonly number[], cellsMax: number = JOINT_CELLS_MAX): Pass[] {
  const most = Math.min(JOINT_CELLS_MAX, cellsMax);
  const order = cliques.map((_, i) => i).sort((a, b) => cliques[b].length - cliques[a].length || a - b);
  const at = membersByKey(cliques);
  const open = openPairs(cliques, sizes.length);
  const covered = new Uint8Array(cliques.length);
  const gain = new Uint32Array(sizes.length);
  const passes: Pass[] = [];
  for (const seed of order) {
    if (covered[seed] === 1) continue;
    const columns = [...cliques[seed]];
    let size = cells(columns, sizes);
    gain.fill(0);
    for (const c of columns) addGain(gain, open, c);
    while (columns.length > 0 && size <= most) {
      const next = bestExtension(columns, most / size, sizes, gain);
      if (next < 0) break;
      columns.push(next);
      addGain(gain, open, next);
      size *= sizes[next];
    }
    columns.sort((a, b) => a - b);
    passes.push({ columns, members: collect(columns, cliques, seed, at, covered, open) });
  }
  return passes;
}

/** Cliques by their key: several may be the same. */
function membersByKey(cliques: readonly Clique[]): Map<string, number[]> {
  const at = new Map<string, number[]>();
  cliques.forEach((clique, i) => {
    const key = cliqueKey(clique);
    const known = at.get(key);
    if (known === undefined) at.set(key, [i]);
    else known.push(i);
  });
  return at;
}

/** For each column and other column, 1 where their pair was asked for and no pass has it yet. */
function openPairs(cliques: readonly Clique[], columns: number): Uint8Array[] {
  const open = Array.from({ length: columns }, () => new Uint8Array(columns));
  for (const clique of cliques) {
    if (clique.length !== 2) continue;
    open[clique[0]][clique[1]] = 1;
    open[clique[1]][clique[0]] = 1;
  }
  return open;
}

/** `gain[c]`: open pairs of c with the pass's columns. */
function addGain(gain: Uint32Array, open: readonly Uint8Array[], column: number): void {
  const own = open[column];
  for (let c = 0; c < own.length; c += 1) gain[c] += own[c];
}

function bestExtension(columns: readonly number[], room: number, sizes: readonly number[], gain: Uint32Array): number {
  let best = -1;
  let bestGain = 0;
  for (let c = 0; c < sizes.length; c += 1) {
    if (gain[c] <= bestGain || sizes[c] > room || columns.includes(c)) continue;
    best = c;
    bestGain = gain[c];
  }
  return best;
}

function collect(columns: readonly number[], cliques: readonly Clique[], seed: number, at: Map<string, number[]>, covered: Uint8Array, open: readonly Uint8Array[]): number[] {
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
    for (let j = i + 1; j < columns.length; j += 1) {
      take(`${columns[i]},${columns[j]}`);
      open[columns[i]][columns[j]] = 0;
      open[columns[j]][columns[i]] = 0;
    }
  }
  return members;
}
