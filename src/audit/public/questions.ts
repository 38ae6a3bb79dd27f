import type { Column, Domain } from "../../domain/column.js";
import type { EncodedTable } from "../../table/encoded.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { type MixedTable, takeColumns, takeRows } from "../distance/mixed.js";
import { nearest } from "../distance/nearest.js";
import type { Neighbours } from "../distance/plain.js";
import type { PublicSpace } from "./public-points.js";

/** What an answer may rest on: the release and public settings. */
export interface PublicView {
  readonly space: PublicSpace;
  readonly release: EncodedTable;
  readonly points: MixedTable;
  readonly ranks: Uint32Array;
}

/** A yes-or-no attack on one person. Its answer hangs on that person's row, the release and public settings, on nobody else's row. */
export interface PublicQuestion {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly attackerKnows: string;
  readonly cannotShow: string;
  /** 1 where the attack comes true, for each of `rows` of `table`. */
  answer(view: PublicView, table: EncodedTable, points: MixedTable, rows: Uint32Array): Uint8Array;
}

const TIES = "public ties";

export function publicView(release: EncodedTable, points: MixedTable, space: PublicSpace, seed: string): PublicView {
  return { space, release, points, ranks: contentRanks(contentHashes(points, `${seed} ${TIES}`)) };
}

/** The questions that a schema allows, known before any row is read. */
export function publicQuestions({ columns }: Domain): PublicQuestion[] {
  const known = columns.flatMap((column, c) => (column.role === "quasi-identifier" ? [c] : []));
  const secrets = columns.flatMap((column, c) => (column.role === "sensitive" ? [c] : []));
  const linked = known.length >= 2 ? known : columns.map((_, c) => c);
  return [COPY, CLOSE, ...(linked.length >= 2 ? [linking(linked, known.length >= 2)] : []), ...(columns.length >= 2 ? secrets.map((c) => guessing(columns, c)) : [])];
}

const COPY: PublicQuestion = {
  id: "public-copies",
  title: "People whose whole row stands in the release",
  claim: "Whole rows reappear in the release no more often for people learnt from than for people held out.",
  attackerKnows: "A person's whole row.",
  cannotShow: "Rows copied almost exactly.",
  answer: ({ points: release, ranks }, _, points, rows) => {
    const found = nearest(takeRows(points, rows), release, 1, { ranks });
    return Uint8Array.from(rows, (_row, t) => (found.distances[t] === 0 ? 1 : 0));
  },
};

/** The distance is set by the release alone: the middle of its rows' distances to their nearest fellow. */
const CLOSE: PublicQuestion = {
  id: "public-membership",
  title: "People whose row lies close to a released row",
  claim: "Released rows lie close to people learnt from no more often than to people held out.",
  attackerKnows: "A person's whole row, and the release.",
  cannotShow: "Better ways to tell who was learnt from; the internal audit tries several.",
  answer: ({ points: release, ranks }, _, points, rows) => {
    const reach = usualDistance(release, ranks);
    const found = nearest(takeRows(points, rows), release, 1, { ranks });
    return Uint8Array.from(rows, (_row, t) => (found.distances[t] <= reach ? 1 : 0));
  },
};

const MOST_FELLOWS = 2000;

function usualDistance(release: MixedTable, ranks: Uint32Array): number {
  const some = Uint32Array.from(
    [...ranks.keys()].filter((row) => ranks[row] < MOST_FELLOWS),
    (row) => row,
  );
  const found = nearest(takeRows(release, some), release, 2, { ranks });
  const distances = Float64Array.from(some, (_, i) => found.distances[2 * i + 1]).sort();
  return distances.length === 0 ? 0 : distances[Math.floor(distances.length / 2)];
}

function linking(columns: readonly number[], declared: boolean): PublicQuestion {
  const halves = [0, 1].map((half) => columns.filter((_, i) => i % 2 === half));
  return {
    id: "public-linkability",
    title: "People whose two files join through the release",
    claim: "Two files that hold different columns of a person join through the release no more often for people learnt from.",
    attackerKnows: `Two files about a person, ${declared ? "with the quasi-identifiers" : "with all columns"} divided between them.`,
    cannotShow: "Other divisions of the columns, and better means than the nearest released row.",
    answer: (view, _, points, rows) => {
      const targets = takeRows(points, rows);
      const [a, b] = halves.map((half) => nearestBy(view, targets, half));
      return Uint8Array.from(rows, (_row, t) => (a.rows[t] >= 0 && a.rows[t] === b.rows[t] ? 1 : 0));
    },
  };
}

function guessing(columns: readonly Column[], secret: number): PublicQuestion {
  const { name } = columns[secret];
  return {
    id: `public-inference-${name}`,
    title: `People whose ${name} the nearest released row tells`,
    claim: `The release tells ${name} of people learnt from no better than of people held out.`,
    attackerKnows: `All columns of a person but ${name}.`,
    cannotShow: "What a stronger learner would infer.",
    answer: (view, table, points, rows) => {
      const others = columns.flatMap((_, c) => (c === secret ? [] : [c]));
      const found = nearestBy(view, takeRows(points, rows), others);
      return Uint8Array.from(rows, (row, t) => (found.rows[t] >= 0 && view.release.codes[secret][found.rows[t]] === table.codes[secret][row] ? 1 : 0));
    },
  };
}

/** Nearest released row on some of the domain's columns. */
function nearestBy({ space, points, ranks }: PublicView, targets: MixedTable, columns: readonly number[]): Neighbours {
  const places = (within: readonly number[]) => within.flatMap((column, at) => (columns.includes(column) ? [at] : []));
  const cut = (table: MixedTable): MixedTable => takeColumns(table, places(space.numericColumns), places(space.categoricalColumns));
  return nearest(cut(targets), cut(points), 1, { ranks });
}
