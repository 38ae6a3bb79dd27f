/** What a column of a file holds as text, whatever the order of its rows, its name and the schema. Confidential: it could be compared with guesses. */
export interface RawColumn {
  /** Sum mod 2³², twice, of hashes of the cells, and their number: 12 bytes. */
  readonly digest: Uint8Array;
  /** False where all cells are alike: any table of as many rows may have such a column. */
  readonly varied: boolean;
}

/** Gathers {@link RawColumn}s while a table is read. */
export interface ColumnSums {
  /** Takes blocks of the next column's texts. */
  taker(): (vector: unknown, rows: number) => void;
  columns(): RawColumn[];
}

/** A text vector as the DuckDB client hands it out: 16 bytes a cell (length, then up to 12 bytes of text or its first 4 and an address), and a validity bitmap. */
interface TextVector {
  readonly dataView: DataView;
  readonly validity: { readonly data: BigUint64Array | null };
}

const INLINE_BYTES = 12;
const [BLANK, DOT, ZERO] = [0x20, 0x2e, 0x30];
/** Set in each byte of a text, this makes A and a alike, and padding and blanks; digits stay as they are. */
const FOLD = 0x20202020;
/** Third word of a text that is known by its length and first four bytes. */
const LONG = -1;

/**
 * Sums for telling a table by its cells. Alike are texts that differ in case, in blanks around them, or as 1.50 and 1.5; a text above 12 bytes counts with its
 * length and its first four bytes, which is what can be had without a call a cell. Sums over a whole column leave little to chance.
 */
export function columnSums(): ColumnSums {
  const all: Sum[] = [];
  return {
    taker: () => {
      const sum = new Sum();
      all.push(sum);
      return (vector, rows) => sum.take(vector as TextVector, rows);
    },
    columns: () => all.map((sum) => sum.finish()),
  };
}

class Sum {
  #a = 0;
  #b = 0;
  #rows = 0;
  #first = 0;
  #differs = 0;
  readonly #cell = new Uint8Array(INLINE_BYTES);
  readonly #words = new Int32Array(this.#cell.buffer);

  take({ dataView, validity }: TextVector, rows: number): void {
    const bytes = new Uint8Array(dataView.buffer, dataView.byteOffset, 16 * rows);
    const words = new Int32Array(dataView.buffer, dataView.byteOffset, 4 * rows);
    const valid = validity.data === null ? undefined : new Uint32Array(validity.data.buffer, validity.data.byteOffset, 2 * validity.data.length);
    const cell = this.#words;
    // kept in locals: a loop over fields takes far longer to become fast, and most tables are read once
    let [sumA, sumB, differs] = [this.#a, this.#b, this.#differs];
    for (let i = 0; i < rows; i += 1) {
      const at = 4 * i;
      const length = valid === undefined || ((valid[i >> 5] >>> (i & 31)) & 1) === 1 ? words[at] : 0;
      let x = FOLD;
      let y = FOLD;
      let z = FOLD;
      if (length > INLINE_BYTES) {
        x = words[at + 1] | FOLD;
        y = length;
        z = LONG;
      } else if (length > 0) {
        const plain = bytes[16 * i + 4] !== BLANK && bytes[16 * i + 3 + length] !== ZERO;
        if (!plain) this.#tidy(bytes, 16 * i + 4, length);
        x = (plain ? words[at + 1] : cell[0]) | FOLD;
        y = (plain ? words[at + 2] : cell[1]) | FOLD;
        z = (plain ? words[at + 3] : cell[2]) | FOLD;
      }
      const a = scatter(Math.imul(Math.imul(Math.imul(x, 0x2c1b3c6d) ^ y, 0x297a2d39) ^ z, 0x5bd1e995) ^ (y >>> 15));
      const b = Math.imul(a ^ (a >>> 15), 0x27d4eb2f) ^ x;
      if (this.#rows + i === 0) this.#first = a ^ b;
      sumA = (sumA + a) | 0;
      sumB = (sumB + b) | 0;
      differs |= a ^ b ^ this.#first;
    }
    [this.#a, this.#b, this.#differs] = [sumA, sumB, differs];
    this.#rows += rows;
  }

  /** The text without the blanks around it, and without the zeros that end a decimal fraction. */
  #tidy(bytes: Uint8Array, from: number, length: number): void {
    let start = from;
    let end = from + length;
    while (start < end && bytes[start] === BLANK) start += 1;
    while (end > start && bytes[end - 1] === BLANK) end -= 1;
    let dot = start;
    while (dot < end && bytes[dot] !== DOT) dot += 1;
    if (dot < end) {
      while (bytes[end - 1] === ZERO) end -= 1;
      if (end === dot + 1) end = dot;
    }
    this.#cell.fill(BLANK);
    for (let i = start; i < end; i += 1) this.#cell[i - start] = bytes[i];
  }

  finish(): RawColumn {
    const digest = new Uint8Array(12);
    [this.#a, this.#b, this.#rows].forEach((word, i) => {
      new DataView(digest.buffer).setUint32(4 * i, word >>> 0);
    });
    return { digest, varied: this.#differs !== 0 };
  }
}

/** Murmur3's finalizer. */
function scatter(h: number): number {
  let x = h ^ (h >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}
