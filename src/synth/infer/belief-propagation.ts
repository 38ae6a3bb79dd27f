import { type Clique, cells } from "../../domain/clique.js";
import { projectionMap } from "./index-map.js";
import { junctionTree, type TreeNode } from "./junction-tree.js";

/** Potentials and marginals of `factors` live back to back in one flat array; `offset[f]` is where factor f starts. */
export interface Layout {
  readonly cliques: readonly Clique[];
  readonly offset: Uint32Array;
  readonly length: number;
}

/** A compiled graphical model: potentials in, expected marginals and log Z out. */
export interface Inference {
  readonly tree: readonly TreeNode[];
  readonly layout: Layout;
  /**
   * One sweep. `theta` and `mu` follow `layout`; `mu` gets the probabilities of every factor's cells.
   * Returns log Z. Not finite where the potentials overflow; the caller rejects such a step.
   */
  sweep(theta: Float64Array, mu: Float64Array): number;
  /** Probabilities of every tree clique's cells after the last sweep, in tree order. */
  beliefs(): readonly Float64Array[];
}

export function layoutOf(cliques: readonly Clique[], sizes: readonly number[]): Layout {
  const offset = new Uint32Array(cliques.length + 1);
  cliques.forEach((clique, i) => {
    offset[i + 1] = offset[i] + cells(clique, sizes);
  });
  return { cliques, offset, length: offset[cliques.length] };
}

interface Node {
  readonly parent: number;
  readonly table: Float64Array;
  readonly belief: Float64Array;
  /** Cell → separator cell towards the parent. */
  readonly up?: Uint32Array;
  /** Parent's cell → separator cell. */
  readonly down?: Uint32Array;
  readonly message: Float64Array;
  readonly factors: { readonly offset: number; readonly length: number; readonly map: Uint32Array }[];
}

/**
 * Shafer–Shenoy belief propagation in the linear domain on a junction forest: collect to the roots, distribute back;
 * each message is scaled by its largest value and the logarithms of the scales are summed. Each factor is multiplied
 * into the smallest tree clique that contains it.
 * @cite Koller, Friedman 2009, §10.2; Shafer, Shenoy 1990
 */
export function compile(sizes: readonly number[], cliques: readonly Clique[]): Inference {
  const tree = junctionTree(sizes, cliques);
  const layout = layoutOf(cliques, sizes);
  const nodes: Node[] = tree.map((node) => ({
    parent: node.parent,
    table: new Float64Array(cells(node.clique, sizes)),
    belief: new Float64Array(cells(node.clique, sizes)),
    ...(node.parent < 0 ? {} : { up: projectionMap(node.clique, node.separator, sizes), down: projectionMap(tree[node.parent].clique, node.separator, sizes) }),
    message: new Float64Array(cells(node.separator, sizes)),
    factors: [],
  }));
  cliques.forEach((clique, f) => {
    let home = -1;
    tree.forEach((node, i) => {
      if (clique.every((c) => node.clique.includes(c)) && (home < 0 || nodes[i].table.length < nodes[home].table.length)) home = i;
    });
    nodes[home].factors.push({ offset: layout.offset[f], length: cells(clique, sizes), map: projectionMap(tree[home].clique, clique, sizes) });
  });
  return { tree, layout, sweep: (theta, mu) => sweep(nodes, theta, mu), beliefs: () => nodes.map((n) => n.belief) };
}

function sweep(nodes: readonly Node[], theta: Float64Array, mu: Float64Array): number {
  let logZ = 0;
  for (const node of nodes) logZ += fillTable(node, theta);
  for (let i = nodes.length - 1; i >= 0; i -= 1) logZ += collect(nodes, i);
  for (let i = 0; i < nodes.length; i += 1) distribute(nodes, i);
  mu.fill(0);
  for (const node of nodes) {
    for (const factor of node.factors) {
      for (let cell = 0; cell < node.belief.length; cell += 1) mu[factor.offset + factor.map[cell]] += node.belief[cell];
    }
  }
  return logZ;
}

/** Π of the node's factors, each shifted by its largest potential; the sum of the shifts is returned. */
function fillTable(node: Node, theta: Float64Array): number {
  node.table.fill(1);
  let shift = 0;
  for (const { offset, length, map } of node.factors) {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < length; i += 1) top = Math.max(top, theta[offset + i]);
    const factor = new Float64Array(length);
    for (let i = 0; i < length; i += 1) factor[i] = Math.exp(theta[offset + i] - top);
    for (let cell = 0; cell < node.table.length; cell += 1) node.table[cell] *= factor[map[cell]];
    shift += top;
  }
  return shift;
}

/** Send the node's table, summed to its separator and scaled to maximum 1, into the parent's table. */
function collect(nodes: readonly Node[], i: number): number {
  const node = nodes[i];
  if (node.up === undefined || node.down === undefined) {
    let z = 0;
    for (const v of node.table) z += v;
    for (let cell = 0; cell < node.table.length; cell += 1) node.belief[cell] = node.table[cell] / z;
    return Math.log(z);
  }
  const { message, up, down, table } = node;
  message.fill(0);
  for (let cell = 0; cell < table.length; cell += 1) message[up[cell]] += table[cell];
  let top = 0;
  for (const v of message) top = Math.max(top, v);
  for (let s = 0; s < message.length; s += 1) message[s] /= top;
  const parent = nodes[node.parent].table;
  for (let cell = 0; cell < parent.length; cell += 1) parent[cell] *= message[down[cell]];
  return Math.log(top);
}

/** belief = table · (parent's belief on the separator) / (own table on the separator), with 0/0 := 0. */
function distribute(nodes: readonly Node[], i: number): void {
  const node = nodes[i];
  if (node.up === undefined || node.down === undefined) return;
  const { message, up, down, table, belief } = node;
  message.fill(0);
  for (let cell = 0; cell < table.length; cell += 1) message[up[cell]] += table[cell];
  const ratio = new Float64Array(message.length);
  const parent = nodes[node.parent].belief;
  for (let cell = 0; cell < parent.length; cell += 1) ratio[down[cell]] += parent[cell];
  for (let s = 0; s < ratio.length; s += 1) ratio[s] = message[s] > 0 ? ratio[s] / message[s] : 0;
  for (let cell = 0; cell < table.length; cell += 1) belief[cell] = table[cell] * ratio[up[cell]];
}
