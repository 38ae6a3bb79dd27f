import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import { compress } from "./compress.js";
import { measureOneWays } from "./one-way.js";
import type { Measured } from "./result.js";

/** The whole budget on one-way marginals: no dependence is learnt, and at small n·ε nothing beats it. */
export async function measureIndependent(door: Door, domain: Domain, progress?: Progress): Promise<Measured> {
  const { columns, noisy, total } = await measureOneWays(door, domain, door.left());
  progress?.("measure", 1, 1);
  const compressions = columns.map(compress);
  return {
    noisy: noisy.map((marginal) => ({ marginal })),
    tables: compressedOneWays(
      columns.map((c) => c.variance),
      compressions,
    ),
    compressions,
    sizes: compressions.map((c) => c.coarsening.size),
    total,
  };
}

/**
 * One-way tables at the model's resolution. A group of m codes has variance mσ²; the estimator takes one variance a
 * table, here the one whose precision is the mean precision of the cells.
 */
export function compressedOneWays(variances: readonly number[], compressions: readonly { counts: Float64Array; groups: readonly number[][] }[]): Measured["tables"] {
  return compressions.map(({ counts, groups }, column) => {
    const precision = groups.reduce((sum, g) => sum + 1 / g.length, 0) / groups.length;
    return { clique: [column], counts, variance: variances[column] / precision };
  });
}
