import { twoSidedZ } from "../../base/normal.js";
import { seededBits } from "../../base/random.js";
import type { Column } from "../../domain/column.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { pairedAuc } from "./auc-bootstrap.js";
import { barLabel } from "./columns.js";
import { chanceDistance, tableDistance } from "./distance.js";
import type { Scored } from "./learning.js";
import type { Part, Parts } from "./part.js";

const MOST_COLUMNS = 6;
/** Where no quasi-identifier is declared: so many columns, of at most so many labels. */
const PICKED = { columns: 3, labels: 12 };
const MOST_GROUPS = 12;
const RANGES = 4;
/** Below these a group's numbers are its chance draws. */
const LEAST_ROWS = 50;
const LEAST_RELEASED = 10;
const LEAST_OF_CLASS = 20;

type Subgroups = NonNullable<Utility["subgroups"]>;
type Group = Subgroups["columns"][number]["groups"][number];

/** Codes of one column that make up each group. */
interface Grouping {
  readonly column: number;
  readonly labels: readonly string[];
  /** Group of each code. */
  readonly of: Uint16Array;
}

/**
 * Is the release worse about some people than about others? For each category of each quasi-identifier: its share, how far its other columns are from
 * those of the same group in the train part beyond what so few rows would show by chance, and how much worse a model trained on the
 * release serves its people than one trained on real rows. Groups too small to say are named as that, never left out.
 */
export function subgroups(context: AuditContext, parts: Parts, scored: Scored | null): Utility["subgroups"] {
  const { columns } = context.real.domain;
  if (parts.train.rows === 0 || parts.release.rows === 0 || columns.length < 2) return null;
  const own = columns.flatMap((column, c) => (column.role === "quasi-identifier" ? [c] : []));
  const picked = columns.flatMap((column, c) => (column.bins === undefined && column.valueCount > 1 && column.valueCount <= PICKED.labels && c !== scored?.question.column ? [c] : []));
  const declared = own.length > 0;
  const chosen = declared ? own.slice(0, MOST_COLUMNS) : picked.slice(0, PICKED.columns);
  if (chosen.length === 0) return null;
  return {
    declared,
    target: scored?.question.text ?? null,
    learner: scored?.learner ?? null,
    columns: chosen.map((c) => ({ name: columns[c].name, groups: groupsOf(context, parts, scored, groupingOf(columns[c], c, parts.train)) })),
  };
}

function groupsOf(context: AuditContext, { train, release }: Parts, scored: Scored | null, grouping: Grouping): Group[] {
  const inTrain = membersOf(grouping, train);
  const inRelease = membersOf(grouping, release);
  const errors = groupErrors(context, train, release, grouping, inTrain.sizes, inRelease.sizes);
  return grouping.labels.flatMap((label, g): Group[] => {
    const [n, m] = [inTrain.sizes[g], inRelease.sizes[g]];
    if (n === 0 && m === 0) return [];
    const rows = (count: number): string => (count === 0 ? "no row" : count === 1 ? "1 row" : `${count} rows`);
    const small = n < LEAST_ROWS ? `${rows(n)} to compare with` : m < LEAST_RELEASED ? `${rows(m)} in the release` : null;
    const error = small === null ? errors(g, context.level) : null;
    const group = {
      label,
      train: n,
      release: m,
      trainShare: n / train.rows,
      releaseShare: m / release.rows,
      tvd: error?.tvd ?? null,
      chance: error?.chance ?? null,
      excess: error === null ? null : error.tvd - error.chance,
      excessInterval: error?.interval ?? null,
      tooSmall: small,
      learning: scored === null ? null : groupLearning(context, scored, grouping, g),
    };
    return [group];
  });
}

function membersOf({ column, of, labels }: Grouping, part: Part): { groups: Uint16Array; sizes: Float64Array } {
  const groups = Uint16Array.from(part.codes[column], (code) => of[code]);
  const sizes = new Float64Array(labels.length);
  for (const group of groups) sizes[group] += 1;
  return { groups, sizes };
}

/**
 * Mean distance over the other columns, its exact expectation by chance, and an interval for the sampling of released rows: to first order a released row
 * moves the mean by half the sign of (release − train) in its cells, averaged over columns.
 */
