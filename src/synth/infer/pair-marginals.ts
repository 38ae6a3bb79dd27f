import { type Clique, cells, cliqueKey } from "../../domain/clique.js";
import { type Arena, openArena, reserver } from "./arena.js";
import type { Inference } from "./belief-propagation.js";
import { observedCell } from "./observation.js";
import { type Crossing, type Passage, type Route, routesOf } from "./routes.js";

/** A calibrated tree that can be asked for marginals within its cliques. */
export type Calibrated = Pick<Inference, "sizes" | "tree" | "within">;

/** Cells of a clique less probable than this carry nothing: a million of them are a millionth of the rows. */
const NEGLIGIBLE = 2 ** -40;

/**
 * Probabilities of any pairs of columns after the last sweep, whether or not a clique holds them; row-major. A pair that
 * no clique holds is carried along the tree: P(a, s′) = Σ P(a, s)·P(s′ | s), from separator to separator.
 * @cite Koller, Friedman 2009, §10.3.3 (queries outside a clique)
 */
export function pairMarginals(inference: Calibrated, pairs: readonly Clique[], plain = false): Float64Array[] {
  const { tree, sizes } = inference;
  const together = pairs.map((pair) => tree.some(({ clique }) => pair.every((c) => clique.includes(c))));
  const outside = pairs.filter((_, i) => !together[i]);
  const routes = routesOf(tree, sizes, outside);
  const passages = passagesOf(routes);
  const starts = routes.flatMap(({ source, starts }) => starts.map(({ separator }) => merge(separator, [source])));
  const inside = pairs.filter((_, i) => together[i]);
  const single = [...new Set(outside.flat())].map((column) => [column]);
  const tables = lookUp(inference, [...inside, ...starts, ...passages.map(columnsOf), ...single]);
  const carried = outside.length === 0 ? new Map<string, Float64Array>() : carryAll({ sizes, tables, plain }, routes, passages);
  return pairs.map((pair, i) => (together[i] ? tables(pair) : (carried.get(cliqueKey(pair)) ?? outer(tables([pair[0]]), tables([pair[1]])))));
}

type Tables = (clique: Clique) => Float64Array;

/** Marginals within cliques, asked for all at once: each clique is then visited once. */
function lookUp(inference: Calibrated, cliques: readonly Clique[]): Tables {
  const distinct = [...new Map(cliques.map((clique) => [cliqueKey(clique), clique])).values()];
  const known = inference.within(distinct);
  const at = new Map(distinct.map((clique, i) => [cliqueKey(clique), known[i]]));
  return (clique) => at.get(cliqueKey(clique)) as Float64Array;
}

function passagesOf(routes: readonly Route[]): Passage[] {
  const found = new Map<string, Passage>();
  const visit = ({ ends, onward }: Crossing): void => {
    for (const passage of [...ends, ...onward.map((o) => o.passage)]) found.set(passageKey(passage), passage);
    for (const { crossing } of onward) visit(crossing);
  };
  for (const { starts } of routes) for (const { crossing } of starts) visit(crossing);
  return [...found.values()];
}

/** P(target | separator) as the kernel walks it: for each cell of both that matters, where it reads and writes and its weight. */
interface Conditional {
  readonly index: Uint32Array;
  readonly target: Uint32Array;
  readonly weight: Float64Array;
}

interface World {
  readonly sizes: readonly number[];
  readonly tables: Tables;
  readonly plain: boolean;
}

interface Placed {
  readonly rows: number;
  readonly index: number;
  readonly target: number;
  readonly weight: number;
}

/** Every pair that the routes end in, by clique. One arena serves all: conditionals stay, joint tables are written over. */
function carryAll(world: World, routes: readonly Route[], passages: readonly Passage[]): Map<string, Float64Array> {
  const { sizes, tables, plain } = world;
  const memory = reserver();
  const placed = new Map<string, Placed>();
  const laid = passages.map((passage) => {
    const conditional = conditionalOf(passage, tables(columnsOf(passage)), sizes);
    const rows = conditional.weight.length;
    const at = { rows, index: memory.take(4 * rows), target: memory.take(4 * rows), weight: memory.take(8 * rows) };
    placed.set(passageKey(passage), at);
    return { at, conditional };
  });
  const joints = jointSizes(routes, sizes).map((length) => ({ length, address: memory.take(8 * length) }));
  const arena = openArena(memory.bytes, plain);
  for (const { at, conditional } of laid) {
    new Uint32Array(arena.memory, at.index, at.rows).set(conditional.index);
    new Uint32Array(arena.memory, at.target, at.rows).set(conditional.target);
    new Float64Array(arena.memory, at.weight, at.rows).set(conditional.weight);
  }
  const out = new Map<string, Float64Array>();
  for (const { source, starts } of routes) {
    for (const { separator, crossing } of starts) {
      const joint = arrange(tables(merge(separator, [source])), merge(separator, [source]), [...separator, source], sizes);
      new Float64Array(arena.memory, joints[0].address, joint.length).set(joint);
      travel({ arena, joints: joints.map((j) => j.address), placed, sizes, source, out }, crossing, 0);
    }
  }
  return out;
}

