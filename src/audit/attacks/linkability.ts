import { seededBits } from "../../base/random.js";
import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { type MixedTable, takeColumns, takeRows } from "../distance/mixed.js";
import { nearest } from "../distance/nearest.js";
import type { Neighbours } from "../distance/plain.js";
import { rateFinding, rateRow, type Tally, type Words } from "../finding.js";
import { quasiIdentifiers } from "./key-classes.js";
import { releaseRanks } from "./target-neighbours.js";

const NEIGHBOURS = [1, 5, 10] as const;
const RANDOM_SPLITS = 10;

/**
 * Measures: how often two files about a person, with different columns, can be joined because both point to the same
 * released row among the k nearest (Anonymeter's linkability).
 * Matters: linkage is one of the three risks of anonymisation opinion WP216.
 * Cannot show: linkage with other splits of the columns, or by better means than the nearest rows.
 */
const words = (k: number): Words => ({
  id: k === 1 ? "linkability" : `linkability-${k}`,
  family: "linkability",
  title: k === 1 ? "Joining two files through the release" : `Joining two files through ${k} nearest rows`,
  claim: "Two files that hold different columns of a person are joined through the release no more often for people learnt from.",
  attackerKnows: "Two sets of columns of a person, in two files.",
  cannotShow: "Other splits of the columns, and attackers with better tools than the nearest rows.",
  measure: "rate",
});

/**
 * Measures: the same with all columns dealt out to the two files at random, ten ways, each target tried with one of them.
 * Matters: whoever declares the columns of the two files may not think of the attacker's.
 * Cannot show: the worst split, which the breakdown only hints at.
 */
const randomWords = (k: number): Words => ({
  ...words(k),
  id: `linkability-random-${k}`,
  title: `Joining two files of random columns through ${k === 1 ? "the nearest row" : `${k} nearest rows`}`,
  attackerKnows: "Any two sets of columns of a person, in two files; together all columns.",
  cannotShow: "The worst split of the columns, and attackers with better tools than the nearest rows.",
});

/** Successes of {@link linkTargets} by the tie rule, and by leave to choose among ties. */
export interface Links {
  readonly linked: number;
  readonly withTies: number;
}

/** A column set by positions among numeric and categorical columns. */
export interface ColumnSet {
  readonly numeric: readonly number[];
  readonly categorical: readonly number[];
}

/**
 * A target is linked where its k nearest released rows by A and by B share one. `withTies` lets the attacker choose among rows at equal
 * distance: exact for k = 1, and at most so many for larger k.
 */
export function linkTargets(targets: MixedTable, release: MixedTable, a: ColumnSet, b: ColumnSet, k: number, ranks: Uint32Array): Links {
  return linkedAt(searchBoth(targets, release, a, b, k, ranks), k);
}

interface BothSearches {
  readonly byA: Neighbours;
  readonly byB: Neighbours;
  /** Distances of the nearest by both sets together; null where ties are not asked for. */
  readonly both: Float64Array | null;
}

function searchBoth(targets: MixedTable, release: MixedTable, a: ColumnSet, b: ColumnSet, k: number, ranks: Uint32Array, ties = true): BothSearches {
  const search = (set: ColumnSet, neighbours: number) => nearest(takeColumns(targets, set.numeric, set.categorical), takeColumns(release, set.numeric, set.categorical), neighbours, { ranks });
  const byA = search(a, k);
  const byB = search(b, k);
  const both = ties ? search({ numeric: [...a.numeric, ...b.numeric], categorical: [...a.categorical, ...b.categorical] }, 1).distances : null;
  return { byA, byB, both };
}

/** Links by the first k of the neighbours searched, which are nearest first. */
function linkedAt({ byA, byB, both }: BothSearches, k: number): Links {
  const targets = byA.rows.length / byA.k;
  let linked = 0;
  let withTies = 0;
  for (let t = 0; t < targets; t += 1) {
    const left = new Set(byA.rows.subarray(t * byA.k, t * byA.k + k));
    left.delete(-1);
    if (byB.rows.subarray(t * byB.k, t * byB.k + k).some((row) => left.has(row))) linked += 1;
    // Some row is among the nearest of both only where the nearest by both sets together is as near as both bounds; for k = 1 exactly there.
    if (both !== null && both[t] <= byA.distances[t * byA.k + k - 1] + byB.distances[t * byB.k + k - 1] + 1e-9) withTies += 1;
  }
  return { linked, withTies };
}

/** Links of some targets of train and holdout at each k. */
interface Counted {
  readonly train: readonly Links[];
  readonly holdout: readonly Links[];
  readonly sizes: readonly [number, number];
}

