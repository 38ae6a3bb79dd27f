import type { Clique } from "../../domain/clique.js";
import type { TreeNode } from "./junction-tree.js";

/** From a table over `separator` × source to one over `target` × source: both sets stand in one clique. */
export interface Passage {
  readonly separator: Clique;
  readonly target: Clique;
}

/** What happens when a column has come across a separator: pairs that end here, and separators further on. */
export interface Crossing {
  readonly ends: readonly Passage[];
  readonly onward: readonly { readonly passage: Passage; readonly crossing: Crossing }[];
}

/** The ways of one column to columns that it shares no clique with. */
export interface Route {
  readonly source: number;
  readonly starts: readonly { readonly separator: Clique; readonly crossing: Crossing }[];
}

/** An edge of the junction tree, walked from one clique to the next. */
interface Step {
  readonly to: number;
  readonly separator: Clique;
  /** Columns on the far side that the separator does not hold. */
  readonly beyond: ReadonlySet<number>;
}

/** Routes for pairs that no clique of the tree holds. The longer column travels: its codes are the contiguous axis. */
export function routesOf(tree: readonly TreeNode[], sizes: readonly number[], pairs: readonly Clique[]): Route[] {
  const steps = stepsOf(tree);
  const wanted = new Map<number, Set<number>>();
  for (const [a, b] of pairs) {
    const [source, target] = sizes[a] >= sizes[b] ? [a, b] : [b, a];
    wanted.set(source, (wanted.get(source) ?? new Set()).add(target));
  }
  return [...wanted].map(([source, targets]) => ({
    source,
    starts: tree.flatMap(({ clique }, from) =>
      clique.includes(source)
        ? steps[from]
            .filter((step) => !tree[step.to].clique.includes(source) && touches(step.beyond, targets))
            .map((step) => ({ separator: step.separator, crossing: crossingOf(tree, steps, from, step, targets) }))
        : [],
    ),
  }));
}

function crossingOf(tree: readonly TreeNode[], steps: readonly (readonly Step[])[], from: number, { to, separator }: Step, targets: ReadonlySet<number>): Crossing {
  const onward = steps[to].filter((next) => next.to !== from && touches(next.beyond, targets));
  return {
    ends: tree[to].clique.filter((b) => targets.has(b) && !separator.includes(b)).map((b) => ({ separator, target: [b] })),
    onward: onward.map((next) => ({ passage: { separator, target: next.separator }, crossing: crossingOf(tree, steps, to, next, targets) })),
  };
}

function stepsOf(tree: readonly TreeNode[]): Step[][] {
  const neighbours = tree.map((): { to: number; separator: Clique }[] => []);
  tree.forEach(({ parent, separator }, i) => {
    if (parent < 0) return;
    neighbours[i].push({ to: parent, separator });
    neighbours[parent].push({ to: i, separator });
  });
  const beyond = (from: number, to: number, found: Set<number>): Set<number> => {
    for (const c of tree[to].clique) found.add(c);
    for (const next of neighbours[to]) if (next.to !== from) beyond(to, next.to, found);
    return found;
  };
  return neighbours.map((list, from) =>
    list.map(({ to, separator }) => {
      const found = beyond(from, to, new Set());
      for (const c of separator) found.delete(c);
      return { to, separator, beyond: found };
    }),
  );
}

function touches(beyond: ReadonlySet<number>, targets: ReadonlySet<number>): boolean {
  for (const target of targets) if (beyond.has(target)) return true;
  return false;
}