interface Journey {
  readonly arena: Arena;
  /** Addresses of the joint tables, by the number of separators crossed. */
  readonly joints: readonly number[];
  readonly placed: ReadonlyMap<string, Placed>;
  readonly sizes: readonly number[];
  readonly source: number;
  readonly out: Map<string, Float64Array>;
}

function travel(journey: Journey, { ends, onward }: Crossing, depth: number): void {
  const { sizes, source, out } = journey;
  for (const passage of ends) {
    const [b] = passage.target;
    const table = Float64Array.from(move(journey, passage, depth));
    out.set(cliqueKey(merge([b], [source])), b < source ? table : arrange(table, [b, source], [source, b], sizes));
  }
  for (const { passage, crossing } of onward) {
    move(journey, passage, depth);
    travel(journey, crossing, depth + 1);
  }
}

/** P(target, source) = Σ P(separator, source)·P(target | separator), the source fastest; into the next joint table. */
function move({ arena, joints, placed, sizes, source }: Journey, passage: Passage, depth: number): Float64Array {
  const { rows, index, target, weight } = placed.get(passageKey(passage)) as Placed;
  const out = new Float64Array(arena.memory, joints[depth + 1], cells(passage.target, sizes) * sizes[source]).fill(0);
  arena.carry(joints[depth + 1], target, joints[depth], index, weight, rows, sizes[source]);
  return out;
}

function conditionalOf({ separator, target }: Passage, table: Float64Array, sizes: readonly number[]): Conditional {
  const columns = merge(separator, target);
  const from = observedCell(columns, { clique: separator }, sizes);
  const to = observedCell(columns, { clique: target }, sizes);
  const given = new Float64Array(cells(separator, sizes));
  let rows = 0;
  for (let u = 0; u < table.length; u += 1) {
    given[from[u]] += table[u];
    if (table[u] > NEGLIGIBLE) rows += 1;
  }
  const out = { index: new Uint32Array(rows), target: new Uint32Array(rows), weight: new Float64Array(rows) };
  let row = 0;
  for (let u = 0; u < table.length; u += 1) {
    if (!(table[u] > NEGLIGIBLE)) continue;
    out.index[row] = from[u];
    out.target[row] = to[u];
    out.weight[row] = table[u] / given[from[u]];
    row += 1;
  }
  return out;
}

/** Cells of the largest joint table at each number of separators crossed. */
function jointSizes(routes: readonly Route[], sizes: readonly number[]): number[] {
  const most: number[] = [];
  const grow = (depth: number, length: number): void => {
    most[depth] = Math.max(most[depth] ?? 0, length);
  };
  const visit = ({ ends, onward }: Crossing, depth: number, n: number): void => {
    for (const { target } of [...ends, ...onward.map((o) => o.passage)]) grow(depth + 1, cells(target, sizes) * n);
    for (const { crossing } of onward) visit(crossing, depth + 1, n);
  };
  for (const { source, starts } of routes) {
    for (const { separator, crossing } of starts) {
      grow(0, cells(separator, sizes) * sizes[source]);
      visit(crossing, 0, sizes[source]);
    }
  }
  return most;
}

function columnsOf({ separator, target }: Passage): Clique {
  return merge(separator, target);
}

function passageKey({ separator, target }: Passage): string {
  return `${cliqueKey(separator)}|${cliqueKey(target)}`;
}

/** Columns of two trees are independent. */
function outer(p: Float64Array, q: Float64Array): Float64Array {
  const out = new Float64Array(p.length * q.length);
  for (let i = 0; i < p.length; i += 1) for (let j = 0; j < q.length; j += 1) out[i * q.length + j] = p[i] * q[j];
  return out;
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

/** Probabilities as rows. Of all pairs of a wide table these are millions of cells a round: too many for a call each. */
export function inRows(shares: Float64Array, total: number): Float64Array {
  const rows = new Float64Array(shares.length);
  for (let i = 0; i < rows.length; i += 1) rows[i] = total * shares[i];
  return rows;
}
