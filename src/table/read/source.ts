import { type DpsynthError, fault } from "../../base/errors.js";
import type { Domain } from "../../domain/column.js";
import type { Dialect } from "../../formats/table-schema.js";
import { type DuckDb, sqlPath, sqlText } from "../duckdb.js";
import { arrowHeader, loadArrow } from "./arrow.js";
import { type FileKind, fileKind } from "./file-kind.js";
import { delimiterOf, readStart, textHeader } from "./header.js";
import { LONGEST_JSON_LINE } from "./json-line.js";
import { quoteFree } from "./quote-free.js";

export interface SourceColumn {
  /** SQL name inside {@link Source.from}. */
  readonly sql: string;
  /** DuckDB's type; VARCHAR for text formats. */
  readonly type: string;
}

/** A table file whose header agrees with the schema, as DuckDB will read it. */
export interface Source {
  readonly path: string;
  readonly kind: FileKind;
  /** FROM clause with columns c0, c1, … */
  readonly from: string;
  readonly columns: ReadonlyMap<string, SourceColumn>;
}

/**
 * Open a table file by the schema: dialect, names and types are declared, never sniffed, and no cell beyond the header is read,
 * only whether a quote occurs. Columns go by name, in any order. With `release`, identifiers may be absent (a release has none).
 * JSON lines have no header, and one person's keys are not made into one: an absent key is null, keys that the schema does not
 * know are passed over. Faults DPS-E301 to E308.
 */
export async function openSource(db: DuckDb, path: string, domain: Domain, options: { release?: boolean } = {}): Promise<Source> {
  const { dialect } = domain.schema.dpsynth;
  const kind = fileKind(path, dialect);
  const header = await headerOf(db, path, kind, domain);
  refuseHeader(
    header.map((h) => h.name),
    path,
    domain,
    options.release ?? false,
  );
  const names = header.map((h) => h.name);
  return { path, kind, from: await fromClause(db, path, kind, dialect, names), columns: new Map(header.map(({ name, type }, i) => [name, { sql: `c${i}`, type }])) };
}

/** FROM clause of a table file with columns c0, c1, …; an Arrow file is loaded first. */
export async function fromClause(db: DuckDb, path: string, kind: FileKind, dialect: Dialect | undefined, names: readonly string[]): Promise<string> {
  const call = kind.format === "arrow" ? await loadArrow(db, path) : readerCall(path, kind, dialect, names);
  return `${call} AS source(${names.map((_, i) => `c${i}`).join(", ")})`;
}

async function headerOf(db: DuckDb, path: string, kind: FileKind, domain: Domain): Promise<{ name: string; type: string }[]> {
  if (kind.format === "parquet") return await parquetHeader(db, path);
  if (kind.format === "arrow") return await arrowHeader(path);
  const named = (names: readonly string[]): { name: string; type: string }[] => names.map((name) => ({ name, type: "VARCHAR" }));
  if (kind.format !== "jsonl") return named(await textHeader(path, kind, domain.schema.dpsynth.dialect));
  readStart(path, 0);
  return named(domain.schema.fields.map((f) => f.name));
}

/**
 * The reader call. Text tables are read so that no cell can stop the run: a row with too few cells, too long to be one, or broken
 * in its bytes is no row and is left out; surplus cells are cut. JSON: a line that is no object is a row of nulls.
 */
function readerCall(path: string, kind: FileKind, dialect: Dialect | undefined, header: readonly string[]): string {
  if (kind.format === "parquet") return `read_parquet(${sqlPath(path)}, hive_partitioning=false)`;
  if (kind.format === "jsonl") {
    const compression = kind.gzip ? "gzip" : "uncompressed";
    const columns = header.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
    return `read_json(${sqlPath(path)}, format='newline_delimited', auto_detect=false, hive_partitioning=false, compression='${compression}', ignore_errors=true, maximum_object_size=${LONGEST_JSON_LINE}, columns={${columns}})`;
  }
  const columns = header.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const all = header.map((_, i) => `'c${i}'`).join(", ");
  const compression = kind.gzip ? "gzip" : "none";
  const quote = sqlText(dialect?.quoteChar ?? '"');
  const parallel = quoteFree(path, kind.gzip, dialect?.quoteChar ?? '"');
  return `read_csv(${sqlPath(path)}, parallel=${parallel}, auto_detect=false, header=true, strict_mode=false, ignore_errors=true, hive_partitioning=false, compression='${compression}', encoding='${dialect?.encoding ?? "utf-8"}', delim=${sqlText(delimiterOf(kind, dialect))}, quote=${quote}, escape=${quote}, columns={${columns}}, force_not_null=[${all}])`;
}

/** The fault of a Parquet file whose frame is broken. */
export function notParquet(path: string): DpsynthError {
  return fault("DPS-E307", path, "a whole Parquet file", "truncated or not Parquet", "Copy or export it again.");
}

/** Names and DuckDB types of a Parquet file, from its footer. Faults DPS-E303, E307. */
export async function parquetHeader(db: DuckDb, path: string): Promise<{ name: string; type: string }[]> {
  const magic = new TextDecoder("latin1").decode(readStart(path, 4).bytes);
  if (magic === "") throw fault("DPS-E303", path, "a table with a header", "empty", "Check that the export finished.");
  if (magic !== "PAR1") throw notParquet(path);
  try {
    const rows = (await db.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlPath(path)}, hive_partitioning=false)`)).getRows();
    return rows.map((row) => ({ name: String(row[0]), type: String(row[1]) }));
  } catch {
    // DuckDB's words may quote the file; the footer could not be read, and that is all there is to say.
    throw notParquet(path);
  }
}

/** Names of unknown columns are not repeated: in a file without a header they are a row. */
function refuseHeader(header: readonly string[], path: string, domain: Domain, release: boolean): void {
  const declared = domain.schema.fields.map((f) => f.name);
  const known = new Set(declared);
  const optional = new Set(release ? domain.identifiers.map((f) => f.name) : []);
  const missing = declared.filter((name) => !header.includes(name) && !optional.has(name));
  const unknown = header.flatMap((name, i) => (known.has(name) ? [] : [i + 1]));
  const twice = declared.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  const is: string[] = [];
  if (twice.length > 0) is.push(`naming ${list(twice)} twice`);
  if (missing.length > 0) is.push(`without ${list(missing)}`);
  if (unknown.length > 0) is.push(`with ${unknown.length === 1 ? "a column" : "columns"} that the schema does not know (number ${unknown.slice(0, 10).join(", ")}${unknown.length > 10 ? ", …" : ""})`);
  if (is.length === 0) return;
  const next =
    header.length === 1 && declared.length > 1 ? 'The header is one cell: check the "delimiter" under dpsynth.dialect of the schema.' : "Make header and schema agree; the order of columns is free.";
  throw fault("DPS-E305", path, `a table of the schema's ${declared.length} columns`, is.join(", "), next);
}

const list = (names: readonly string[]): string =>
  names
    .slice(0, 10)
    .map((n) => `"${n}"`)
    .join(", ") + (names.length > 10 ? `, … (${names.length})` : "");
