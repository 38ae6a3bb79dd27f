import { CHUNK_ROWS } from "../release/chunk.js";

export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Codes of a chunk below `size`, in the narrowest array: a chunk's working set should stay in cache. */
export function chunkCodes(size: number): Codes {
  return size <= 256 ? new Uint8Array(CHUNK_ROWS) : size <= 65_536 ? new Uint16Array(CHUNK_ROWS) : new Uint32Array(CHUNK_ROWS);
}

/** Rows of a chunk by what some columns hold: counted once a chunk, for all steps below these columns. */
export interface Groups {
  readonly columns: readonly { readonly column: number; readonly stride: number }[];
  readonly count: number;
  /** Rows of groups before g: of length count + 1. */
  readonly starts: Uint32Array;
  readonly cursor: Uint32Array;
  /** Group of each row; undefined where there is one group. */
  of: Codes | undefined;
  counted: boolean;
}

/** Groups by the columns named, the last one varying fastest. */
export function groupsBy(columns: readonly { readonly column: number; readonly size: number }[]): Groups {
  const strided: { column: number; stride: number }[] = [];
  let count = 1;
  for (const { column, size } of [...columns].reverse()) {
    strided.push({ column, stride: count });
    count *= size;
  }
  const of = columns.length < 2 ? undefined : chunkCodes(count);
  return { columns: strided, count, starts: new Uint32Array(count + 1), cursor: new Uint32Array(count), of, counted: false };
}

/** Count the groups of a chunk of codes, once. */
export function countGroups(groups: Groups, codes: readonly Codes[], rows: number): void {
  if (groups.counted) return;
  groups.counted = true;
  const { columns, starts } = groups;
  if (columns.length === 0) {
    starts[1] = rows;
    return;
  }
  if (columns.length === 1) groups.of = codes[columns[0].column];
  else number(groups.of as Codes, columns, codes, rows);
  const of = groups.of as Codes;
  starts.fill(0);
  for (let i = 0; i < rows; i += 1) starts[of[i] + 1] += 1;
  for (let g = 0; g < groups.count; g += 1) starts[g + 1] += starts[g];
}

function number(of: Codes, columns: Groups["columns"], codes: readonly Codes[], rows: number): void {
  of.fill(0, 0, rows);
  for (const { column, stride } of columns) {
    const source = codes[column];
    for (let i = 0; i < rows; i += 1) of[i] += source[i] * stride;
  }
}
