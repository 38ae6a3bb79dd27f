/** One column of a release, as a sink sees it. */
export interface ReleaseColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date" | "datetime";
  /** For string and boolean columns with a public value set: chunk data are codes into it. Absent for fakes. */
  readonly dictionary?: readonly string[];
  /** How text formats write null: a text that the schema reads as null again. Empty where absent. */
  readonly nullText?: string;
  /** Decimal places, for numbers. */
  readonly decimals?: number;
}

/**
 * A block of one column. `valid[i] = 0` marks null; absent means no nulls.
 * string with dictionary, boolean: codes (boolean 0 or 1) · string without dictionary: texts ·
 * integer: whole doubles · number: doubles · date: days since 1970-01-01 · datetime: seconds since then, UTC.
 */
export interface ColumnChunk {
  readonly values: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array | readonly string[];
  readonly valid?: Uint8Array;
}

export interface RowChunk {
  readonly rows: number;
  readonly columns: readonly ColumnChunk[];
}

/** Where released rows go. `close` makes the file appear, atomically; `abort` leaves nothing behind. */
export interface RowSink {
  write(chunk: RowChunk): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
