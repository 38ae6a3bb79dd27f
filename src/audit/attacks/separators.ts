/**
 * Separators of a junction tree over `cliques`: intersections along a spanning tree of greatest intersection. For cliques of a
 * decomposable graph this is its junction tree (Jensen & Jensen 1994); otherwise it normalises as well as a tree can.
 */
export function separators(cliques: readonly (readonly number[])[]): number[][] {
  const pairs: { i: number; j: number; shared: number[] }[] = [];
  const sets = cliques.map((clique) => new Set(clique));
  for (let i = 0; i < cliques.length; i += 1) {
    for (let j = i + 1; j < cliques.length; j += 1) {
      const shared = cliques[j].filter((c) => sets[i].has(c));
      if (shared.length > 0) pairs.push({ i, j, shared });
    }
  }
  pairs.sort((a, b) => b.shared.length - a.shared.length || a.i - b.i || a.j - b.j);
  const root = cliques.map((_, i) => i);
  const find = (i: number): number => {
    let at = i;
    while (root[at] !== at) {
      root[at] = root[root[at]];
      at = root[at];
    }
    return at;
  };
  const out: number[][] = [];
  for (const { i, j, shared } of pairs) {
    const [a, b] = [find(i), find(j)];
    if (a === b) continue;
    root[a] = b;
    out.push([...shared].sort((x, y) => x - y));
  }
  return out;
}

/** Cliques without repeats and without those inside another. */
export function maximalCliques(cliques: readonly (readonly number[])[]): number[][] {
  const sorted = cliques.filter((clique) => clique.length > 0).map((clique) => [...clique].sort((a, b) => a - b));
  sorted.sort((a, b) => b.length - a.length);
  const kept: number[][] = [];
  for (const clique of sorted) if (!kept.some((bigger) => clique.every((c) => bigger.includes(c)))) kept.push(clique);
  return kept;
}
