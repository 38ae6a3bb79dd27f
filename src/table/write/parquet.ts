import type { DpsynthError } from "../../base/errors.js";
import { onInterrupt } from "../../base/interrupt.js";
import type { ReleaseColumn } from "../../domain/rows.js";
import { openDuckDb, sqlName, sqlText } from "../duckdb.js";
import { writeFault } from "./atomic.js";
import { FEED_NAME, Feed, feedFunction } from "./duckdb-feed.js";
import { duckDbType, vectorFiller } from "./duckdb-vectors.js";
import type { FormatWriter } from "./format-writer.js";

/**
 * Parquet through one DuckDB `COPY` that pulls rows from a table function of ours: no staging table, memory of a few row groups. DuckDB
 * calls the function on this thread between our turns; while no chunk waits, the function sleeps a millisecond and answers with one row
 * marked `idle`, which the query leaves out, and the event loop goes on. Texts with a dictionary travel as ENUM codes.
 */
export async function openParquet(file: string, target: string, columns: readonly ReleaseColumn[]): Promise<FormatWriter> {
  const { BOOLEAN, DuckDBTableFunction } = await import("@duckdb/node-api");
  const types = await Promise.all(columns.map(duckDbType));
  const db = await openDuckDb({ threads: 2, memoryLimit: "400MB" });
  const feed = new Feed(columns.map(vectorFiller));
  db.connection.registerTableFunction(feedFunction(DuckDBTableFunction, feed, types, BOOLEAN));
  const list = columns.map((column, c) => `c${c} AS ${sqlName(column.name)}`).join(", ");
  const copied = db.connection.run(`COPY (SELECT ${list} FROM ${FEED_NAME}() WHERE NOT idle) TO ${sqlText(file)} (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)`).then(
    () => undefined,
    (error: unknown) => copyFault(error, target),
  );
  const ended = copied.then((failure) => {
    forget();
    feed.stop(failure);
    db.close();
    return failure;
  });
  const finish = async (): Promise<void> => {
    feed.end();
    const failure = await ended;
    if (failure !== undefined) throw failure;
  };
  const cancel = async (): Promise<void> => {
    feed.break();
    await ended;
  };
  // DuckDB's thread waits for our function, and a process that exits waits for DuckDB's thread
  const forget = onInterrupt(cancel);
  return { write: (chunk) => feed.push(chunk), finish, cancel };
}

/** Only the kind of failure is kept: DuckDB's texts may quote rows. */
function copyFault(error: unknown, target: string): DpsynthError {
  const full = /No space left|Disk quota|File too large/i.test(String(error));
  return writeFault(target, full ? { code: "ENOSPC" } : undefined);
}
