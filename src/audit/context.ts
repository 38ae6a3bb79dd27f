import type { Progress } from "../domain/progress.js";
import { type EncodedTable, PART } from "../table/encoded.js";
import { contentHashes } from "./distance/content-order.js";
import type { MixedTable } from "./distance/mixed.js";
import { type MixedSpace, mixedSpace } from "./distance/space.js";
import type { DeclaredPrice } from "./stats/theory.js";

/** What an attacker gets who runs the same generator, at the same price, on people of his own. */
export interface ShadowRelease {
  /** The model's cliques as column indices. */
  readonly cliques: readonly (readonly number[])[];
  readonly release: EncodedTable;
}

/** Fit the generator on rows of `real` and sample as many rows. The audit has no generator of its own: whoever wires it hands one in. */
export type ShadowFit = (rows: Uint32Array, seed: string) => Promise<ShadowRelease>;

/** The distribution that a model draws rows from. Counts are weights of any scale; variances mean nothing. */
export interface ModelTables {
  readonly cliques: readonly NoisyTable[];
  /** For each column whose codes the cliques lump: the column at full resolution, and as the cliques have it. */
  readonly refinements: readonly { readonly fine: NoisyTable; readonly coarse: NoisyTable }[];
}

/** A noisy marginal that the model publishes. */
export interface NoisyTable {
  readonly columns: readonly number[];
  /** For each column, the table's code of each of the column's codes. */
  readonly groups: readonly ArrayLike<number>[];
  readonly shape: readonly number[];
  /** For each cell of the shape, the count that it is part of; absent where each has its own. */
  readonly parts?: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly variance: number;
}

/** What every attack is given. Rows are indices into `real`. */
export interface AuditContext {
  readonly real: EncodedTable;
  readonly release: EncodedTable;
  readonly space: MixedSpace;
  readonly realPoints: MixedTable;
  readonly releasePoints: MixedTable;
  /** All rows of each part. */
  readonly train: Uint32Array;
  readonly holdout: Uint32Array;
  readonly reference: Uint32Array;
  /** One row of each unit, in a seeded order that does not depend on file position. */
  readonly trainUnits: Uint32Array;
  readonly holdoutUnits: Uint32Array;
  readonly referenceUnits: Uint32Array;
  /** The first `targets` of them: whom the attacks try. */
  readonly members: Uint32Array;
  readonly others: Uint32Array;
  /**
   * People whom an attacker takes for the population, and the others whom he tries apart from them: the reference part, or half of the
   * holdout where there is none.
   */
  readonly population: Uint32Array;
  readonly outsiders: Uint32Array;
  readonly unit: "row" | "person";
  /** All released rows in a seeded order that does not depend on file position. */
  readonly releaseOrder: Uint32Array;
  readonly cliques: readonly (readonly number[])[] | null;
  /** What the model publishes of its measurements; null where no model is known. */
  readonly measurements: readonly NoisyTable[] | null;
  readonly modelTables: ModelTables | null;
  readonly shadowFit: ShadowFit | null;
  readonly ceiling: DeclaredPrice | null;
  readonly level: number;
  readonly seed: string;
  readonly progress?: Progress;
}

export interface ContextInput {
  readonly real: EncodedTable;
  readonly release: EncodedTable;
  readonly cliques: readonly (readonly number[])[] | null;
  readonly measurements?: readonly NoisyTable[] | null;
  readonly modelTables?: ModelTables | null;
  readonly shadowFit?: ShadowFit | null;
  readonly ceiling: DeclaredPrice | null;
  readonly seed: string;
  readonly targets: number;
  readonly progress?: Progress;
}

