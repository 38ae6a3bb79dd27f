import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { type MixedTable, takeColumns, takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import { rateFinding, type Tally, type Words } from "../finding.js";

/**
 * Measures: how often two files about a person, with different columns, can be joined because both point to the same
 * released row (Anonymeter's linkability, one neighbour).
 * Matters: linkage is one of the three risks of anonymisation opinion WP216.
 * Cannot show: linkage with other splits of the columns, or by better means than the nearest row.
 */
const WORDS: Words = {
  id: "linkability",
  family: "linkability",
  title: "Joining two files through the release",
  claim: "Two files that hold different columns of a person are joined through the release no more often for people learnt from.",
  attackerKnows: "Two sets of columns of a person, in two files.",
  cannotShow: "Other splits of the columns, and attackers with better tools than the nearest row.",
  measure: "rate",
};

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

/** A target is linked where its k nearest released rows by A and by B share one. `withTies` lets the attacker choose (k = 1 only). */
export function linkTargets(targets: MixedTable, release: MixedTable, a: ColumnSet, b: ColumnSet, k: number, ranks: Uint32Array, progress?: (done: number, total: number) => void): Links {
  const search = (set: ColumnSet) => nearest(takeColumns(targets, set.numeric, set.categorical), takeColumns(release, set.numeric, set.categorical), k, { ranks });
  const byA = search(a);
  const byB = search(b);
  const both = nearest(
    takeColumns(targets, [...a.numeric, ...b.numeric], [...a.categorical, ...b.categorical]),
    takeColumns(release, [...a.numeric, ...b.numeric], [...a.categorical, ...b.categorical]),
    1,
    { ranks, progress },
  );
  let linked = 0;
  let withTies = 0;
  for (let t = 0; t < targets.rows; t += 1) {
    const left = new Set(byA.rows.subarray(t * k, (t + 1) * k));
    left.delete(-1);
    if (byB.rows.subarray(t * k, (t + 1) * k).some((row) => left.has(row))) linked += 1;
    // Some row is nearest by A and by B at once exactly where the nearest by both sets together is as near as both bounds.
    if (both.distances[t] <= byA.distances[t * k] + byB.distances[t * k] + 1e-9) withTies += 1;
  }
  return { linked, withTies };
}

export function linkabilityAttack(context: AuditContext): Finding {
  const { columns } = context.real.domain;
  const declared = columns.flatMap((column, c) => (column.role === "quasi-identifier" ? [c] : []));
  const used = declared.length >= 2 ? declared : columns.map((_, c) => c);
  if (used.length < 2 || context.release.rows === 0) return rateFinding(WORDS, context, { k: 0, n: 0 }, { k: 0, n: 0 }, { note: "Needs two columns and released rows." });
  const [a, b] = [0, 1].map((half) =>
    columnSet(
      context,
      used.filter((_, i) => i % 2 === half),
    ),
  );
  const ranks = contentRanks(contentHashes(context.releasePoints, `${context.seed} ties`));
  const run = (rows: Uint32Array, name: string): Links => linkTargets(takeRows(context.realPoints, rows), context.releasePoints, a, b, 1, ranks, stage(context.progress, name));
  const train = run(context.members, "linkability, train");
  const holdout = run(context.others, "linkability, holdout");
  const tally = (links: Links, rows: Uint32Array): Tally => ({ k: links.linked, n: rows.length });
  const which = declared.length >= 2 ? "The quasi-identifiers" : "All columns";
  return rateFinding(WORDS, context, tally(train, context.members), tally(holdout, context.others), {
    note: `${which}, alternating between the two files. With ties in the attacker's favour: ${train.withTies} of ${context.members.length} learnt from, ${holdout.withTies} of ${context.others.length} others.`,
  });
}

/** Domain columns as positions in the mixed space. */
export function columnSet(context: AuditContext, columns: readonly number[]): ColumnSet {
  const positions = (within: readonly number[]) => within.flatMap((column, at) => (columns.includes(column) ? [at] : []));
  return { numeric: positions(context.space.numericColumns), categorical: positions(context.space.categoricalColumns) };
}
