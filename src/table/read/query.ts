import type { Domain } from "../../domain/column.js";
import { type DuckDb, openDuckDb } from "../duckdb.js";
import { openSource, type Source } from "./source.js";
import { unreadable } from "./unreadable.js";

/** Open a table by its domain, ask it one thing, close. DuckDB's words, which quote rows, become the constant fault DPS-E310. */
export async function withSource<T>(path: string, domain: Domain, ask: (db: DuckDb, source: Source) => Promise<T>, options: { release?: boolean } = {}): Promise<T> {
  const db = await openDuckDb();
  try {
    const source = await openSource(db, path, domain, options);
    try {
      return await ask(db, source);
    } catch {
      throw unreadable(path);
    }
  } finally {
    db.close();
  }
}
