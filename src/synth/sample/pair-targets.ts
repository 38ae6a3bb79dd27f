import { type Clique, cells, cliqueKey, subsets } from "../../domain/clique.js";
import { sharesWithin } from "../../domain/coarsening.js";
import type { ModelFile } from "../../formats/model.js";
import type { TreeNode } from "../infer/junction-tree.js";
import { observedCell } from "../infer/observation.js";
import { type Calibrated, pairMarginals } from "../infer/pair-marginals.js";

/** The share of rows in each cell of a pair, row-major over polished codes. */
export interface PairTarget {
  readonly pair: Clique;
  readonly shares: Float64Array;
}

/** A column as the swaps see it. */
export interface Polished {
  readonly name: string;
  /** True: by its own codes. False: by the model's, where the column is long. */
  readonly full: boolean;
  readonly size: number;
}

/** One axis from a table's codes to polished ones: cell `to[i]` gets `weight[i]` of cell `from[i]`. */
interface AxisMap {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly weight: Float64Array;
}

/**
 * What the model says of every pair of columns: its own targets, or the marginal of its tree, over the polished codes.
 * Additions, multiplications and divisions in a fixed order only: the same bits everywhere.
 */
export function pairTargets(model: ModelFile, columns: readonly Polished[]): PairTarget[] {
  const names = columns.map((c) => c.name);
  const own = new Map((model.targets ?? []).map((t) => [cliqueKey(t.columns.map((name) => names.indexOf(name))), t]));
  const pairs = subsets(columns.length, 2);
  const inference = storedTree(model, names);
  const plain = pairMarginals(
    inference,
    pairs.filter((pair) => !own.has(cliqueKey(pair))),
  );
  const expansions = columns.map(({ name }) => expansionOf(model.expansions[name]));
  const axes = columns.map(({ full }, c) => axisFrom(expansions[c], full, expansions[c].group));
  let next = 0;
  return pairs.map((pair) => {
    const target = own.get(cliqueKey(pair));
    const [rows, across] = pair.map((c, i) => (target === undefined ? axes[c] : axisFrom(expansions[c], columns[c].full, Uint32Array.from(target.groups[i]))));
    const table = target === undefined ? plain[next++] : Float64Array.from(target.weights);
    return { pair, shares: spread(table, rows, across, table.length / tableRows(model, names, pair, target), columns[pair[0]].size, columns[pair[1]].size) };
  });
}

type Target = NonNullable<ModelFile["targets"]>[number];

function tableRows(model: ModelFile, names: readonly string[], pair: Clique, target: Target | undefined): number {
  return target === undefined ? model.expansions[names[pair[0]]].length : target.shape[0];
}

/** The model's code of each of the column's codes, and the code's weight. */
interface Expansion {
  readonly group: Uint32Array;
  readonly weight: Float64Array;
}

function expansionOf(expansion: ModelFile["expansions"][string]): Expansion {
  const size = expansion.reduce((sum, { codes }) => sum + codes.length, 0);
  const group = new Uint32Array(size);
  const weight = new Float64Array(size);
  expansion.forEach(({ codes, weights }, g) => {
    const known = weights.some((w) => w > 0);
    codes.forEach((code, i) => {
      group[code] = g;
      weight[code] = known ? weights[i] : 1;
    });
  });
  return { group, weight };
}

/** @param source the table's code of each of the column's codes; as fine as the model's, or finer */
function axisFrom({ group, weight }: Expansion, full: boolean, source: Uint32Array): AxisMap {
  const count = 1 + source.reduce((most, g) => Math.max(most, g), 0);
  if (!full) {
    const to = new Uint32Array(count);
    for (let code = 0; code < source.length; code += 1) to[source[code]] = group[code];
    return { from: to.map((_, g) => g), to, weight: new Float64Array(count).fill(1) };
  }
  return { from: source, to: source.map((_, code) => code), weight: sharesWithin(weight, { size: count, of: source }) };
}

function spread(table: Float64Array, rows: AxisMap, across: AxisMap, width: number, height: number, size: number): Float64Array {
  const out = new Float64Array(height * size);
  let sum = 0;
  for (let i = 0; i < rows.from.length; i += 1) {
    for (let j = 0; j < across.from.length; j += 1) {
      const share = table[rows.from[i] * width + across.from[j]] * rows.weight[i] * across.weight[j];
      out[rows.to[i] * size + across.to[j]] += share;
      sum += share;
    }
  }
  if (sum > 0) for (let cell = 0; cell < out.length; cell += 1) out[cell] /= sum;
  return out;
}

/** The model's calibrated cliques as a tree that can be asked for marginals. */
function storedTree(model: ModelFile, columns: readonly string[]): Calibrated {
  const sizes = columns.map((name) => model.expansions[name].length);
  const axes = model.cliques.map((c) => c.columns.map((name) => columns.indexOf(name)));
  const sums = model.cliques.map(({ weights }) => weights.reduce((s, w) => s + w, 0));
  const known = new Set<number>();
  const tree: TreeNode[] = [];
  for (const axis of axes) {
    const clique = [...axis].sort((a, b) => a - b);
    const separator = clique.filter((c) => known.has(c));
    tree.push({ clique, parent: separator.length === 0 ? -1 : tree.findIndex((node) => separator.every((c) => node.clique.includes(c))), separator });
    for (const c of clique) known.add(c);
  }
  const marginal = (clique: Clique): Float64Array => {
    const homes = tree.flatMap((node, i) => (clique.every((c) => node.clique.includes(c)) ? [i] : []));
    const home = homes.reduce((best, i) => (model.cliques[i].weights.length < model.cliques[best].weights.length ? i : best));
    const to = observedCell(axes[home], { clique }, sizes);
    const out = new Float64Array(cells(clique, sizes));
    const { weights } = model.cliques[home];
    for (let cell = 0; cell < weights.length; cell += 1) out[to[cell]] += weights[cell];
    for (let cell = 0; cell < out.length; cell += 1) out[cell] /= sums[home];
    return out;
  };
  return { sizes, tree, within: (cliques) => cliques.map(marginal) };
}
