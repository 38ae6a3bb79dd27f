import { columnMarkOf } from "./key.js";

/** A column of a table as text, whatever the schema makes of it. */
export interface ColumnDigest {
  readonly digest: Uint8Array;
  /** False where all its cells are alike: such a column is nobody's in particular. */
  readonly varied: boolean;
}

/** What the columns of a dataset's version are called in its ledger: one mark each, sorted. Equal columns and equal versions get different marks, so that the marks tell nothing. */
export function columnMarks(key: Buffer, version: number, columns: readonly ColumnDigest[]): string[] {
  return marksOf(key, version, columns).sort();
}

/**
 * Is this the table of that version, in another schema, order, format or with other names, or with some columns fewer or more? It is where more than half of
 * the columns are the same, counted in the narrower of the two. Rows added or left out make all columns other ones: that is not found.
 */
export function sharesColumns(key: Buffer, known: { readonly version: number; readonly columns: readonly string[] }, columns: readonly ColumnDigest[]): boolean {
  const marks = new Set(known.columns);
  const own = marksOf(key, known.version, columns).filter((_, i) => columns[i].varied);
  const same = own.filter((mark) => marks.has(mark)).length;
  return 2 * same > Math.min(own.length, marks.size);
}

function marksOf(key: Buffer, version: number, columns: readonly ColumnDigest[]): string[] {
  const seen = new Map<string, number>();
  return columns.map(({ digest }) => {
    const name = Buffer.from(digest).toString("hex");
    const ordinal = seen.get(name) ?? 0;
    seen.set(name, ordinal + 1);
    return columnMarkOf(key, version, digest, ordinal);
  });
}