export function auditContext(input: ContextInput): AuditContext {
  const { real, release, seed } = input;
  const space = mixedSpace([real, release]);
  const [realPoints, releasePoints] = space.tables;
  const parts = [PART.train, PART.holdout, PART.reference].map((part) => rowsOf(real, part));
  const hashes = contentHashes(realPoints, `${seed} representative`);
  const order = contentHashes(realPoints, `${seed} order`);
  const [trainUnits, holdoutUnits, referenceUnits] = parts.map((rows) => oneRowPerUnit(rows, real.units, hashes, order));
  // Without a reference part, half of the holdout stands for the population and only the other half is attacked.
  const halved = referenceUnits.length === 0 && holdoutUnits.length > 1;
  const half = Math.floor(holdoutUnits.length / 2);
  return {
    ...input,
    measurements: input.measurements ?? null,
    modelTables: input.modelTables ?? null,
    shadowFit: input.shadowFit ?? null,
    space,
    realPoints,
    releasePoints,
    train: parts[0],
    holdout: parts[1],
    reference: parts[2],
    trainUnits,
    holdoutUnits,
    referenceUnits,
    members: trainUnits.subarray(0, input.targets),
    others: holdoutUnits.subarray(0, input.targets),
    population: halved ? holdoutUnits.subarray(half) : referenceUnits,
    outsiders: (halved ? holdoutUnits.subarray(0, half) : holdoutUnits).subarray(0, input.targets),
    unit: real.units === undefined ? "row" : "person",
    releaseOrder: seededOrder(
      Uint32Array.from({ length: release.rows }, (_, i) => i),
      contentHashes(releasePoints, `${seed} order`),
    ),
    level: 0.95,
  };
}

const memory = new WeakMap<AuditContext, Map<string, unknown>>();

/** What several attacks need, made once for a context. */
export function shared<T>(context: AuditContext, key: string, make: () => T): T {
  let values = memory.get(context);
  if (values === undefined) {
    values = new Map();
    memory.set(context, values);
  }
  if (!values.has(key)) values.set(key, make());
  return values.get(key) as T;
}

/** Rows of a part; a table without a split is all train. */
function rowsOf(table: EncodedTable, part: number): Uint32Array {
  const rows: number[] = [];
  for (let i = 0; i < table.rows; i += 1) if ((table.parts === undefined ? PART.train : table.parts[i]) === part) rows.push(i);
  return Uint32Array.from(rows);
}

/** One row of each unit (the one of least hash), then the units in the order of another hash, so that people with many rows are not picked more often. */
function oneRowPerUnit(rows: Uint32Array, units: Uint32Array | undefined, hashes: Float64Array, order: Float64Array): Uint32Array {
  const chosen = new Map<number, number>();
  for (const row of rows) {
    const unit = units === undefined ? row : units[row];
    const best = chosen.get(unit);
    if (best === undefined || hashes[row] < hashes[best]) chosen.set(unit, row);
  }
  return seededOrder(Uint32Array.from(chosen.values()), order);
}

/**
 * Rows in the order of their content's hash. The k-th of several equal rows is hashed with k, or all of them would be picked together;
 * anything more even than a hash would spread the picks over the contents and bias the comparison with a part that is used whole.
 */
function seededOrder(rows: Uint32Array, hashes: Float64Array): Uint32Array {
  const times = new Map<number, number>();
  const keys = Float64Array.from(rows, (row) => {
    const ordinal = times.get(hashes[row]) ?? 0;
    times.set(hashes[row], ordinal + 1);
    return ordinal === 0 ? hashes[row] : rehash(hashes[row], ordinal);
  });
  const order = Uint32Array.from({ length: rows.length }, (_, i) => i).sort((a, b) => keys[a] - keys[b] || hashes[rows[a]] - hashes[rows[b]]);
  return order.map((i) => rows[i]);
}

/** A 53-bit hash of a 53-bit hash and a small number. */
function rehash(hash: number, ordinal: number): number {
  let high = Math.floor(hash / 2_097_152) ^ Math.imul(ordinal, 0x9e3779b1);
  let low = (hash % 2_097_152) ^ Math.imul(ordinal, 0x85ebca6b);
  for (let round = 0; round < 3; round += 1) {
    high = Math.imul(high ^ (high >>> 16) ^ low, 0x7feb352d);
    low = Math.imul(low ^ (low >>> 15) ^ high, 0x846ca68b);
  }
  return (high >>> 0) * 2_097_152 + (low >>> 11);
}

/** Units of one part. */
export function unitsOfPart(table: EncodedTable, part: number): number {
  return unitsIn(rowsOf(table, part), table.units);
}

/** Number of distinct units among rows. */
export function unitsIn(rows: Uint32Array, units: Uint32Array | undefined): number {
  if (units === undefined) return rows.length;
  const seen = new Uint8Array(units.length); // a unit's number is below the number of rows; a Set holds no more than 2²⁴
  let count = 0;
  for (const row of rows) {
    if (seen[units[row]] === 0) count += 1;
    seen[units[row]] = 1;
  }
  return count;
}
