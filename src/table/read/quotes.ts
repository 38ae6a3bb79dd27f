/** The longest quoted cell, in bytes of UTF-8: beyond it a forgotten quote is likelier than a text. */
export const LONGEST_QUOTED = 1 << 20;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
/** Bytes looked through in place before the search is called: most quoted cells are shorter. */
const NEAR = 32;

/** Looks for quotes that do not close. Takes a text table in UTF-8 blocks that split no character, without its byte order mark. */
export interface QuoteScanner {
  /** False: the quotes are broken; nothing more need be given. */
  take(block: Buffer): boolean;
  /** False: the file ends inside a quoted cell. */
  end(): boolean;
}

/**
 * A quote opens at the start of a cell, leading spaces aside (so DuckDB reads it); inside, a doubled quote is one quote, and a
 * quote before a delimiter, a line end or the file's end closes. Anything else after it is broken, and so is a quoted cell above
 * {@link LONGEST_QUOTED}. A quote elsewhere is a character.
 *
 * Guarantee: a line added between the records of a table that passes either makes the table fail or leaves all other records as
 * they are. For a record to swallow its successors, a quoted cell must span lines. Where none does, each line stands alone.
 * Where one does, quotes as characters are broken too: then every quote toggles between inside and outside (a doubled one twice),
 * the file's end asks for an even number, and so an added line has an even number and ends where it began: outside.
 */
export function quoteScanner(delimiter: string, quote: string): QuoteScanner {
  const cut = Buffer.from(delimiter, "utf8");
  const mark = Buffer.from(quote, "utf8")[0];
  let inside = false;
  /** The block ended on a quote inside a cell. */
  let halfway = false;
  let length = 0;
  let fresh = true;
  let spans = false;
  let stray = false;

  const startsCell = (block: Buffer, at: number): boolean => {
    let i = at;
    while (i > 0 && block[i - 1] === SPACE && cut[0] !== SPACE) i -= 1;
    if (i === 0) return fresh;
    return block[i - 1] === LF || block[i - 1] === CR || endsWith(block, i, cut);
  };
  /** What a quote inside a cell is, by what follows it at `at`: true where it is one that may stand there. */
  const follows = (block: Buffer, at: number): boolean => {
    if (block[at] === mark) return true;
    inside = false;
    return block[at] === LF || block[at] === CR || (at + cut.length <= block.length && endsWith(block, at + cut.length, cut));
  };
  const grow = (block: Buffer, from: number, to: number): boolean => {
    length += to - from;
    spans ||= hasLineEnd(block, from, to);
    return length <= LONGEST_QUOTED && !(spans && stray);
  };

  const take = (block: Buffer): boolean => {
    let at = 0;
    if (halfway && block.length > 0) {
      halfway = false;
      if (!follows(block, 0)) return false;
      if (inside) at = 1;
    }
    while (at < block.length) {
      const found = indexOf(block, mark, at);
      const next = found < 0 ? block.length : found;
      if (inside && !grow(block, at, next)) return false;
      if (found < 0) break;
      at = found + 1;
      if (!inside) {
        inside = startsCell(block, found);
        length = 0;
        if (!inside) stray = true;
        if (stray && spans) return false;
      } else if (at === block.length) {
        halfway = true;
      } else {
        if (!follows(block, at)) return false;
        if (inside) at += 1;
      }
    }
    fresh = startsCell(block, block.length);
    return true;
  };
  return { take, end: () => !inside || halfway };
}

function indexOf(block: Buffer, byte: number, from: number): number {
  const near = Math.min(from + NEAR, block.length);
  for (let i = from; i < near; i += 1) if (block[i] === byte) return i;
  return block.indexOf(byte, near);
}

function endsWith(block: Buffer, end: number, bytes: Buffer): boolean {
  for (let i = 1; i <= bytes.length; i += 1) if (block[end - i] !== bytes[bytes.length - i]) return false;
  return true;
}

function hasLineEnd(block: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (block[i] === LF || block[i] === CR) return true;
  return false;
}
