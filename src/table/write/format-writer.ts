import type { RowChunk } from "../../domain/rows.js";

/** What one file format must do; `openSink` adds atomicity and order of calls. */
export interface FormatWriter {
  write(chunk: RowChunk): Promise<void>;
  /** Write what is left and let go of the file. */
  finish(): Promise<void>;
  /** Let go of the file at any time, without throwing. */
  cancel(): Promise<void>;
}
