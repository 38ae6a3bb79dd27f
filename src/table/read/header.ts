import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { type DpsynthError, fault } from "../../base/errors.js";
import type { Dialect } from "../../formats/table-schema.js";
import type { FileKind } from "./file-kind.js";

/** The longest header line that is looked for. */
const HEADER_BYTES = 4 << 20;
export type Encoding = NonNullable<Dialect["encoding"]>;
const DECODER = { "utf-8": "utf-8", "latin-1": "latin1", "utf-16": "utf-16le" } as const;

/** The delimiter of a text table. */
export function delimiterOf(kind: FileKind, dialect: Dialect | undefined): string {
  return dialect?.delimiter ?? (kind.format === "tsv" ? "\t" : ",");
}

/**
 * Column names of a CSV or TSV file, from its first line alone. Faults DPS-E301 to E306; none repeats the line, which in a file
 * without a header is a row.
 */
export async function textHeader(path: string, kind: FileKind, dialect: Dialect | undefined): Promise<string[]> {
  const quote = dialect?.quoteChar ?? '"';
  return await fromStart(path, kind, (bytes, whole) => splitHeader(decode(bytes, path, dialect?.encoding ?? "utf-8", whole), delimiterOf(kind, dialect), quote, whole));
}

/** Keys of the first object of a JSON lines file: for drafts alone, as they are what one person's row happens to hold. */
export async function jsonKeys(path: string, kind: FileKind): Promise<string[]> {
  return await fromStart(path, kind, (bytes, whole) => {
    const line = /[^\s][^\n]*(\n|$)/.exec(decode(bytes, path, "utf-8", whole));
    if (line === null && whole) throw empty(path);
    if (line === null || (line[1] === "" && !whole)) return undefined;
    try {
      const first: unknown = JSON.parse(line[0]);
      if (typeof first === "object" && first !== null && !Array.isArray(first)) return Object.keys(first);
    } catch {
      // The parser's message quotes the line.
    }
    throw noHeader(path, kind);
  });
}

/** Reads more and more of a file's start until `namesOf` has seen the first line's end. */
async function fromStart(path: string, kind: FileKind, namesOf: (bytes: Uint8Array, whole: boolean) => string[] | undefined): Promise<string[]> {
  for (let size = 1 << 16; ; size *= 8) {
    const { bytes, whole } = await firstBytes(path, kind, size);
    if (bytes.length === 0) throw empty(path);
    const names = namesOf(bytes, whole);
    if (names !== undefined) return names;
    if (whole || size > HEADER_BYTES) throw noHeader(path, kind);
  }
}

function empty(path: string): DpsynthError {
  return fault("DPS-E303", path, "a table with a header", "empty", "Check that the export finished.");
}

/** The fault of a text file without a header, or of JSON that is no lines of objects. */
export function noHeader(path: string, kind: FileKind): DpsynthError {
  const must = kind.format === "jsonl" ? "one JSON object a line" : "a text table whose first line names its columns";
  return fault("DPS-E305", path, must, "something else", "Check the file and the dialect in the schema.");
}

/** Cells of the first line, quotes undone; undefined where the line does not end in `text`. */
export function splitHeader(text: string, delimiter: string, quote: string, whole: boolean): string[] | undefined {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  let fresh = true;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== quote) cell += c;
      else if (text[i + 1] === quote) {
        cell += quote;
        i += 1;
      } else quoted = false;
    } else if (c === quote && fresh) quoted = true;
    else if (c === "\n" || c === "\r") return [...cells, cell];
    else if (c === delimiter) {
      cells.push(cell);
      cell = "";
      fresh = true;
      continue;
    } else cell += c;
    fresh = false;
  }
  return whole && !quoted ? [...cells, cell] : undefined;
}

function decode(bytes: Uint8Array, path: string, encoding: Encoding, whole: boolean): string {
  try {
    return new TextDecoder(DECODER[encoding], { fatal: encoding !== "latin-1" }).decode(bytes, { stream: !whole });
  } catch {
    throw notText(path, encoding);
  }
}

const READABLE = { "utf-8": "", "latin-1": "without the bytes 80 to 9F", "utf-16": "without characters above FFFF" } as const;

/** The fault of a file that is not text of its declared encoding, as far as DuckDB reads that encoding. */
export function notText(path: string, encoding: Encoding, limit: string = READABLE[encoding]): DpsynthError {
  const must = limit === "" ? `text in ${encoding}` : `text in ${encoding} ${limit}`;
  return fault("DPS-E304", path, must, "not", 'Convert it to UTF-8, or write the "encoding" under dpsynth.dialect of the schema.');
}

/** The fault of a gzip file that ends early or is none. */
export function notGzip(path: string): DpsynthError {
  return fault("DPS-E306", path, "a whole gzip file", "truncated or not gzip", "Copy it again.");
}

/** The first `size` bytes, unpacked, and whether they are the whole. */
async function firstBytes(path: string, kind: FileKind, size: number): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const packed = readStart(path, kind.gzip ? size + 1024 : size);
  if (!kind.gzip || packed.bytes.length === 0) return packed;
  return await new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const gunzip = createGunzip();
    let got = 0;
    gunzip.on("data", (part: Buffer) => {
      parts.push(part);
      got += part.length;
    });
    gunzip.on("end", () => resolve({ bytes: Buffer.concat(parts), whole: packed.whole }));
    gunzip.on("error", () => (got > 0 && !packed.whole ? resolve({ bytes: Buffer.concat(parts), whole: false }) : reject(notGzip(path))));
    gunzip.end(packed.bytes);
  });
}

/** The first `size` bytes of a file as it stands. Faults DPS-E301 and E302 for a missing, unreadable or irregular one. */
export function readStart(path: string, size: number): { bytes: Uint8Array; whole: boolean } {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw fault("DPS-E301", path, "a file that can be read", missing ? "missing" : "not readable", missing ? "Check the path." : "Check its permissions.");
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw fault("DPS-E302", path, "a regular file", stat.isDirectory() ? "a folder" : "none", "Name the table file itself.");
    const bytes = new Uint8Array(Math.min(size, stat.size));
    let at = 0;
    while (at < bytes.length) {
      const n = readSync(fd, bytes, at, bytes.length - at, at);
      if (n === 0) break;
      at += n;
    }
    return { bytes: bytes.subarray(0, at), whole: stat.size <= size };
  } finally {
    closeSync(fd);
  }
}
