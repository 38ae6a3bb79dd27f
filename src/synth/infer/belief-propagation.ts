import { type Clique, cells } from "../../domain/clique.js";
import { type Arena, openArena, reserver } from "./arena.js";
import { type Contraction, describe, rowLength, scratchBytes, type Term } from "./contraction.js";
import { type Halved, halve } from "./halves.js";
import { offerHalf } from "./helper.js";
import { deskCells, jobOf, layOut } from "./job.js";
import { junctionTree, type TreeNode } from "./junction-tree.js";
import { contractionsOf, type Factor, inputsOf, layNodes, type Node, smallestHolding } from "./nodes.js";
import { type Layout, layoutOf, type Observation, observedCell } from "./observation.js";
import { runJob } from "./run-job.js";

/** A compiled graphical model: potentials in, expected marginals and log Z out. */
export interface Inference {
  readonly sizes: readonly number[];
  readonly tree: readonly TreeNode[];
  readonly layout: Layout;
  /**
   * One sweep. `theta` and `mu` follow `layout`; `mu` gets the probabilities of every observation's cells.
   * Returns log Z. Not finite where the potentials overflow; the caller rejects such a step.
   */
  sweep(theta: Float64Array, mu: Float64Array): number;
  /** Probabilities, after the last sweep, of sets of columns that each stand in a clique of the tree; row-major, columns ascending. */
  within(cliques: readonly Clique[]): Float64Array[];
}

/** A contraction in the arena: where its descriptor stands, and what of it another thread may do. */
interface Step {
  readonly at: number;
  readonly halved: Halved | undefined;
}

interface Program {
  readonly collect: Step;
  readonly distribute: Step;
}

/** From this many cells on a clique's contraction takes milliseconds, and half of it is offered to another thread. */
const HALVED_FROM = 1 << 19;

/**
 * Shafer–Shenoy belief propagation in the linear domain on a junction forest. Messages up are scaled by their largest
 * value and the logarithms of the scales are summed; a message down is the parent's belief divided by the message up,
 * on the separator only. Observations inside a larger one share its table of potentials; each table is multiplied into
 * the smallest clique that holds it. Clique tables are never stored (see {@link Contraction}).
 * @cite Koller, Friedman 2009, §10.2; Shafer, Shenoy 1990
 */
export function compile(sizes: readonly number[], observations: readonly Observation[], plain = false, halvedFrom = HALVED_FROM): Inference {
  const layout = layoutOf(observations, sizes);
  const tree = junctionTree(
    sizes,
    observations.map((o) => o.clique),
  );
  const memory = reserver();
  const nodes = layNodes(tree, layout, sizes, memory);
  const contractions = nodes.map((_, i) => contractionsOf(nodes, i, sizes));
  const both = contractions.flatMap(({ collect, distribute }) => [collect, distribute]);
  const longest = Math.max(...both.map(rowLength));
  const scratch = { rows: memory.take(Math.max(...both.map(scratchBytes))), ones: memory.take(8 * longest) };
  const descriptors: { at: number; words: Int32Array }[] = [];
  const lay = (contraction: Contraction): Step => {
    const halved = plain || cells(contraction.axes, contraction.sizes) < halvedFrom ? undefined : halve(contraction);
    const words = describe(halved?.first ?? contraction, scratch);
    const at = memory.take(4 * words.length);
    descriptors.push({ at, words });
    return { at, halved };
  };
  const programs: Program[] = contractions.map(({ collect, distribute }) => ({ collect: lay(collect), distribute: lay(distribute) }));
  const arena = openArena(memory.bytes, plain);
  new Float64Array(arena.memory, scratch.ones, longest).fill(1);
  for (const { at, words } of descriptors) new Int32Array(arena.memory, at, words.length).set(words);
  const live = bring(arena, nodes, programs);
  const bench: Bench = { arena, desk: openDesk(programs) };
  return {
    sizes,
    tree,
    layout,
    sweep: (theta, mu) => sweep(bench, live, theta, mu),
    within: (cliques) => withinCliques(arena, nodes, sizes, cliques, plain),
  };
}

