import { type Rational, rational } from "../../base/rational.js";
import type { View } from "../../domain/coarsening.js";
import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { Progress } from "../../domain/progress.js";
import type { NoisyTable } from "../infer/consistent.js";
import { type Compression, compress, type OneWay } from "../select/compress.js";
import { compressedOneWays, measureIndependent } from "../select/independent.js";
import { evenNoise, measureOneWays, type OneWays, type Payer, varianceOf } from "../select/one-way.js";
import type { Measured } from "../select/result.js";
import { coarsen } from "./coarsen.js";
import { growNetwork } from "./network.js";
import { usefulCells } from "./usefulness.js";

/** Shares of the budget for one-ways, for the network's structure and for its tables. Tables get what the others leave. */
const SIXTHS = { oneWays: 2n, structure: 1n, tables: 3n } as const;
/** Below this no pair of columns is useful. */
export const LEAST_ROOM = 4;

/**
 * PrivBayes with this house's engine: one-ways, a network by private selection, the tables of its families. Tables are as
 * large as θ-usefulness allows; columns are looked at in as many groups as leave room for a pair. Where not even two
 * groups by two are useful, the rest goes to the one-ways again.
 * @cite Zhang, Cormode, Procopiuc, Srivastava, Xiao 2017, "PrivBayes", ACM TODS 42(4); derived and changed in docs/notes/privbayes.md
 */
export async function measurePrivBayes(door: Door, domain: Domain, progress?: Progress): Promise<Measured> {
  const d = domain.columns.length;
  if (d < 2) return measureIndependent(door, domain, progress);
  const whole = door.left();
  const oneWays = await measureOneWays(door, domain, shareOf(whole, "oneWays"));
  const room = roomOf(door, whole, d, oneWays.total);
  if (room < LEAST_ROOM) return withEarlier(oneWays, await measureIndependent(door, domain, progress));
  const most = Math.floor(Math.sqrt(room));
  const compressions = oneWays.columns.map((column) => coarsen(compress(column), column.orderedUpTo, most));
  const view: View = compressions.map((c) => c.coarsening);
  const sizes = compressions.map((c) => c.coarsening.size);
  const families = await growNetwork(door, view, sizes, room, shareOf(whole, "structure"), progress);
  const noise = evenNoise(door, door.left(), families.length);
  const measured = await door.measure(families.map((clique) => ({ clique, noise, view })));
  progress?.("measure", 1, 1);
  return {
    noisy: [...asMeasured(oneWays), ...measured.map((marginal) => ({ marginal, view }))],
    tables: [...oneWayTables(oneWays.columns, compressions), ...measured.map(({ clique, counts }) => ({ clique, counts, variance: varianceOf(noise) }))],
    compressions,
    sizes,
    total: oneWays.total,
  };
}

/** Cells that are useful where the tables' share of the budget goes to d − 1 tables. */
export function roomOf(payer: Payer, budget: Rational, d: number, total: number): number {
  return usefulCells(total, evenNoise(payer, shareOf(budget, "tables"), d - 1), d - 1);
}

/** What one-ways, structure or tables may cost. */
export function shareOf(budget: Rational, use: keyof typeof SIXTHS): Rational {
  return rational(budget.num * SIXTHS[use], budget.den * 6n);
}

/** One-ways measured twice: both speak, each with its own variance, at the resolution of the later ones. */
function withEarlier(earlier: OneWays, later: Measured): Measured {
  const again = later.compressions.map((compression, c) => ({ ...compression, counts: summed(earlier.columns[c].counts, compression.groups) }));
  return { ...later, noisy: [...asMeasured(earlier), ...later.noisy], tables: [...oneWayTables(earlier.columns, again), ...later.tables] };
}

function summed(counts: Float64Array, groups: Compression["groups"]): Float64Array {
  return Float64Array.from(groups, (codes) => codes.reduce((sum, code) => sum + counts[code], 0));
}

function asMeasured({ noisy }: OneWays): Measured["noisy"] {
  return noisy.map((marginal) => ({ marginal }));
}

function oneWayTables(columns: readonly OneWay[], compressions: readonly Compression[]): readonly NoisyTable[] {
  return compressedOneWays(
    columns.map((c) => c.variance),
    compressions,
  );
}
