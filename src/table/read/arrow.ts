import { type FileHandle, open } from "node:fs/promises";
import type { RecordBatchReader } from "apache-arrow";
import { DpsynthError, fault } from "../../base/errors.js";
import { onInterrupt } from "../../base/interrupt.js";
import type { DuckDb } from "../duckdb.js";
import { FEED_NAME, Feed, feedFunction } from "../write/duckdb-feed.js";
import { type ArrowColumn, arrowColumn } from "./arrow-column.js";
import { readStart } from "./header.js";
import { unreadable } from "./unreadable.js";

/** Where {@link loadArrow} puts the rows, as columns c0, c1, … */
const TABLE = "dpsynth_arrow";
const MAGIC = "ARROW1";

/** Names and DuckDB types of an Arrow IPC file (Feather version 2), from its footer. Faults DPS-E301 to E303, E307. */
export async function arrowHeader(path: string): Promise<{ name: string; type: string }[]> {
  return await withArrow(path, async ({ columns }) => columns.map(({ name, type }) => ({ name, type: type.toString() })));
}

/**
 * Copy an Arrow file batch by batch into a temporary table of this DuckDB, which has no reader for the format. Numbers keep their bits
 * and texts their dictionary, so all that follows is as for Parquet. Returns the FROM clause. Faults DPS-E307 and E310.
 */
export async function loadArrow(db: DuckDb, path: string): Promise<string> {
  return await withArrow(path, async ({ columns, reader }) => {
    const { BOOLEAN, DuckDBTableFunction } = await import("@duckdb/node-api");
    const feed = new Feed(columns.map((c) => c.fill));
    const types = columns.map((c) => c.type);
    db.connection.registerTableFunction(feedFunction(DuckDBTableFunction, feed, types, BOOLEAN));
    const names = columns.map((_, i) => `c${i}`).join(", ");
    const copied = db.connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS SELECT ${names} FROM ${FEED_NAME}() WHERE NOT idle`).then(
      () => undefined,
      () => unreadable(path),
    );
    const ended = copied.then((failure) => {
      forget();
      feed.stop(failure);
      return failure;
    });
    const cancel = async (): Promise<void> => {
      feed.break();
      await ended;
    };
    // DuckDB's thread waits for our function, and a process that exits waits for DuckDB's thread
    const forget = onInterrupt(cancel);
    try {
      for await (const batch of reader) {
        if (batch.numRows > 0) await feed.push({ rows: batch.numRows, columns: columns.map((c, i) => c.chunk(batch.data.children[i], batch.numRows)) });
      }
    } catch (error) {
      await cancel();
      throw error;
    }
    feed.end();
    const failure = await ended;
    if (failure !== undefined) throw failure;
    return TABLE;
  });
}

interface OpenArrow {
  readonly columns: readonly ArrowColumn[];
  readonly reader: RecordBatchReader;
}

/** Whatever Arrow's reader throws means a file that is damaged, compressed or none; its words are not passed on. */
async function withArrow<T>(path: string, use: (file: OpenArrow) => Promise<T>): Promise<T> {
  refuseFrame(path);
  const handle = await open(path);
  try {
    return await use(await openArrow(handle, path));
  } catch (error) {
    throw error instanceof DpsynthError ? error : notArrow(path);
  } finally {
    await handle.close().catch(() => undefined);
  }
}

async function openArrow(handle: FileHandle, path: string): Promise<OpenArrow> {
  const [arrow, duckdb] = await Promise.all([import("apache-arrow"), import("@duckdb/node-api")]);
  const reader: RecordBatchReader = await arrow.RecordBatchReader.from(handle);
  await reader.open();
  const columns = reader.schema.fields.map((field, i) => {
    const column = arrowColumn(field.name, field.type, { arrow, duckdb, dictionaries: reader.dictionaries });
    if (column === undefined)
      throw fault("DPS-E307", path, "an Arrow file of numbers, texts, truth values, dates and instants", `one whose column ${i + 1} is of another type`, "Write that column as one of them.");
    return column;
  });
  return { columns, reader };
}

/** A whole Arrow file begins and ends in its magic bytes. */
function refuseFrame(path: string): void {
  const start = new TextDecoder("latin1").decode(readStart(path, MAGIC.length).bytes);
  if (start === "") throw fault("DPS-E303", path, "a table with a header", "empty", "Check that the export finished.");
  if (start !== MAGIC) throw notArrow(path);
}

function notArrow(path: string): DpsynthError {
  return fault("DPS-E307", path, "a whole Arrow file (IPC file format, not compressed)", "truncated, compressed or not Arrow", "Copy it again, or write it without compression.");
}
