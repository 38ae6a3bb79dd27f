import type { Compression } from "../select/compress.js";

/**
 * Merge a column's groups further, down to `most`: neighbours of an ordered column into groups of like noisy mass, so that
 * near values stay together; of other codes the heaviest keep a group of their own.
 * @pre most ≥ 2
 */
export function coarsen(compression: Compression, orderedUpTo: number, most: number): Compression {
  if (compression.groups.length <= most) return compression;
  const all = compression.groups.map((codes, g) => ({ codes, count: compression.counts[g] }));
  const ordered = all.filter(({ codes }) => codes[0] < orderedUpTo);
  const others = heaviest(
    all.filter(({ codes }) => codes[0] >= orderedUpTo),
    ordered.length === 0 ? most : most - 1,
  );
  const merged = [...evenMass(ordered, most - others.length), ...others];
  const of = new Uint32Array(compression.coarsening.of.length);
  merged.forEach(({ codes }, g) => {
    for (const code of codes) of[code] = g;
  });
  return { coarsening: { size: merged.length, of }, groups: merged.map((m) => m.codes), counts: Float64Array.from(merged, (m) => m.count) };
}

interface Group {
  readonly codes: number[];
  readonly count: number;
}

function union(groups: readonly Group[]): Group {
  return { codes: groups.flatMap((g) => g.codes), count: groups.reduce((sum, g) => sum + g.count, 0) };
}

/** All but the heaviest most − 1 become one. */
function heaviest(groups: readonly Group[], most: number): Group[] {
  if (groups.length <= most) return [...groups];
  const ranked = [...groups].sort((a, b) => b.count - a.count);
  return [...ranked.slice(0, most - 1), union(ranked.slice(most - 1))];
}

/** Runs of neighbours, cut where the mass so far passes a multiple of an even share. */
function evenMass(groups: readonly Group[], most: number): Group[] {
  if (groups.length <= most) return [...groups];
  const mass = groups.map((g) => Math.max(0, g.count));
  const whole = mass.reduce((sum, m) => sum + m, 0);
  const runs = new Map<number, Group[]>();
  let before = 0;
  groups.forEach((group, i) => {
    const middle = whole > 0 ? (before + mass[i] / 2) / whole : i / groups.length;
    const run = Math.min(most - 1, Math.floor(most * middle));
    runs.set(run, [...(runs.get(run) ?? []), group]);
    before += mass[i];
  });
  return [...runs.values()].map(union);
}
