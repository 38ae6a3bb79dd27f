import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";

export interface DuckDb {
  readonly connection: DuckDBConnection;
  /** Close the instance and remove its spill folder. */
  close(): void;
}

/**
 * An in-memory DuckDB that installs and loads no extension and spills only into a private folder (mode 0700, removed at close
 * and at exit). `memoryLimit` in DuckDB's words, `2GB`. Its error texts quote rows: callers must not forward them.
 */
export async function openDuckDb(options: { threads?: number; memoryLimit?: string } = {}): Promise<DuckDb> {
  const { DuckDBInstance } = client();
  const spill = mkdtempSync(join(tmpdir(), "dpsynth-"));
  chmodSync(spill, 0o700);
  const clean = (): void => rmSync(spill, { recursive: true, force: true });
  let running: DuckDBConnection | undefined;
  const leave = (): void => {
    running?.interrupt(); // an exit waits for the query that runs
    clean();
  };
  process.on("exit", leave);
  try {
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      temp_directory: spill,
      threads: String(options.threads ?? 2),
      ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    });
    const connection = await instance.connect();
    running = connection;
    // The default of 1 MB makes scans wait for their reader: half the speed.
    await connection.run("SET streaming_buffer_size = '50MB'");
    const close = (): void => {
      connection.closeSync();
      instance.closeSync();
      clean();
      process.off("exit", leave);
    };
    return { connection, close };
  } catch (error) {
    clean();
    process.off("exit", leave);
    throw error;
  }
}

/** The client is CommonJS in some 200 files: `import` would scan each for names before running it, a tenth of a second. */
function client(): typeof import("@duckdb/node-api") {
  return createRequire(import.meta.url)("@duckdb/node-api") as typeof import("@duckdb/node-api");
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path that DuckDB takes literally: it would expand wildcards. */
export function sqlPath(path: string): string {
  return sqlText(path.replace(/[[*?]/g, "[$&]"));
}
