import { closeSync, openSync, readSync } from "node:fs";

const BLOCK = 1 << 20;

/**
 * True where a file holds no quote byte at all. DuckDB's parallel reader guesses where lines start inside a block, and a cell that
 * spans lines can mislead it into reading other records wrong; without quotes there is nothing to guess. Gzip: false.
 */
export function quoteFree(path: string, gzip: boolean, quote: string): boolean {
  if (gzip) return false;
  const mark = Buffer.from(quote, "utf8")[0];
  const fd = openSync(path, "r");
  try {
    const block = Buffer.alloc(BLOCK);
    for (let n = readSync(fd, block, 0, BLOCK, null); n > 0; n = readSync(fd, block, 0, BLOCK, null)) {
      if (block.subarray(0, n).includes(mark)) return false;
    }
    return true;
  } finally {
    closeSync(fd);
  }
}