function groupErrors(context: AuditContext, train: Part, release: Part, grouping: Grouping, trainSizes: Float64Array, releaseSizes: Float64Array) {
  const { columns } = context.real.domain;
  const others = columns.map((_, c) => c).filter((c) => c !== grouping.column);
  const groups = grouping.labels.length;
  const [real, made] = [membersOf(grouping, train).groups, membersOf(grouping, release).groups];
  const distance = new Float64Array(groups);
  const chance = new Float64Array(groups);
  const byChance = Array.from(trainSizes, (n, g) => chanceDistance(n, Math.max(1, releaseSizes[g])));
  const pull = new Float64Array(release.rows);
  for (const c of others) {
    const { size } = columns[c];
    const [a, b] = [countIn(train.codes[c], real, size, groups), countIn(release.codes[c], made, size, groups)];
    for (let g = 0; g < groups; g += 1) {
      if (trainSizes[g] === 0 || releaseSizes[g] === 0) continue;
      const [p, q] = [a.subarray(g * size, (g + 1) * size), b.subarray(g * size, (g + 1) * size)];
      distance[g] += tableDistance(p, trainSizes[g], q, releaseSizes[g]) / others.length;
      chance[g] += byChance[g](p) / others.length;
    }
    for (let i = 0; i < release.rows; i += 1) {
      const [g, cell] = [made[i], made[i] * size + release.codes[c][i]];
      pull[i] += Math.sign(b[cell] / releaseSizes[g] - a[cell] / trainSizes[g]) / 2 / others.length;
    }
  }
  return (g: number, level: number): { tvd: number; chance: number; interval: [number, number] } => {
    const spread = (twoSidedZ(level) * deviation(pull, made, g)) / Math.sqrt(releaseSizes[g]);
    const excess = distance[g] - chance[g];
    return { tvd: distance[g], chance: chance[g], interval: [excess - spread, excess + spread] };
  };
}

function countIn(codes: ArrayLike<number>, groups: Uint16Array, size: number, count: number): Float64Array {
  const out = new Float64Array(count * size);
  for (let i = 0; i < groups.length; i += 1) out[groups[i] * size + codes[i]] += 1;
  return out;
}

function deviation(pull: Float64Array, groups: Uint16Array, g: number): number {
  let [n, sum, squares] = [0, 0, 0];
  for (let i = 0; i < pull.length; i += 1) {
    if (groups[i] !== g) continue;
    n += 1;
    sum += pull[i];
    squares += pull[i] * pull[i];
  }
  return Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
}

function groupLearning(context: AuditContext, { question, test, truth, tstr, trtr }: Scored, { column, of }: Grouping, g: number): Group["learning"] {
  if (question.column === column) return null;
  const rows: number[] = [];
  for (let i = 0; i < test.rows; i += 1) if (of[test.codes[column][i]] === g) rows.push(i);
  const labels = Uint8Array.from(rows, (i) => truth[i]);
  const positives = labels.reduce((a, b) => a + b, 0);
  if (positives < LEAST_OF_CLASS || rows.length - positives < LEAST_OF_CLASS) return null;
  const found = pairedAuc(
    Float64Array.from(rows, (i) => tstr[i]),
    Float64Array.from(rows, (i) => trtr[i]),
    labels,
    test.units === undefined ? undefined : Uint32Array.from(rows, (i) => (test.units as Uint32Array)[i]),
    context.level,
    seededBits(`${context.seed} subgroup ${column} ${g}`),
  );
  return found === null ? null : { tstr: found.first.estimate, trtr: found.second.estimate, difference: found.difference.estimate, interval: found.difference.interval, n: rows.length, positives };
}

/** Every label that occurs, largest first, the smallest together where they are many; numbers in four ranges of about equal weight; null apart. */
function groupingOf(column: Column, at: number, train: Part): Grouping {
  const counts = new Float64Array(column.size);
  for (const code of train.codes[at]) counts[code] += 1;
  const of = new Uint16Array(column.size);
  const labels: string[] = [];
  if (column.bins !== undefined || (column.ordered && column.valueCount > MOST_GROUPS)) ranges(column, counts, of, labels);
  else {
    const order = Array.from({ length: column.valueCount }, (_, code) => code).sort((a, b) => counts[b] - counts[a] || a - b);
    const alone = order.length <= MOST_GROUPS ? order.length : MOST_GROUPS - 1;
    order.forEach((code, i) => {
      of[code] = Math.min(i, alone);
      if (i < alone) labels.push(barLabel(column, [code]));
    });
    if (order.length > alone) labels.push(`(${order.length - alone} others)`);
  }
  for (let code = column.valueCount; code < column.size; code += 1) {
    of[code] = labels.length;
    labels.push(barLabel(column, [code]));
  }
  return { column: at, labels, of };
}

function ranges(column: Column, counts: Float64Array, of: Uint16Array, labels: string[]): void {
  const total = counts.subarray(0, column.valueCount).reduce((a, b) => a + b, 0);
  let [from, before, enough] = [0, 0, total / RANGES];
  for (let code = 0; code < column.valueCount; code += 1) {
    of[code] = labels.length;
    before += counts[code];
    if (code < column.valueCount - 1 && (labels.length === RANGES - 1 || before < enough)) continue;
    labels.push(
      barLabel(
        column,
        Array.from({ length: code + 1 - from }, (_, i) => from + i),
      ),
    );
    from = code + 1;
    enough = before + (total - before) / (RANGES - labels.length);
  }
}
