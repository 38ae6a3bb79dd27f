import { type Clique, cells, cliqueKey } from "../../domain/clique.js";
import type { Inference } from "./belief-propagation.js";
import type { TreeNode } from "./junction-tree.js";
import { observedCell } from "./observation.js";

/** A calibrated tree that can be asked for marginals within its cliques. */
export type Calibrated = Pick<Inference, "sizes" | "tree" | "within">;

/** An edge of the junction tree, walked from one clique to the next. */
interface Step {
  readonly to: number;
  readonly separator: Clique;
  /** Columns on the far side that the separator does not hold. */
  readonly beyond: ReadonlySet<number>;
}

/**
 * Probabilities of any pairs of columns after the last sweep, whether or not a clique holds them; row-major. A pair that
 * no clique holds is carried along the tree: P(a, s′) = Σ P(a, s)·P(s′ | s), from separator to separator.
 * @cite Koller, Friedman 2009, §10.3.3 (queries outside a clique)
 */
export function pairMarginals(inference: Calibrated, pairs: readonly Clique[]): Float64Array[] {
  const { tree } = inference;
  const together = pairs.map((pair) => tree.some(({ clique }) => pair.every((c) => clique.includes(c))));
  const inside = pairs.filter((_, i) => together[i]);
  const outside = pairs.filter((_, i) => !together[i]);
  const near = inference.within(inside);
  const far = carried(inference, outside);
  let [n, f] = [0, 0];
  return pairs.map((_, i) => (together[i] ? near[n++] : far[f++]));
}

function carried(inference: Calibrated, pairs: readonly Clique[]): Float64Array[] {
  if (pairs.length === 0) return [];
  const { sizes, tree } = inference;
  const steps = stepsOf(tree);
  const tables = tableSource(inference);
  const out = new Map<string, Float64Array>();
  const wanted = new Map<number, Set<number>>();
  for (const [a, b] of pairs) {
    const [source, target] = sizes[a] >= sizes[b] ? [a, b] : [b, a];
    wanted.set(source, (wanted.get(source) ?? new Set()).add(target));
  }
  for (const [source, targets] of wanted) {
    tree.forEach(({ clique }, from) => {
      if (!clique.includes(source)) return;
      for (const step of steps[from]) {
        if (tree[step.to].clique.includes(source) || !touches(step.beyond, targets)) continue;
        const start = tables(merge(step.separator, [source]));
        const joint = arrange(start.table, start.columns, [...step.separator, source], sizes);
        walk({ steps, tree, tables, sizes, source, targets, out }, from, step, joint);
      }
    });
  }
  return pairs.map((pair) => out.get(cliqueKey(pair)) ?? outer(inference, pair));
}

interface Walk {
  readonly steps: readonly (readonly Step[])[];
  readonly tree: readonly TreeNode[];
  readonly tables: (columns: Clique) => { readonly columns: Clique; readonly table: Float64Array };
  readonly sizes: readonly number[];
  readonly source: number;
  readonly targets: ReadonlySet<number>;
  readonly out: Map<string, Float64Array>;
}

/** @param joint P(separator, source), the source fastest */
function walk(state: Walk, from: number, { to, separator }: Step, joint: Float64Array): void {
  const { tree, steps, sizes, source, targets, out } = state;
  for (const b of tree[to].clique) {
    if (!targets.has(b) || separator.includes(b)) continue;
    const key = cliqueKey(merge([b], [source]));
    if (out.has(key)) continue;
    const table = move(state, separator, [b], joint);
    out.set(key, b < source ? table : arrange(table, [b, source], [source, b], sizes));
  }
  for (const next of steps[to]) {
    if (next.to === from || !touches(next.beyond, targets)) continue;
    walk(state, to, next, move(state, separator, next.separator, joint));
  }
}

/** P(target, source) = Σ P(source, separator)·P(target | separator), both within one clique. */
function move({ tables, sizes, source }: Walk, separator: Clique, target: Clique, joint: Float64Array): Float64Array {
  const { columns, table } = tables(merge(separator, target));
  const at = observedCell(columns, { clique: separator }, sizes);
  const to = observedCell(columns, { clique: target }, sizes);
  const given = new Float64Array(cells(separator, sizes));
  for (let u = 0; u < table.length; u += 1) given[at[u]] += table[u];
  const n = sizes[source];
  const out = new Float64Array(cells(target, sizes) * n);
  for (let u = 0; u < table.length; u += 1) {
    if (!(table[u] > 0)) continue;
    const weight = table[u] / given[at[u]];
    const from = at[u] * n;
    const into = to[u] * n;
    for (let j = 0; j < n; j += 1) out[into + j] += weight * joint[from + j];
  }
  return out;
}

/** Columns of two trees are independent. */
function outer(inference: Calibrated, [a, b]: Clique): Float64Array {
  const [p, q] = inference.within([[a], [b]]);
  const out = new Float64Array(p.length * q.length);
  for (let i = 0; i < p.length; i += 1) for (let j = 0; j < q.length; j += 1) out[i * q.length + j] = p[i] * q[j];
  return out;
}

/** Marginals within a clique, made when first asked for. */
function tableSource(inference: Calibrated): Walk["tables"] {
  const known = new Map<string, { columns: Clique; table: Float64Array }>();
  return (columns) => {
    const key = cliqueKey(columns);
    const found = known.get(key) ?? { columns, table: inference.within([columns])[0] };
    known.set(key, found);
    return found;
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

function merge(a: Clique, b: Clique): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

/** A table over `from` as one over `to`, the same columns in another order. */
function arrange(table: Float64Array, from: readonly number[], to: readonly number[], sizes: readonly number[]): Float64Array {
  const at = observedCell(from, { clique: to }, sizes);
  const out = new Float64Array(table.length);
  for (let cell = 0; cell < table.length; cell += 1) out[at[cell]] = table[cell];
  return out;
}
