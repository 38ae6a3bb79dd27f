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
  const tableCells = (v: number): number => {
    let table = sizes[v];
    for (const u of neighbours[v]) table *= sizes[u];
    return table;
  };
  const table = Float64Array.from(sizes, (_, v) => tableCells(v));
  const left = new Set(sizes.keys());
  const out: number[][] = [];
  while (left.size > 0) {
    let best = -1;
    for (const v of left) if (best < 0 || table[v] < table[best]) best = v;
    const around = [...neighbours[best]];
    out.push([best, ...around].sort((a, b) => a - b));
    for (const a of around) {
      neighbours[a].delete(best);
      for (const b of around) if (a !== b) neighbours[a].add(b);
    }
    for (const a of around) table[a] = tableCells(a);
    left.delete(best);
  }
  return out;
}

function maximalCliques(cliques: readonly number[][]): number[][] {
  const bySize = [...cliques].sort((a, b) => b.length - a.length);
  const kept: number[][] = [];
  const holding = new Map<number, number[][]>();
  for (const clique of bySize) {
    if (holding.get(clique[0])?.some((k) => clique.every((c) => k.includes(c)))) continue;
    kept.push(clique);
    for (const column of clique) {
      const others = holding.get(column);
      if (others === undefined) holding.set(column, [clique]);
      else others.push(clique);
    }
  }
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

/** Columns that some cliques connect, and the cells of their part of the tree. */
interface Part {
  readonly columns: number[];
  readonly cliques: Clique[];
  readonly cells: number;
}

/**
 * {@link treeCells} of the tree that some cliques would make together with one more, for one after the other. Columns that no clique
 * connects are eliminated independently, so only the parts that the new clique joins are looked at again.
 */
export function modelCells(sizes: readonly number[], cliques: readonly Clique[]): (added: Clique) => number {
  const component = componentsOf(sizes.length, cliques);
  const parts = new Map<number, Part>();
  for (const root of new Set(component)) {
    const columns = component.flatMap((r, column) => (r === root ? [column] : []));
    const own = cliques.filter((clique) => clique.length > 0 && component[clique[0]] === root);
    parts.set(root, { columns, cliques: own, cells: partCells(sizes, columns, own) });
  }
  return (added) => {
    const roots = new Set(added.map((column) => component[column]));
    const joined = [...parts].flatMap(([root, part]) => (roots.has(root) ? [part] : []));
    const columns = joined.flatMap((part) => part.columns).sort((a, b) => a - b);
    let sum = partCells(sizes, columns, [...joined.flatMap((part) => part.cliques), added]);
    for (const [root, part] of parts) if (!roots.has(root)) sum += part.cells;
    return sum;
  };
}

/** {@link treeCells} of the tree over some columns and cliques among them. */
export function partCells(sizes: readonly number[], columns: readonly number[], cliques: readonly Clique[]): number {
  const place = new Map(columns.map((column, i) => [column, i]));
  const own = columns.map((column) => sizes[column]);
  const local = cliques.map((clique) => clique.map((column) => place.get(column) as number));
  return maximalCliques(eliminationCliques(own, local)).reduce((sum, clique) => sum + cells(clique, own), 0);
}

/** For each column, the smallest column it is connected to. */
function componentsOf(columns: number, cliques: readonly Clique[]): number[] {
  const component = Array.from({ length: columns }, (_, i) => i);
  for (const clique of cliques) {
    const roots = new Set(clique.map((column) => component[column]));
    const least = Math.min(...roots);
    for (let i = 0; i < columns; i += 1) if (roots.has(component[i])) component[i] = least;
  }
  return component;
}
