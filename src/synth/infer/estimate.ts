import { type Clique, cliqueKey } from "../../domain/clique.js";
import { compile, type Inference } from "./belief-propagation.js";
import { makeConsistent, type NoisyTable } from "./consistent.js";
import { type Solution, type SolveOptions, solve } from "./proximal.js";

/** A fitted graphical model: probabilities of each junction-tree clique, roots first. */
export interface Fit extends Solution {
  readonly inference: Inference;
  readonly total: number;
}

export interface EstimateOptions extends Partial<Pick<SolveOptions, "gapMax" | "recentres" | "sweepsMax" | "progress">> {
  /** Number of rows, where it is public. */
  readonly total?: number;
}

/**
 * A proximal weight τ with τσ² near 50 rows² regularises like early stopping; larger than .3 it would bias the fit. Where noise is large, a fifth
 * of σ: 50 rows² would let potentials of cells that the noise made negative run to −180, where messages underflow.
 */
const TAU_VARIANCE = 50;
const TAU_PER_SIGMA = 0.2;
const TAU_MAX = 0.3;

/**
 * Maximum-likelihood graphical model of Gaussian-noised marginals: minimise Σ (μ − y)²/2σ² over the marginal polytope
 * by proximal steps, each solved in its smooth dual by L-BFGS with the diagonal 1/(Nμ + τσ²) as preconditioner.
 * @cite McKenna, Sheldon, Miklau 2019 (arXiv:1901.09136) for the problem; the dual is derived in docs/notes/estimation.md
 */
export function estimate(measured: readonly NoisyTable[], sizes: readonly number[], options: EstimateOptions = {}): Fit {
  const noisy = withEveryColumn(measured, sizes);
  const { tables, total } = makeConsistent(noisy, sizes, options.total);
  const cliques = noisy.map((t) => t.clique);
  const n = Math.max(1, options.total ?? total);
  const inference = compile(
    sizes,
    cliques.map((clique) => ({ clique })),
  );
  const { offset, length } = inference.layout;
  const y = new Float64Array(length);
  const variance = new Float64Array(length);
  noisy.forEach((table, f) => {
    y.set(tables[f], offset[f]);
    variance.fill(table.variance, offset[f], offset[f + 1]);
  });
  const start = independentStart(cliques, tables, inference, n, sizes);
  const solution = solve({ inference, y, variance, n }, start, {
    tau: proximalWeight(median(variance)),
    gapMax: options.gapMax ?? 0.015,
    sweepsMax: options.sweepsMax ?? 600,
    recentres: options.recentres ?? 1,
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });
  return { ...solution, inference, total: n };
}

/** Measurements of one clique merged by inverse variance; a column that nothing measured gets a flat, all but weightless table. */
function withEveryColumn(measured: readonly NoisyTable[], sizes: readonly number[]): NoisyTable[] {
  const merged = new Map<string, { clique: Clique; counts: Float64Array; weight: number }>();
  for (const table of measured) {
    if (table.clique.length === 0) continue;
    const key = cliqueKey(table.clique);
    const seen = merged.get(key) ?? { clique: table.clique, counts: new Float64Array(table.counts.length), weight: 0 };
    for (let i = 0; i < seen.counts.length; i += 1) seen.counts[i] += table.counts[i] / table.variance;
    seen.weight += 1 / table.variance;
    merged.set(key, seen);
  }
  const out: NoisyTable[] = [...merged.values()].map((m) => ({ clique: m.clique, counts: m.counts.map((v) => v / m.weight), variance: 1 / m.weight }));
  const mean =
    out.length === 0
      ? 0
      : Math.max(
          0,
          out[0].counts.reduce((s, v) => s + v, 0),
        );
  sizes.forEach((size, column) => {
    if (!out.some((t) => t.clique.includes(column))) out.push({ clique: [column], counts: new Float64Array(size).fill(mean / size), variance: 1e12 });
  });
  return out;
}

/** Potentials of the independent model: each column's log probability on one factor that holds it, 0 elsewhere. */
function independentStart(cliques: readonly Clique[], tables: readonly Float64Array[], inference: Inference, n: number, sizes: readonly number[]): Float64Array {
  const theta = new Float64Array(inference.layout.length);
  cliques.forEach((clique, f) => {
    if (clique.length !== 1) return;
    const floor = Math.max(1e-6, 0.1 / n);
    for (let code = 0; code < sizes[clique[0]]; code += 1) theta[inference.layout.offset[f] + code] = Math.log(Math.max(floor, tables[f][code] / n));
  });
  return theta;
}

function proximalWeight(variance: number): number {
  return Math.min(TAU_MAX, Math.max(TAU_VARIANCE, TAU_PER_SIGMA * Math.sqrt(variance)) / variance);
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
