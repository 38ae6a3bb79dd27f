import type { Column, Domain } from "../../domain/column.js";
import { missingOf } from "../../domain/from-schema.js";
import type { Progress } from "../../domain/progress.js";
import { openDuckDb } from "../duckdb.js";
import type { EncodedTable } from "../encoded.js";
import { type Binner, binnerOf } from "./binner.js";
import type { ColumnSums } from "./column-sums.js";
import { labelSql, valueSql } from "./encode-sql.js";
import { type Grown, growingCodes, growingValues } from "./growing.js";
import { openSource, type Source } from "./source.js";
import { type UnitIndex, unitIndex } from "./unit-index.js";
import { unreadable } from "./unreadable.js";

export interface ReadOptions {
  /** Keep the raw values of binned columns, for audits. */
  readonly values?: boolean;
  /** Read the person column; by default where the unit is a person and the file is no release. */
  readonly unit?: boolean;
  /** The file is a release: identifiers may be absent, `true` and `false` are booleans whatever the schema's words. */
  readonly release?: boolean;
  readonly threads?: number;
  /** DuckDB's memory limit, as `2GB`. */
  readonly memoryLimit?: string;
  readonly progress?: Progress;
  /** Fed with every column of the file as text. */
  readonly sums?: ColumnSums;
}

/** What one SQL output column is made into. */
interface Lane {
  readonly sql: string;
  take(vector: RawVector, rows: number, at: number): void;
}

/** What the DuckDB client hands out: items in place and a validity bitmap, null where nothing is null. */
interface RawVector {
  readonly items: Uint8Array | Uint16Array | Uint32Array | Float64Array;
  readonly validity: { readonly data: BigUint64Array | null };
}

/**
 * Read and encode a whole table by its domain. Encoding is total: each cell gets a code by the rules of the schema, whatever it
 * holds. File-level faults DPS-E301 to E310; no text of DuckDB or of the file passes on.
 */
export async function readTable(path: string, domain: Domain, options: ReadOptions = {}): Promise<EncodedTable> {
  const db = await openDuckDb(options);
  try {
    const source = await openSource(db, path, domain, options);
    const codes = domain.columns.map((c) => growingCodes(c.size));
    const values = domain.columns.map((c) => (options.values === true && c.bins !== undefined ? growingValues() : undefined));
    const units = wantsUnit(domain, options) ? unitIndex() : undefined;
    const lanes = domain.columns.map((column, i) => laneOf(column, source, domain, codes[i], values[i], options));
    if (units !== undefined) lanes.push(unitLane(source, domain, units));
    const undeclared = options.release === true ? [] : domain.columns.filter((c) => c.field.dpsynth.source === "discover");
    const raw = undeclared.map(() => [growingCodes(WIDE), growingCodes(WIDE)]);
    undeclared.forEach((column, i) => {
      lanes.push(...rawLanes(column, source, raw[i]));
    });
    if (options.sums !== undefined) lanes.push(...sumLanes(source, options.sums));
    const rows = await stream(db, source, lanes, options.progress);
    return {
      domain,
      rows,
      codes: codes.map((c) => c.finish(rows)),
      ...(options.values === true ? { values: values.map((v) => v?.finish(rows)) } : {}),
      ...(undeclared.length === 0 ? {} : { rawWords: raw.flat().map((g) => g.finish(rows) as Uint32Array) }),
      ...(units === undefined ? {} : { units: units.indices(rows), unitIds: units.ids }),
      unitCount: units === undefined ? rows : units.ids.length,
    };
  } finally {
    db.close();
  }
}

function wantsUnit(domain: Domain, options: ReadOptions): boolean {
  return domain.unit.kind === "person" && (options.unit ?? options.release !== true);
}

function laneOf(column: Column, source: Source, domain: Domain, codes: Grown, values: Grown<Float64Array> | undefined, options: ReadOptions): Lane {
  const from = source.columns.get(column.name) as NonNullable<ReturnType<Source["columns"]["get"]>>;
  const missing = missingOf(domain.schema, column.field);
  if (column.bins === undefined) {
    return { sql: labelSql(column, from, missing, options.release === true), take: (vector, rows, at) => codes.room(at + rows).set(vector.items, at) };
  }
  const bin: Binner = binnerOf(column);
  return {
    sql: valueSql(column, from, missing, false),
    take: (vector, rows, at) => {
      const bits = vector.validity.data;
      const valid = bits === null ? undefined : new Uint32Array(bits.buffer, bits.byteOffset, bits.length * 2);
      bin(vector.items as Float64Array, valid, rows, codes.room(at + rows), at, values?.room(at + rows));
    },
  };
}

/** A size whose codes take 32 bits. */
const WIDE = 2 ** 32;

/** Low and high word of the first 64 bits of MD5 of a cell's text: published, so the same in every version of DuckDB. */
function rawLanes(column: Column, source: Source, words: readonly Grown[]): Lane[] {
  const { sql } = source.columns.get(column.name) as NonNullable<ReturnType<Source["columns"]["get"]>>;
  const digest = `md5_number_lower(coalesce(CAST(${sql} AS VARCHAR), ''))`;
  return [`(${digest} & 4294967295)::UINTEGER`, `(${digest} >> 32)::UINTEGER`].map((word, i) => ({
    sql: word,
    take: (vector, rows, at) => words[i].room(at + rows).set(vector.items, at),
  }));
}

function sumLanes(source: Source, sums: ColumnSums): Lane[] {
  return [...source.columns.values()].map(({ sql, type }) => ({ sql: type === "VARCHAR" ? sql : `CAST(${sql} AS VARCHAR)`, take: sums.taker() }));
}

function unitLane(source: Source, domain: Domain, units: UnitIndex): Lane {
  const name = domain.unit.kind === "person" ? domain.unit.column : "";
  const field = domain.identifiers.find((f) => f.name === name) as Domain["identifiers"][number];
  const column = source.columns.get(name) as NonNullable<ReturnType<Source["columns"]["get"]>>;
  return { sql: `CAST(${column.sql} AS VARCHAR)`, take: units.taker(missingOf(domain.schema, field)) };
}

/** Run the encoding query and hand each block to the lanes. Returns the number of rows. */
async function stream(db: Awaited<ReturnType<typeof openDuckDb>>, source: Source, lanes: readonly Lane[], progress: Progress | undefined): Promise<number> {
  let at = 0;
  try {
    const result = await db.connection.stream(`SELECT ${lanes.map((l) => l.sql).join(", ")} FROM ${source.from}`);
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const rows = chunk.rowCount;
      for (let i = 0; i < lanes.length; i += 1) lanes[i].take(chunk.getColumnVector(i) as unknown as RawVector, rows, at);
      at += rows;
      progress?.("read", 0, 0);
    }
  } catch {
    // The words of DuckDB quote rows: none is passed on.
    throw unreadable(source.path);
  }
  return at;
}
