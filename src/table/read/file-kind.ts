import { fault } from "../../base/errors.js";
import type { Dialect } from "../../formats/table-schema.js";

export interface FileKind {
  readonly format: "csv" | "tsv" | "parquet" | "arrow" | "jsonl";
  readonly gzip: boolean;
}

const FORMATS: Readonly<Record<string, FileKind["format"]>> = {
  csv: "csv",
  txt: "csv",
  tsv: "tsv",
  tab: "tsv",
  parquet: "parquet",
  pq: "parquet",
  arrow: "arrow",
  feather: "arrow",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** Format by the schema's word, else by the name's ending; `.gz` last means gzip. Fault DPS-E308 where neither tells, or for gzipped Parquet or Arrow. */
export function fileKind(path: string, dialect: Dialect | undefined): FileKind {
  const lower = path.toLowerCase();
  const gzip = lower.endsWith(".gz");
  const ending = (gzip ? lower.slice(0, -3) : lower).split(".").at(-1) as string;
  const format = dialect?.format ?? FORMATS[ending];
  if (format === undefined) {
    throw fault("DPS-E308", path, "a table file: .csv, .tsv, .parquet, .arrow or .jsonl; text also with .gz", "of another ending", 'Rename it, or write "format" under dpsynth.dialect of the schema.');
  }
  if (gzip && (format === "parquet" || format === "arrow")) throw fault("DPS-E308", path, "Parquet or Arrow as it is", "inside gzip", "Unpack it first.");
  return { format, gzip };
}