function attackSplit(context: AuditContext, halves: readonly [number[], number[]], members: Uint32Array, others: Uint32Array, ties: boolean): Counted {
  const [a, b] = halves.map((columns) => columnSet(context, columns));
  const rows = Uint32Array.from([...members, ...others]);
  const k = NEIGHBOURS[NEIGHBOURS.length - 1];
  const found = searchBoth(takeRows(context.realPoints, rows), context.releasePoints, a, b, k, releaseRanks(context), ties);
  const part = (from: number, to: number): BothSearches => {
    const cut = (n: Neighbours): Neighbours => ({ k: n.k, distances: n.distances.subarray(from * n.k, to * n.k), rows: n.rows.subarray(from * n.k, to * n.k) });
    return { byA: cut(found.byA), byB: cut(found.byB), both: found.both?.subarray(from, to) ?? null };
  };
  const links = (from: number, to: number) => NEIGHBOURS.map((neighbours) => linkedAt(part(from, to), neighbours));
  return { train: links(0, members.length), holdout: links(members.length, rows.length), sizes: [members.length, others.length] };
}

export function linkabilityAttacks(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  if (columns.length < 2 || context.release.rows === 0) {
    const none = { k: 0, n: 0 };
    return [rateFinding(words(1), context, none, none, { note: "Needs two columns and released rows." })];
  }
  return [...declaredSplit(context), ...randomSplits(context)];
}

/** The quasi-identifiers where two or more are declared, else all columns, alternating between the two files. */
function declaredSplit(context: AuditContext): Finding[] {
  const { columns } = context.real.domain;
  const declared = quasiIdentifiers(columns);
  const used = declared.length >= 2 ? declared : columns.map((_, c) => c);
  const half = (which: number): number[] => used.filter((_, i) => i % 2 === which);
  const counted = attackSplit(context, [half(0), half(1)], context.members, context.others, true);
  context.progress?.("linkability", 1, 1);
  const which = declared.length >= 2 ? "The quasi-identifiers" : "All columns";
  return NEIGHBOURS.map((k, i) =>
    rateFinding(words(k), context, tallyOf(counted, "train", i), tallyOf(counted, "holdout", i), { note: `${which}, alternating between the two files. ${ties(counted, i)}` }),
  );
}

function tallyOf(counted: Counted, part: "train" | "holdout", at: number): Tally {
  return { k: counted[part][at].linked, n: counted.sizes[part === "train" ? 0 : 1] };
}

function ties(counted: Counted, at: number): string {
  const { train, holdout, sizes } = counted;
  return `With ties in the attacker's favour: ${NEIGHBOURS[at] === 1 ? "" : "at most "}${train[at].withTies} of ${sizes[0]} learnt from, ${holdout[at].withTies} of ${sizes[1]} others.`;
}

function randomSplits(context: AuditContext): Finding[] {
  const bits = seededBits(`${context.seed} splits`);
  const count = context.real.domain.columns.length;
  const order = Uint32Array.from({ length: count }, (_, c) => c);
  const splits = Array.from({ length: RANDOM_SPLITS }, (_, s): Counted => {
    bits.shuffle(order, 0, count, 1);
    const left = 1 + bits.below(count - 1);
    context.progress?.("linkability, random columns", s + 1, RANDOM_SPLITS);
    const every = (rows: Uint32Array): Uint32Array => rows.filter((_, i) => i % RANDOM_SPLITS === s);
    return attackSplit(context, [[...order.subarray(0, left)], [...order.subarray(left)]], every(context.members), every(context.others), false);
  });
  const whole = splits.reduce((a, b) => ({ train: added(a.train, b.train), holdout: added(a.holdout, b.holdout), sizes: [a.sizes[0] + b.sizes[0], a.sizes[1] + b.sizes[1]] }));
  return NEIGHBOURS.map((k, i) =>
    rateFinding(randomWords(k), context, tallyOf(whole, "train", i), tallyOf(whole, "holdout", i), {
      note: `${RANDOM_SPLITS} splits of all columns, each target with one of them.`,
      breakdown: splits.map((split, s) => rateRow(`split ${s + 1}`, tallyOf(split, "train", i), tallyOf(split, "holdout", i), context.level)),
    }),
  );
}

function added(a: readonly Links[], b: readonly Links[]): Links[] {
  return a.map((links, i) => ({ linked: links.linked + b[i].linked, withTies: links.withTies + b[i].withTies }));
}

/** Domain columns as positions in the mixed space. */
export function columnSet(context: AuditContext, columns: readonly number[]): ColumnSet {
  const positions = (within: readonly number[]) => within.flatMap((column, at) => (columns.includes(column) ? [at] : []));
  return { numeric: positions(context.space.numericColumns), categorical: positions(context.space.categoricalColumns) };
}
