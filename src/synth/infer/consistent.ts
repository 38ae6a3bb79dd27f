import { type Clique, cells, cliqueKey } from "../../domain/clique.js";
import { projectionMap } from "./index-map.js";

/** A noisy table with equal variance in each cell. */
export interface NoisyTable {
  readonly clique: Clique;
  readonly counts: Float64Array;
  /** Variance per cell, in rows². */
  readonly variance: number;
}

/**
 * The exact least-squares projection of noisy marginals onto mutually consistent ones. Each table is split into its
 * orthogonal effects (one per subset of its columns); each effect is averaged over the tables that see it, weighted by
 * inverse variance; tables are put together again. With `total` given, the empty effect is that number.
 * @returns the consistent tables, in the order given, and their common total.
 * @cite Xiao et al. 2023 (ResidualPlanner, arXiv:2305.08175), residual basis
 */
export function makeConsistent(tables: readonly NoisyTable[], sizes: readonly number[], total?: number): { tables: Float64Array[]; total: number } {
  const sums = new Map<string, { effect: Float64Array; weight: number }>();
  const own = tables.map((table) => effectsOf(table, sizes));
  tables.forEach((table, t) => {
    const weight = 1 / (table.variance * table.counts.length);
    for (const { subset, effect } of own[t]) {
      const key = cliqueKey(subset);
      const seen = sums.get(key) ?? { effect: new Float64Array(effect.length), weight: 0 };
      // An effect summed down from n cells to n_s has variance σ²·n/n_s per cell: n_s is common to all, n and σ² weigh.
      for (let i = 0; i < effect.length; i += 1) seen.effect[i] += weight * effect[i];
      seen.weight += weight;
      sums.set(key, seen);
    }
  });
  for (const { effect, weight } of sums.values()) for (let i = 0; i < effect.length; i += 1) effect[i] /= weight;
  const empty = sums.get("") as { effect: Float64Array };
  if (total !== undefined) empty.effect[0] = total;
  const out = tables.map((table, t) => {
    const counts = new Float64Array(table.counts.length);
    for (const { subset, map } of own[t]) {
      const { effect } = sums.get(cliqueKey(subset)) as { effect: Float64Array };
      const share = effect.length / counts.length;
      for (let cell = 0; cell < counts.length; cell += 1) counts[cell] += effect[map[cell]] * share;
    }
    return counts;
  });
  return { tables: out, total: empty.effect[0] };
}

interface Effect {
  readonly subset: Clique;
  /** Sum-scaled effect over the subset's cells. */
  readonly effect: Float64Array;
  /** Cell of the table → cell of the subset. */
  readonly map: Uint32Array;
}

function effectsOf(table: NoisyTable, sizes: readonly number[]): Effect[] {
  const effects: Effect[] = [];
  for (const subset of lattice(table.clique)) {
    const map = projectionMap(table.clique, subset, sizes);
    const effect = new Float64Array(cells(subset, sizes));
    for (let cell = 0; cell < table.counts.length; cell += 1) effect[map[cell]] += table.counts[cell];
    for (const lower of effects) {
      if (!lower.subset.every((c) => subset.includes(c))) continue;
      const down = projectionMap(subset, lower.subset, sizes);
      const share = lower.effect.length / effect.length;
      for (let cell = 0; cell < effect.length; cell += 1) effect[cell] -= lower.effect[down[cell]] * share;
    }
    effects.push({ subset, effect, map });
  }
  return effects;
}

/** All subsets, smaller ones first. */
function lattice(clique: Clique): Clique[] {
  let all: number[][] = [[]];
  for (const column of clique) all = [...all, ...all.map((s) => [...s, column])];
  return all.sort((a, b) => a.length - b.length);
}
