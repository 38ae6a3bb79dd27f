import { seededBits } from "../../base/random.js";
import { subsets } from "../../domain/clique.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { chanceDistance, loneShares, tableDistance } from "./distance.js";
import { countEach, type Parts, sample } from "./part.js";

/** Marginals looked at per way; above that, a seeded sample of them. */
const MOST_MARGINALS = 1500;
/** Columns of the pair map: its size is their square. */
export const MAP_COLUMNS = 60;
const WORST = 10;

type Pairs = NonNullable<Utility["coverage"]>["pairs"];

interface Similarity {
  readonly similarity: Utility["similarity"];
  readonly pairColumns: string[];
  readonly pairTvd: (number | null)[];
  readonly pairs: Pairs;
}

/**
 * Mean total variation distance over 1-, 2- and 3-way marginals between release and train, with the TVD of every pair. Two numbers
 * stand beside it: the same for real rows that were not learnt from (as many as the release has, where there are so many), and the
 * exact expectation for as many rows drawn from the train part itself, below which a release has copied rather than learnt.
 */
export function similarity(context: AuditContext, parts: Parts): Similarity {
  const { columns } = context.real.domain;
  const sizes = columns.map((column) => column.size);
  const { train, release } = parts;
  const unseen = sample(parts.unseen, release.rows, `${context.seed} resample`);
  const empty = train.rows === 0 || release.rows === 0;
  const mapped = Math.min(columns.length, MAP_COLUMNS);
  const pairTvd: (number | null)[] = new Array(mapped * mapped).fill(null);
  const chance = chanceDistance(train.rows, Math.max(1, release.rows));
  const lone = [0, 0, 0, 0];
  let pairs = 0;
  const out: Utility["similarity"] = [];
  for (const ways of [1, 2, 3]) {
    const cliques = empty ? [] : choose(columns.length, ways, context.seed).filter((clique) => clique.reduce((product, c) => product * sizes[c], 1) <= Number.MAX_SAFE_INTEGER);
    const sums = [0, 0, 0];
    const each: { clique: number[]; release: number; chance: number }[] = [];
    countEach([train, release, ...(unseen.rows > 0 ? [unseen] : [])], sizes, cliques, ([real, made, other], i) => {
      const found = { clique: cliques[i], release: tableDistance(real, train.rows, made, release.rows), chance: chance(real) };
      each.push(found);
      sums[0] += found.release;
      sums[1] += found.chance;
      if (other !== undefined) sums[2] += tableDistance(real, train.rows, other, unseen.rows);
      if (ways === 2) {
        pairs += 1;
        const shares = [...loneShares(real, train.rows, made, release.rows), ...(other === undefined ? [0, 0] : loneShares(real, train.rows, other, unseen.rows))];
        for (let s = 0; s < 4; s += 1) lone[s] += shares[s];
        const [a, b] = cliques[i];
        if (b < mapped) {
          pairTvd[a * mapped + b] = found.release;
          pairTvd[b * mapped + a] = found.release;
        }
      }
      if (i % 50 === 0) context.progress?.(`similarity, ${ways}-way`, i, cliques.length);
    });
    const mean = (sum: number, there: boolean): number | null => (cliques.length === 0 || !there ? null : sum / cliques.length);
    each.sort((a, b) => b.release - b.chance - (a.release - a.chance));
    out.push({
      ways,
      marginals: cliques.length,
      release: mean(sums[0], true),
      resample: mean(sums[2], unseen.rows > 0),
      resampleRows: unseen.rows,
      chance: mean(sums[1], true),
      worst: each.slice(0, WORST).map(({ clique, ...found }) => ({ columns: clique.map((c) => columns[c].name), ...found })),
    });
  }
  const share = (at: number, there = true): number | null => (pairs === 0 || !there ? null : lone[at] / pairs);
  const other = unseen.rows > 0;
  return {
    similarity: out,
    pairColumns: columns.slice(0, mapped).map((column) => column.name),
    pairTvd,
    pairs: { lost: share(0), added: share(1), unseenLost: share(2, other), unseenAdded: share(3, other) },
  };
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
