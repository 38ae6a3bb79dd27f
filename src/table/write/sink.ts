import { internal } from "../../base/errors.js";
import type { ReleaseColumn, RowSink } from "../../domain/rows.js";
import { type PendingFile, pendingFile } from "./atomic.js";
import type { FormatWriter } from "./format-writer.js";

export type SinkFormat = "csv" | "parquet" | "arrow" | "jsonl";

/**
 * Open a file for released rows. It appears under `path` at `close`, whole; `abort`, and any throw, leave nothing behind. Faults DPS-E340 to E342.
 * Calls must not overlap. Memory is bounded by a few chunks, whatever the number of rows.
 */
export async function openSink(path: string, format: SinkFormat, columns: readonly ReleaseColumn[]): Promise<RowSink> {
  const pending = await pendingFile(path);
  let writer: FormatWriter | undefined;
  try {
    writer = await openWriter(format, pending.path, path, columns);
  } catch (error) {
    await pending.discard();
    throw error;
  }
  return sinkOver(writer, pending, columns.length);
}

async function openWriter(format: SinkFormat, file: string, target: string, columns: readonly ReleaseColumn[]): Promise<FormatWriter> {
  switch (format) {
    case "csv":
      return (await import("./csv.js")).openCsv(file, target, columns);
    case "jsonl":
      return (await import("./jsonl.js")).openJsonl(file, target, columns);
    case "arrow":
      return (await import("./arrow.js")).openArrow(file, target, columns);
    case "parquet":
      return (await import("./parquet.js")).openParquet(file, target, columns);
  }
}

function sinkOver(writer: FormatWriter, pending: PendingFile, width: number): RowSink {
  let open = true;
  const abort = async (): Promise<void> => {
    if (!open) return;
    open = false;
    await writer.cancel();
    await pending.discard();
  };
  const guarded = async (act: () => Promise<void>): Promise<void> => {
    if (!open) throw internal("a row sink was used after its end");
    try {
      await act();
    } catch (error) {
      await abort();
      throw error;
    }
  };
  return {
    write: (chunk) =>
      guarded(async () => {
        if (chunk.columns.length !== width) throw internal("a row chunk has another number of columns than its sink");
        if (chunk.rows > 0) await writer.write(chunk);
      }),
    close: () =>
      guarded(async () => {
        await writer.finish();
        await pending.commit();
        open = false;
      }),
    abort,
  };
}
