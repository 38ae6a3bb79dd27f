import { type Clique, cells } from "../../domain/clique.js";
import type { reserver } from "./arena.js";
import { blocksOf } from "./blocks.js";
import { type Contraction, coalesce, type Term } from "./contraction.js";
import type { TreeNode } from "./junction-tree.js";
import { type Layout, observedCell } from "./observation.js";

/** A table of potentials in the kernel: the observations over some of its columns, added up. */
export interface Factor {
  readonly columns: readonly number[];
  readonly length: number;
  readonly potential: number;
  readonly marginal: number;
  readonly observed: readonly { readonly offset: number; readonly of: Uint32Array }[];
}

/** A clique in the kernel. */
export interface Node {
  readonly parent: number;
  /** Its columns, block by block. */
  readonly axes: readonly number[];
  readonly factors: readonly Factor[];
  readonly link: Link;
  /** Where a root leaves its sum. */
  readonly total: number;
}

/** What a clique and its parent say to each other over their separator: kernel addresses of tables, two in the clique's axis order and two in the parent's. */
export interface Link {
  readonly own: readonly number[];
  readonly parents: readonly number[];
  readonly cells: number;
  /** Sent up, as the clique makes it and as the parent reads it: one table where both have the same order. */
  readonly up: number;
  readonly upAbove: number;
  /** The parent's belief, in its own order. */
  readonly belief: number;
  /** Sent down, in the clique's order. */
  readonly down: number;
  /** For each of the clique's cells, the parent's; undefined where both have the same order. */
  readonly above: Uint32Array | undefined;
}

type Reserver = ReturnType<typeof reserver>;

/** Give every clique, its tables of potentials and its messages their places. */
export function layNodes(tree: readonly TreeNode[], layout: Layout, sizes: readonly number[], memory: Reserver): Node[] {
  const blocks = tree.map(({ clique, separator }, i) => blocksOf(clique, [separator, ...tree.flatMap((n) => (n.parent === i ? [n.separator] : []))], sizes));
  const axes = blocks.map((own) => own.flat());
  const factors = tree.map((): Factor[] => []);
  for (const [home, hosts] of homes(tree, layout, sizes, blocks)) {
    for (const { columns, members } of hosts) {
      const length = cells(columns, sizes);
      const observed = members.map((i) => ({ offset: layout.offset[i], of: observedCell(columns, layout.observations[i], sizes) }));
      factors[home].push({ columns, length, potential: memory.take(8 * length), marginal: memory.take(8 * length), observed });
    }
  }
  return tree.map(({ parent, separator }, i) => ({ parent, axes: axes[i], factors: factors[i], link: linkOf(separator, axes[i], axes[parent] ?? [], sizes, memory), total: memory.take(8) }));
}

function linkOf(separator: Clique, axes: readonly number[], parentAxes: readonly number[], sizes: readonly number[], memory: Reserver): Link {
  const within = (order: readonly number[]): number[] => order.filter((column) => separator.includes(column));
  const [own, parents] = [within(axes), within(parentAxes)];
  const count = cells(separator, sizes);
  const same = own.every((column, i) => column === parents[i]);
  const table = (): number => memory.take(8 * count);
  const up = table();
  return { own, parents, cells: count, up, upAbove: same ? up : table(), belief: table(), down: table(), above: same ? undefined : observedCell(own, { clique: parents }, sizes) };
}

/** Observations that share a table of potentials, in a clique's axis order. */
interface Host {
  readonly columns: readonly number[];
  readonly members: number[];
}

/** For each clique, the tables of potentials multiplied into it: those of its observations, widened to whole blocks; what another one holds shares its table. */
function homes(tree: readonly TreeNode[], layout: Layout, sizes: readonly number[], blocks: readonly (readonly (readonly number[])[])[]): Map<number, Host[]> {
  const out = new Map<number, Host[]>();
  for (const { columns, members } of gathered(layout.observations.map(({ clique }, i) => ({ columns: clique, members: [i] })))) {
    const home = smallestHolding(tree, columns, sizes);
    const whole = blocks[home].filter((block) => block.some((column) => columns.includes(column))).flat();
    out.set(home, [...(out.get(home) ?? []), { columns: whole, members }]);
  }
  for (const [home, hosts] of out) out.set(home, gathered(hosts));
  return out;
}

/** Gathered under the maximal ones among them. */
function gathered(hosts: readonly Host[]): Host[] {
  const kept: Host[] = [];
  const order = hosts.map((_, i) => i).sort((a, b) => hosts[b].columns.length - hosts[a].columns.length || a - b);
  for (const i of order) {
    const { columns, members } = hosts[i];
    const host = kept.find((k) => columns.every((c) => k.columns.includes(c)));
    if (host === undefined) kept.push({ columns, members: [...members] });
    else host.members.push(...members);
  }
  return kept;
}

export function smallestHolding(tree: readonly { readonly clique: Clique }[], columns: Clique, sizes: readonly number[]): number {
  let home = -1;
  tree.forEach(({ clique }, i) => {
    if (columns.every((c) => clique.includes(c)) && (home < 0 || cells(clique, sizes) < cells(tree[home].clique, sizes))) home = i;
  });
  return home;
}

/** A clique's potentials and what its children sent up. */
export function inputsOf(nodes: readonly Node[], i: number): Term[] {
  return [
    ...nodes[i].factors.map(({ columns, potential }) => ({ columns, address: potential })),
    ...nodes.filter((n) => n.parent === i).map(({ link }) => ({ columns: link.parents, address: link.upAbove })),
  ];
}

/** What a clique computes on the way up, and on the way down. */
export function contractionsOf(nodes: readonly Node[], i: number, sizes: readonly number[]): { collect: Contraction; distribute: Contraction } {
  const { axes, factors, link, parent, total } = nodes[i];
  const inputs = inputsOf(nodes, i);
  const beliefs: Term[] = [
    ...factors.map(({ columns, marginal }) => ({ columns, address: marginal })),
    ...nodes.filter((n) => n.parent === i).map((child) => ({ columns: child.link.parents, address: child.link.belief })),
  ];
  return {
    collect: coalesce({ axes, sizes, inputs, outputs: [{ columns: link.own, address: link.up }] }),
    distribute: coalesce(
      parent < 0 ? { axes, sizes, inputs, outputs: [...beliefs, { columns: [], address: total }] } : { axes, sizes, inputs: [...inputs, { columns: link.own, address: link.down }], outputs: beliefs },
    ),
  };
}
