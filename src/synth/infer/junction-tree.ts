import { type Clique, cells } from "../../domain/clique.js";

/** A clique of a junction tree. Cliques stand in an order where `parent` comes first: a rooted forest. */
export interface TreeNode {
  readonly clique: Clique;
  /** Index of the parent, −1 for a root. */
  readonly parent: number;
  /** Columns shared with the parent, ascending; empty for a root. */
  readonly separator: Clique;
}

/**
 * Junction forest over all columns 0 … d−1 that contains every clique asked for. Greedy elimination by the smallest
 * resulting table (min-weight), maximal cliques joined by a maximum spanning tree on separator size.
 */
export function junctionTree(sizes: readonly number[], cliques: readonly Clique[]): TreeNode[] {
  const maximal = maximalCliques(eliminationCliques(sizes, cliques));
  return rooted(maximal, sizes);
}

function eliminationCliques(sizes: readonly number[], cliques: readonly Clique[]): number[][] {
  const neighbours = sizes.map(() => new Set<number>());
  for (const clique of cliques) for (const a of clique) for (const b of clique) if (a !== b) neighbours[a].add(b);
  const left = new Set(sizes.keys());
  const out: number[][] = [];
  while (left.size > 0) {
    let best = -1;
    let bestCells = Number.POSITIVE_INFINITY;
    for (const v of left) {
      let table = sizes[v];
      for (const u of neighbours[v]) table *= sizes[u];
      if (table < bestCells) {
        best = v;
        bestCells = table;
      }
    }
    const around = [...neighbours[best]];
    out.push([best, ...around].sort((a, b) => a - b));
    for (const a of around) {
      neighbours[a].delete(best);
      for (const b of around) if (a !== b) neighbours[a].add(b);
    }
    left.delete(best);
  }
  return out;
}

function maximalCliques(cliques: readonly number[][]): number[][] {
  const bySize = [...cliques].sort((a, b) => b.length - a.length);
  const kept: number[][] = [];
  for (const clique of bySize) if (!kept.some((k) => clique.every((c) => k.includes(c)))) kept.push(clique);
  return kept;
}

/** Prim from the clique with most cells; an empty separator starts a new root. */
function rooted(cliques: readonly number[][], sizes: readonly number[]): TreeNode[] {
  const order = cliques.map((_, i) => i).sort((a, b) => cells(cliques[b], sizes) - cells(cliques[a], sizes) || a - b);
  const out: TreeNode[] = [];
  const waiting = new Set(order);
  const best = new Map<number, { parent: number; separator: number[] }>();
  while (waiting.size > 0) {
    let next = -1;
    let width = -1;
    for (const i of order) {
      const w = waiting.has(i) ? (best.get(i)?.separator.length ?? 0) : -2;
      if (w > width) {
        next = i;
        width = w;
      }
    }
    const link = best.get(next);
    const node = { clique: cliques[next], parent: link?.parent ?? -1, separator: link?.separator ?? [] };
    out.push(node);
    waiting.delete(next);
    for (const i of waiting) {
      const separator = cliques[i].filter((c) => node.clique.includes(c));
      if (separator.length > (best.get(i)?.separator.length ?? 0)) best.set(i, { parent: out.length - 1, separator });
    }
  }
  return out;
}

/** Cells of all clique tables together: the cost of one sweep, known before anything is allocated. */
export function treeCells(tree: readonly TreeNode[], sizes: readonly number[]): number {
  return tree.reduce((sum, node) => sum + cells(node.clique, sizes), 0);
}
