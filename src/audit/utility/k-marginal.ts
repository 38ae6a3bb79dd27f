import { subsets } from "../../domain/clique.js";
import type { Column } from "../../domain/column.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { tableDistance } from "./distance.js";
import { countEach, type Part, type Parts } from "./part.js";

type KMarginal = NonNullable<NonNullable<Utility["compat"]>["kMarginal"]>;

const BINS = 20;
/** What SDNist does by a feature's name: areas group the pairs, industry codes are too many to pair, densities have edges of their own. */
const NAMED = { group: "PUMA", unpaired: "INDP", density: "DENSITY", ranked: ["AGEP", "POVPIP", "PINCP", "PWGTP", "WGTP"] };
const NULL = -1;
/** Largest population density in the data dictionary of the NIST Excerpts. */
const DENSEST = 52_864.7;

/**
 * NIST's k-marginal score (SDNist 2.3: Task et al. 2023) of the release against the train part: 1000·(1 − mean distance of all pairs of features,
 * within each area where the table has areas). Numbers of more than 20 values go into 20 bins of equal rank in the train part. Unseen real rows get the same score.
 * @param features names of the columns; all where undefined
 */
export function kMarginal(context: AuditContext, { train, release, unseen }: Parts, features: readonly string[] | undefined): KMarginal | null {
  const { columns } = context.real.domain;
  const used = columns.flatMap((column, c) => (features === undefined || features.includes(column.name) ? [c] : []));
  const group = used.find((c) => columns[c].name === NAMED.group);
  const paired = used.filter((c) => c !== group && columns[c].name !== NAMED.unpaired);
  if (paired.length < 2 || train.rows === 0 || release.rows === 0) return null;
  const sides = unseen.rows > 0 ? [train, release, unseen] : [train, release];
  const coded = columns.map((column, c) => (used.includes(c) ? codesOf(column, c, train, sides) : { codes: sides.map((side) => side.codes[c]), size: column.size }));
  const parts = sides.map((side, s) => ({ rows: side.rows, values: side.values, codes: coded.map((column) => column.codes[s]) }));
  const sizes = coded.map((column) => column.size);
  const cliques = subsets(paired.length, 2).map((pair) => [...(group === undefined ? [] : [group]), ...pair.map((i) => paired[i])]);
  const sums = [0, 0];
  countEach(parts, sizes, cliques, ([real, ...others]) => {
    others.forEach((counts, s) => {
      sums[s] += tableDistance(real, train.rows, counts, sides[s + 1].rows);
    });
  });
  const score = (sum: number): number => 1000 * (1 - sum / cliques.length);
  return {
    score: score(sums[0]),
    unseenScore: unseen.rows > 0 ? score(sums[1]) : null,
    features: used.map((c) => columns[c].name),
    group: group === undefined ? null : columns[group].name,
    marginals: cliques.length,
  };
}

interface Coded {
  readonly codes: Part["codes"];
  readonly size: number;
}

function codesOf(column: Column, c: number, train: Part, sides: readonly Part[]): Coded {
  if (column.name === NAMED.density) return binned(sides.map((side) => densities(column, side, c).map((value) => densityBin(value))));
  const values = train.values[c];
  if (values === null) return { codes: sides.map((side) => side.codes[c]), size: column.size };
  const whole = sides.map((side) => (side.values[c] as Float64Array).map((value) => Math.trunc(value)));
  const target = whole[0].filter((value) => !Number.isNaN(value)).sort();
  if (!NAMED.ranked.includes(column.name) && new Set(target).size <= BINS) return binned(whole.map((side) => side.map((value) => (Number.isNaN(value) ? NULL : value))));
  const { own, other } = rankBins(target);
  return binned(whole.map((side, s) => side.map((value) => (Number.isNaN(value) ? NULL : s === 0 ? own(value) : other(value)))));
}

/** Any numbers as codes 0 … size − 1, equal numbers alike. */
function binned(sides: readonly Float64Array[]): Coded {
  const known = new Map<number, number>();
  for (const side of sides) for (const value of side) if (!known.has(value)) known.set(value, known.size);
  const Kind = known.size <= 256 ? Uint8Array : known.size <= 65_536 ? Uint16Array : Uint32Array;
  const coded = (side: Float64Array): Uint8Array | Uint16Array | Uint32Array => {
    const out = new Kind(side.length);
    for (let i = 0; i < side.length; i += 1) out[i] = known.get(side[i]) as number;
    return out;
  };
  return { codes: sides.map(coded), size: known.size };
}

interface RankBins {
  /** Bin of a value of the target. */
  own(value: number): number;
  /** Bin of another table's value. */
  other(value: number): number;
}

/**
 * Bins of equal rank, learnt from ascending target values: ⌊20·(mean rank)/n⌋, 19 for the last. Other tables' values go to the first bin whose top
 * is not below them, or the last; where bin 0 is empty SDNist starts at 0, and their values up to 0 stand for themselves.
 */
function rankBins(target: Float64Array): RankBins {
  const n = target.length;
  const tops = new Map<number, number>();
  const binOf = new Map<number, number>();
  for (let from = 0; from < n; ) {
    let to = from;
    while (to < n && target[to] === target[from]) to += 1;
    const rank = (from + to + 1) / 2 / n;
    const bin = rank < 1 ? Math.trunc(BINS * rank) : BINS - 1;
    tops.set(bin, target[from]);
    binOf.set(target[from], bin);
    from = to;
  }
  const bins = [...tops]; // ascending, as the values are
  return {
    own: (value) => binOf.get(value) as number,
    other(value) {
      if (bins.length === 0 || (bins[0][0] !== 0 && value <= 0)) return value;
      return (bins.find(([, top]) => value <= top) ?? bins[bins.length - 1])[0];
    },
  };
}

function densities(column: Column, side: Part, c: number): Float64Array {
  const values = side.values[c];
  if (values !== null) return values.slice();
  const numbers = Float64Array.from(column.labels ?? [], Number);
  return Float64Array.from(side.codes[c], (code) => numbers[code] ?? Number.NaN);
}

/** Edges 0, 150 and the last 13 of 21 on a logarithmic scale from 10 to 500 above the densest; right-closed, −1 outside. */
function densityBin(value: number): number {
  const most = DENSEST + 500;
  const step = (Math.log10(most) - 1) / 20;
  const v = value < 0 ? 0 : value > most ? most - 100 : value;
  if (!(v > 0)) return -1;
  if (v <= 150) return 0;
  for (let i = 8; i <= 20; i += 1) if (v <= (i === 20 ? most : 10 ** (1 + i * step))) return i - 7;
  return -1;
}
