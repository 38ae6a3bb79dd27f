import { fault } from "../../base/errors.js";
import { type Dialect, type Field, SCHEMA_VERSION, type TableSchema } from "../../formats/table-schema.js";
import { type DuckDb, openDuckDb, sqlText } from "../duckdb.js";
import { arrowHeader } from "./arrow.js";
import { ALWAYS_NULL, type ColumnFacts, draftField, factsOf, factsSql, looksLikeIdentifier, MOST_CATEGORIES, NULL_WORDS } from "./draft-column.js";
import { type FileKind, fileKind } from "./file-kind.js";
import { jsonKeys, textHeader } from "./header.js";
import { fromClause, parquetHeader } from "./source.js";
import { unreadable } from "./unreadable.js";

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * Draft a schema from a table, for its owner to correct: the only place where dialect and types are guessed. Whatever was read
 * from the cells is marked `source: "data"`, which `fit` refuses until it is decided. No privacy unit: only people know it.
 * `notes` are words for the owner, without cells. Faults DPS-E301 to E310, and E311 for a table of no columns or unnamed ones.
 */
export async function draftSchema(path: string): Promise<{ schema: TableSchema; notes: string[] }> {
  const db = await openDuckDb();
  try {
    const kind = fileKind(path, undefined);
    const { names, dialect } = await guessHeader(db, path, kind);
    refuseNames(names, path);
    const from = await fromClause(db, path, kind, dialect, names);
    const facts = await scan(db, path, from, names);
    const fields: Field[] = [];
    const notes: string[] = [];
    for (const [i, f] of facts.entries()) {
      const field = await drafted(db, path, f, i);
      fields.push(field);
      notes.push(...notesOn(field, f));
    }
    notes.push('Declare dpsynth.privacyUnit: {"kind": "row"} where each row is another person, else the person column and maxRows.');
    return { schema: { fields, missingValues: [...ALWAYS_NULL], dpsynth: { version: SCHEMA_VERSION, ...(Object.keys(dialect).length > 0 ? { dialect } : {}) } }, notes };
  } finally {
    db.close();
  }
}

/** Column names, and the delimiter that splits the first line into most cells where it is not the format's own. */
async function guessHeader(db: DuckDb, path: string, kind: FileKind): Promise<{ names: string[]; dialect: Dialect }> {
  if (kind.format === "parquet") return { names: (await parquetHeader(db, path)).map((h) => h.name), dialect: {} };
  if (kind.format === "arrow") return { names: (await arrowHeader(path)).map((h) => h.name), dialect: {} };
  if (kind.format === "jsonl") return { names: await jsonKeys(path, kind), dialect: {} };
  let best: { names: string[]; dialect: Dialect } = { names: await textHeader(path, kind, undefined), dialect: {} };
  if (kind.format !== "csv") return best;
  for (const delimiter of DELIMITERS) {
    const names = await textHeader(path, kind, { delimiter });
    if (names.length > best.names.length) best = { names, dialect: { delimiter } };
  }
  return best;
}

/** Names are not repeated: in a file without a header they are a row. */
function refuseNames(names: readonly string[], path: string): void {
  const at = names.findIndex((name, i) => name.trim() === "" || names.indexOf(name) !== i);
  if (at >= 0) throw fault("DPS-E311", path, "a table whose first line names each column differently", `one where column ${at + 1} has no name of its own`, "Give the table a header.");
}

/** Load the texts once, then ask about each column's distinct texts: most columns have few. */
async function scan(db: DuckDb, path: string, from: string, names: readonly string[]): Promise<ColumnFacts[]> {
  try {
    await db.connection.run(`CREATE TEMP TABLE source AS SELECT ${names.map((_, i) => `CAST(c${i} AS VARCHAR) AS c${i}`).join(", ")} FROM ${from}`);
    const facts: ColumnFacts[] = [];
    for (const [i, name] of names.entries()) {
      const row = (await db.connection.runAndReadAll(`SELECT ${factsSql().join(", ")} FROM (SELECT c${i} AS x, count(*) AS n FROM source GROUP BY c${i})`)).getRows()[0];
      facts.push(factsOf(name, row));
    }
    return facts;
  } catch {
    throw unreadable(path);
  }
}

async function drafted(db: DuckDb, path: string, facts: ColumnFacts, at: number): Promise<Field> {
  const field = draftField(facts, undefined);
  if (field.type !== "string" || looksLikeIdentifier(facts)) return field;
  try {
    const x = `c${at}`;
    const sql = `SELECT ${x} AS x FROM source WHERE ${x} IS NOT NULL AND ${x} NOT IN (${ALWAYS_NULL.map(sqlText).join(", ")}) AND NOT contains(${x}, chr(0)) GROUP BY x ORDER BY count(*) DESC, x LIMIT ${MOST_CATEGORIES}`;
    const texts = (await db.connection.runAndReadAll(sql)).getRows().map((r) => String(r[0]));
    return draftField(facts, texts.sort());
  } catch {
    throw unreadable(path);
  }
}

function notesOn(field: Field, facts: ColumnFacts): string[] {
  if (field.type === "identifier") return [`${field.name}: nearly every value differs, so it is drafted as an identifier, which is never learned.`];
  if (field.type === "string" && (field.categories?.length ?? 0) >= MOST_CATEGORIES)
    return [`${field.name}: more than ${MOST_CATEGORIES} values; the commonest are listed, the rest goes to "${field.dpsynth.catchAll}".`];
  if (field.type !== "string" && facts.wordNull > 0) return [`${field.name}: words such as ${NULL_WORDS.slice(2, 5).join(", ")} are read as null.`];
  return [];
}
