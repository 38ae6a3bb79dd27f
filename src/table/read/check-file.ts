import { isUtf8 } from "node:buffer";
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";
import type { Domain } from "../../domain/column.js";
import { openDuckDb } from "../duckdb.js";
import { fileKind } from "./file-kind.js";
import { notGzip, notText } from "./header.js";
import { notParquet, openSource } from "./source.js";

const BLOCK = 1 << 20;

/**
 * Everything about a table file that can stop a run, found before a budget is reserved: missing, empty, no regular file, wrong
 * header, broken UTF-8 anywhere, truncated gzip or Parquet. Looks at bytes, never at cells. Faults DPS-E301 to E309.
 */
export async function checkFile(path: string, domain: Domain, options: { release?: boolean } = {}): Promise<void> {
  const db = await openDuckDb();
  try {
    await openSource(db, path, domain, options);
  } finally {
    db.close();
  }
  const { dialect } = domain.schema.dpsynth;
  const kind = fileKind(path, dialect);
  if (kind.format === "parquet") return refuseCut(path);
  const utf8 = (dialect?.encoding ?? "utf-8") === "utf-8";
  if (kind.gzip) return await refuseBroken(path, utf8);
  if (utf8) refuseNotUtf8(path);
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

function refuseNotUtf8(path: string): void {
  const fd = openSync(path, "r");
  try {
    const block = Buffer.alloc(BLOCK);
    let kept = 0;
    for (;;) {
      const read = readSync(fd, block, kept, BLOCK - kept, null);
      const filled = kept + read;
      const whole = read === 0 ? filled : filled - tail(block, filled);
      if (!isUtf8(block.subarray(0, whole))) throw notText(path, "utf-8");
      if (read === 0) return;
      block.copyWithin(0, whole, filled);
      kept = filled - whole;
    }
  } finally {
    closeSync(fd);
  }
}

/** Bytes at the end of a block that begin a character without ending it: 0 to 3. */
function tail(block: Buffer, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = block[length - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

async function refuseBroken(path: string, utf8: boolean): Promise<void> {
  const gunzip = createGunzip();
  const file = createReadStream(path);
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  let kept: Buffer = Buffer.alloc(0);
  try {
    for await (const part of gunzip) {
      const block = Buffer.concat([kept, part as Buffer]);
      const whole = block.length - tail(block, block.length);
      if (utf8 && !isUtf8(block.subarray(0, whole))) throw notText(path, "utf-8");
      kept = block.subarray(whole);
    }
  } catch (error) {
    throw (error as { fault?: unknown }).fault === undefined ? notGzip(path) : error;
  }
  if (utf8 && kept.length > 0) throw notText(path, "utf-8");
}