/** Views of a node's tables, made once: the arena does not grow. */
interface Live {
  readonly parent: number;
  readonly children: readonly Live[];
  readonly factors: readonly { readonly potential: Float64Array; readonly marginal: Float64Array; readonly observed: Factor["observed"] }[];
  readonly up: Float64Array;
  readonly upAbove: Float64Array;
  readonly belief: Float64Array;
  readonly down: Float64Array;
  readonly above: Uint32Array | undefined;
  readonly total: Float64Array;
  readonly program: Program;
}

function bring(arena: Arena, nodes: readonly Node[], programs: readonly Program[]): Live[] {
  const view = (at: number, length: number): Float64Array => new Float64Array(arena.memory, at, length);
  const children = nodes.map((): Live[] => []);
  const live = nodes.map(({ parent, factors, link, total }, i) => ({
    parent,
    children: children[i],
    factors: factors.map((f) => ({ potential: view(f.potential, f.length), marginal: view(f.marginal, f.length), observed: f.observed })),
    up: view(link.up, link.cells),
    upAbove: view(link.upAbove, link.cells),
    belief: view(link.belief, link.cells),
    down: view(link.down, link.cells),
    above: link.above,
    total: view(total, 1),
    program: programs[i],
  }));
  for (const node of live) if (node.parent >= 0) children[node.parent].push(node);
  return live;
}

interface Bench {
  readonly arena: Arena;
  /** What two threads hand each other; long enough for every halved step. */
  desk: Float64Array;
}

function openDesk(programs: readonly Program[]): Float64Array {
  const longest = programs.flatMap(({ collect, distribute }) => [collect, distribute]).reduce((most, { halved }) => Math.max(most, halved === undefined ? 0 : deskCells(halved.second)), 0);
  return new Float64Array(new SharedArrayBuffer(8 * longest));
}

/** One contraction, in two threads where it is halved: the second half's outputs are added to the first's. */
function contract(bench: Bench, { at, halved }: Step): void {
  const { arena } = bench;
  if (halved === undefined) {
    arena.contract(at);
    return;
  }
  let next = layOut(bench.desk, arena.memory, halved.inputs);
  const finish = offerHalf(halved.second, bench.desk);
  arena.contract(at);
  bench.desk = finish();
  for (const { address, length } of halved.outputs) {
    const target = new Float64Array(arena.memory, address, length);
    for (let i = 0; i < length; i += 1) target[i] += bench.desk[next + i];
    next += length;
  }
}

function sweep(bench: Bench, live: readonly Live[], theta: Float64Array, mu: Float64Array): number {
  let logZ = 0;
  for (const { factors } of live) for (const { potential, observed } of factors) logZ += fillPotential(observed, theta, potential);
  const top = new Float64Array(live.length);
  for (let i = live.length - 1; i >= 0; i -= 1) {
    if (live[i].parent < 0) continue;
    live[i].up.fill(0);
    contract(bench, live[i].program.collect);
    top[i] = scaleToOne(live[i]);
    logZ += Math.log(top[i]);
  }
  const scale = new Float64Array(live.length).fill(1);
  mu.fill(0);
  live.forEach((node, i) => {
    for (const { marginal } of node.factors) marginal.fill(0);
    for (const child of node.children) child.belief.fill(0);
    if (node.parent < 0) node.total.fill(0);
    else divide(node, scale[node.parent] / top[i]);
    contract(bench, node.program.distribute);
    if (node.parent < 0) {
      logZ += Math.log(node.total[0]);
      scale[i] = 1 / node.total[0];
    }
    for (const { marginal, observed } of node.factors) readMarginal(marginal, scale[i], observed, mu);
  });
  return logZ;
}

