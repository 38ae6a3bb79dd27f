import { isUtf8 } from "node:buffer";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { type Encoding, notGzip, notText } from "./header.js";

const BLOCK = 1 << 20;

/**
 * A text file from its start to its end, unpacked, as UTF-8 blocks that split no character. A block is only good until the next
 * is asked for. Faults DPS-E304 for whatever DuckDB would refuse of that encoding, and DPS-E306.
 */
export async function* textBlocks(path: string, gzip: boolean, encoding: Encoding): AsyncGenerator<Buffer> {
  const bytes = gzip ? unpacked(path) : plain(path);
  if (encoding === "utf-8") yield* wholeCharacters(bytes, path);
  else if (encoding === "latin-1") yield* fromLatin1(bytes, path);
  else yield* fromUtf16(bytes, path);
}

async function* plain(path: string): AsyncGenerator<Buffer> {
  const fd = openSync(path, "r");
  try {
    const block = Buffer.alloc(BLOCK);
    for (let n = readSync(fd, block, 0, BLOCK, null); n > 0; n = readSync(fd, block, 0, BLOCK, null)) yield block.subarray(0, n);
  } finally {
    closeSync(fd);
  }
}

async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const file = createReadStream(path);
  file.on("error", (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  let packed = 0;
  file.on("data", (part) => {
    packed += part.length;
  });
  const parts = gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await parts.next().catch(() => {
        throw notGzip(path);
      });
      if (next.done === true) break;
      yield next.value;
    }
  } finally {
    file.destroy();
    gunzip.destroy();
  }
  // An empty file unpacks to nothing without complaint.
  if (packed === 0) throw notGzip(path);
}

async function* wholeCharacters(bytes: AsyncGenerator<Buffer>, path: string): AsyncGenerator<Buffer> {
  let cut: Buffer = Buffer.alloc(0);
  for await (const part of bytes) {
    // Complete the split character alone: joining it to the block would copy the block.
    let from = 0;
    while (cut.length > 0 && from < part.length && from < 4 && tail(cut, cut.length) > 0) {
      cut = Buffer.concat([cut, part.subarray(from, from + 1)]);
      from += 1;
    }
    if (tail(cut, cut.length) > 0) continue;
    const end = part.length - tail(part.subarray(from), part.length - from);
    const whole = part.subarray(from, end);
    if (!isUtf8(cut) || !isUtf8(whole)) throw notText(path, "utf-8");
    if (cut.length > 0) yield cut;
    cut = Buffer.from(part.subarray(end));
    if (whole.length > 0) yield whole;
  }
  if (cut.length > 0) throw notText(path, "utf-8");
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

/** DuckDB stops at the control codes 80 to 9F, which most often are windows-1252. */
async function* fromLatin1(bytes: AsyncGenerator<Buffer>, path: string): AsyncGenerator<Buffer> {
  for await (const part of bytes) {
    const text = part.toString("latin1");
    if (/[\x80-\x9f]/.test(text)) throw notText(path, "latin-1");
    yield Buffer.from(text, "utf8");
  }
}

/** DuckDB stops at surrogates, also at well-formed pairs. */
async function* fromUtf16(bytes: AsyncGenerator<Buffer>, path: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder("utf-16le", { fatal: true });
  const decoded = (part?: Buffer): string => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch {
      throw notText(path, "utf-16");
    }
  };
  for await (const part of bytes) {
    const text = decoded(part);
    if (/[\ud800-\udfff]/.test(text)) throw notText(path, "utf-16");
    yield Buffer.from(text, "utf8");
  }
  decoded();
}
