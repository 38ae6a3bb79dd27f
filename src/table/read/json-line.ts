/** Bytes of the longest JSON line. DuckDB stops at a longer one, so it is as large as DuckDB's buffers go; memory is taken only as lines need it. */
export const LONGEST_JSON_LINE = 1 << 30;

const LF = 0x0a;

/** A function that takes JSON lines block by block and is false once a line is longer than `most` bytes. */
export function jsonLineScanner(most = LONGEST_JSON_LINE): (block: Buffer) => boolean {
  let length = 0;
  return (block) => {
    let from = 0;
    for (let end = block.indexOf(LF); end !== -1; end = block.indexOf(LF, from)) {
      if (length + end - from > most) return false;
      length = 0;
      from = end + 1;
    }
    length += block.length - from;
    return length <= most;
  };
}
