import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type DpsynthError, fault } from "../../base/errors.js";
import type { Domain } from "../../domain/column.js";
import { type DuckDb, openDuckDb } from "../duckdb.js";
import { delimiterOf, noHeader, notText } from "./header.js";
import { DEEPEST_JSON, jsonDepthScanner } from "./json-depth.js";
import { jsonLineScanner } from "./json-line.js";
import { quoteScanner } from "./quotes.js";
import { notParquet, openSource, type Source } from "./source.js";
import { textBlocks } from "./text-blocks.js";

const BYTE_ORDER_MARK = Buffer.from("\ufeff", "utf8");

/**
 * Everything about a table file that can stop a run or let one row take others with it, found before a budget is reserved:
 * missing, empty, no regular file, wrong header, bytes that are not of its encoding, quotes that do not close, JSON nested too deep or in lines too long,
 * truncated gzip, Parquet or Arrow, a dialect that cannot be read. Looks at bytes, never at cells; an Arrow file's are whole where they could be loaded. Faults DPS-E301 to E314.
 */
export async function checkFile(path: string, domain: Domain, options: { release?: boolean } = {}): Promise<void> {
  const db = await openDuckDb();
  try {
    const source = await openSource(db, path, domain, options);
    if (source.kind.format === "parquet") refuseCut(path);
    else if (source.kind.format === "jsonl") await refuseJson(source);
    else if (source.kind.format !== "arrow") await refuseQuotes(source, domain);
    await refuseDialect(db, source);
  } finally {
    db.close();
  }
}

/** A whole Parquet file ends in its magic bytes. */
function refuseCut(path: string): void {
  const fd = openSync(path, "r");
  try {
    const end = Buffer.alloc(4);
    readSync(fd, end, 0, 4, Math.max(0, fstatSync(fd).size - 4));
    if (end.toString("latin1") !== "PAR1") throw notParquet(path);
  } finally {
    closeSync(fd);
  }
}

async function refuseQuotes({ path, kind }: Source, domain: Domain): Promise<void> {
  const { dialect } = domain.schema.dpsynth;
  const quotes = quoteScanner(delimiterOf(kind, dialect), dialect?.quoteChar ?? '"');
  let first = true;
  for await (const block of textBlocks(path, kind.gzip, dialect?.encoding ?? "utf-8")) {
    const bytes = first && startsWithMark(block) ? block.subarray(BYTE_ORDER_MARK.length) : block;
    first = false;
    if (!quotes.take(bytes)) throw openQuote(path);
  }
  if (!quotes.end()) throw openQuote(path);
}

function openQuote(path: string): DpsynthError {
  const next = "Write it with every quote inside a quoted cell doubled, or name a quoteChar that occurs nowhere under dpsynth.dialect of the schema.";
  return fault("DPS-E312", path, "a text table whose quotes close", "not: a quoted cell does not end", next);
}

/** JSON is UTF-8 whatever the dialect says of text tables. */
async function refuseJson({ path, kind }: Source): Promise<void> {
  const shallow = jsonDepthScanner();
  const short = jsonLineScanner();
  let first = true;
  let blank = true;
  for await (const block of textBlocks(path, kind.gzip, "utf-8")) {
    // DuckDB would take the mark for the first line's, and that line for no JSON.
    if (first && startsWithMark(block)) throw notText(path, "utf-8", "without a byte order mark");
    first = false;
    if (blank) {
      const start = block.toString("latin1").trimStart();
      // One list of objects, the other way to write a table in JSON, would be one row of nulls.
      if (start.startsWith("[")) throw noHeader(path, kind);
      blank = start === "";
    }
    if (!short(block)) throw fault("DPS-E314", path, "JSON lines of at most 1 GiB", "a longer one", "Check that the export ends its lines, or leave the long column out.");
    if (!shallow(block)) throw fault("DPS-E313", path, `JSON lines nested at most ${DEEPEST_JSON} deep`, "nested deeper", "Write the columns as plain values.");
  }
}

const startsWithMark = (block: Buffer): boolean => block.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);

/** DuckDB plans the read, without reading: what it refuses now it would refuse after the reservation. */
async function refuseDialect(db: DuckDb, { path, from }: Source): Promise<void> {
  try {
    await db.connection.run(`DESCRIBE SELECT * FROM ${from}`);
  } catch {
    const next = "In the schema give a quoteChar of one ASCII character that is not the delimiter; in JSON lines, names that differ in more than upper and lower case.";
    throw fault("DPS-E309", path, "readable with the schema's dialect and names", "not", next);
  }
}
