import { seededBits } from "../../base/random.js";
import { subsets } from "../../domain/clique.js";
import type { Utility } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { type CellCounts, cellNumbers, countCells, totalVariation } from "../counts.js";

/** Marginals looked at per way; above that, a seeded sample of them. */
const MOST_MARGINALS = 1500;
/** Columns of the pair map: its size is their square. */
export const MAP_COLUMNS = 60;

export interface Similarity {
  readonly similarity: Utility["similarity"];
  readonly pairColumns: string[];
  readonly pairTvd: (number | null)[];
}

/**
 * Mean total variation distance over 1-, 2- and 3-way marginals between release and train, beside the same between train and
 * real rows that were not learnt from (holdout and reference, cut to the release's size), and the TVD of every pair.
 */
export function similarity(context: AuditContext): Similarity {
  const { columns } = context.real.domain;
  const sizes = columns.map((column) => column.size);
  const unseen = Uint32Array.from([...context.holdout, ...context.reference]);
  const resample = unseen.length > context.release.rows ? pick(unseen, context.release.rows, context.seed) : unseen;
  const table = (clique: readonly number[], rows: Uint32Array | null): CellCounts => {
    const from = rows === null ? context.release : context.real;
    const cells = clique.reduce((product, c) => product * sizes[c], 1);
    return countCells(cellNumbers(from.codes, sizes, clique, rows, from.rows), cells);
  };
  const empty = context.train.length === 0 || context.release.rows === 0;
  const mapped = Math.min(columns.length, MAP_COLUMNS);
  const pairTvd: (number | null)[] = new Array(mapped * mapped).fill(null);
  const out: Utility["similarity"] = [];
  for (const ways of [1, 2, 3]) {
    const cliques = choose(columns.length, ways, context.seed).filter((clique) => clique.reduce((product, c) => product * sizes[c], 1) <= Number.MAX_SAFE_INTEGER);
    let release = 0;
    let real = 0;
    cliques.forEach((clique, i) => {
      if (empty) return;
      const train = table(clique, context.train);
      const tvd = totalVariation(train, table(clique, null));
      release += tvd;
      if (resample.length > 0) real += totalVariation(train, table(clique, resample));
      if (ways === 2 && clique[1] < mapped) {
        pairTvd[clique[0] * mapped + clique[1]] = tvd;
        pairTvd[clique[1] * mapped + clique[0]] = tvd;
      }
      if (i % 50 === 0) context.progress?.(`similarity, ${ways}-way`, i, cliques.length);
    });
    const mean = (sum: number): number | null => (cliques.length === 0 ? null : sum / cliques.length);
    out.push({ ways, marginals: empty ? 0 : cliques.length, release: empty ? null : mean(release), resample: empty || resample.length === 0 ? null : mean(real) });
  }
  return { similarity: out, pairColumns: columns.slice(0, mapped).map((column) => column.name), pairTvd };
}

/** All k-subsets of d columns, or a seeded sample where they are too many. */
function choose(d: number, k: number, seed: string): number[][] {
  let count = 1;
  for (let i = 0; i < k; i += 1) count = (count * (d - i)) / (i + 1);
  if (count <= MOST_MARGINALS) return d < k ? [] : subsets(d, k);
  const bits = seededBits(`${seed} marginals ${k}`);
  const chosen = new Map<string, number[]>();
  while (chosen.size < MOST_MARGINALS) {
    const clique = new Set<number>();
    while (clique.size < k) clique.add(bits.below(d));
    const sorted = Array.from(clique).sort((a, b) => a - b);
    chosen.set(sorted.join(","), sorted);
  }
  return Array.from(chosen.values());
}

/** `n` of the rows without replacement (Fisher-Yates, seeded). */
function pick(rows: Uint32Array, n: number, seed: string): Uint32Array {
  const bits = seededBits(`${seed} resample`);
  const pool = rows.slice();
  for (let i = 0; i < n; i += 1) {
    const j = i + bits.below(pool.length - i);
    [pool[i], pool[j]] = [pool[j], pool[i]];
  }
  return pool.subarray(0, n);
}