/** exp(Σ θ − max) over the factor's cells; the maximum is returned. */
function fillPotential(observed: Factor["observed"], theta: Float64Array, out: Float64Array): number {
  out.fill(0);
  for (const { offset, of } of observed) for (let cell = 0; cell < out.length; cell += 1) out[cell] += theta[offset + of[cell]];
  let top = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < out.length; cell += 1) top = Math.max(top, out[cell]);
  for (let cell = 0; cell < out.length; cell += 1) out[cell] = Math.exp(out[cell] - top);
  return top;
}

function readMarginal(marginal: Float64Array, scale: number, observed: Factor["observed"], mu: Float64Array): void {
  for (const { offset, of } of observed) for (let cell = 0; cell < marginal.length; cell += 1) mu[offset + of[cell]] += scale * marginal[cell];
}

/** Scale a message up to maximum 1, and lay it before the parent in its order. */
function scaleToOne({ up, upAbove, above }: Live): number {
  let top = 0;
  for (let s = 0; s < up.length; s += 1) top = Math.max(top, up[s]);
  for (let s = 0; s < up.length; s += 1) up[s] /= top;
  if (above !== undefined) for (let s = 0; s < up.length; s += 1) upAbove[above[s]] = up[s];
  return top;
}

/** down = scale · belief / up, with 0/0 := 0. */
function divide({ belief, up, down, above }: Live, scale: number): void {
  for (let s = 0; s < down.length; s += 1) down[s] = up[s] > 0 ? (scale * belief[above === undefined ? s : above[s]]) / up[s] : 0;
}

/** Each clique's marginal by one more contraction of the node that holds it; nodes are visited once each. */
function withinCliques(arena: Arena, nodes: readonly Node[], sizes: readonly number[], cliques: readonly Clique[], plain: boolean): Float64Array[] {
  const holders = nodes.map((n) => ({ clique: n.axes }));
  const out = new Array<Float64Array>(cliques.length);
  const wanted = new Map<number, number[]>();
  cliques.forEach((clique, i) => {
    const home = smallestHolding(holders, clique, sizes);
    wanted.set(home, [...(wanted.get(home) ?? []), i]);
  });
  for (const [home, members] of wanted) {
    const node = nodes[home];
    const tables = project(arena, node, inputsOf(nodes, home), sizes, members.map((i) => cliques[i]), plain); // biome-ignore format: one call
    members.forEach((i, k) => {
      out[i] = tables[k];
    });
  }
  return out;
}

/** Run one node's product with other outputs, by itself, on copies of the node's inputs. */
function project(arena: Arena, node: Node, inputs: readonly Term[], sizes: readonly number[], cliques: readonly Clique[], plain: boolean): Float64Array[] {
  const all = node.parent < 0 ? inputs : [...inputs, { columns: node.link.own, address: node.link.down }];
  const wanted = [...cliques, []].map((clique) => node.axes.filter((column) => clique.includes(column)));
  const job = jobOf(
    { axes: node.axes, sizes },
    all.map(({ columns }) => columns),
    wanted,
  );
  const desk = new Float64Array(deskCells(job));
  let next = layOut(
    desk,
    arena.memory,
    all.map(({ columns, address }) => ({ address, length: cells(columns, sizes) })),
  );
  runJob(job, desk, openArena(job.bytes, plain));
  const tables = job.outputs.map(({ length }) => {
    next += length;
    return desk.subarray(next - length, next);
  });
  const [sum] = tables[cliques.length];
  return cliques.map((clique, i) => transpose(tables[i], wanted[i], clique, sizes, 1 / sum));
}

/** A table over `from` (row-major) as one over `to`, the same columns in another order, times `scale`. */
function transpose(table: Float64Array, from: readonly number[], to: Clique, sizes: readonly number[], scale: number): Float64Array {
  const of = observedCell(from, { clique: to }, sizes);
  const out = new Float64Array(table.length);
  for (let cell = 0; cell < table.length; cell += 1) out[of[cell]] = scale * table[cell];
  return out;
}
