import type { Codes } from "../encoded.js";

/** A place for one block of a column, seen in each width a code may have. */
export interface Stage {
  readonly 1: Uint8Array;
  readonly 2: Uint16Array;
  readonly 4: Uint32Array;
}

export function stageAt(buffer: ArrayBuffer, at: number, rows: number): Stage {
  return { 1: new Uint8Array(buffer, at, rows), 2: new Uint16Array(buffer, at, rows), 4: new Uint32Array(buffer, at, rows) };
}

export type Width = keyof Stage;

export const widthOf = (column: Codes): Width => column.BYTES_PER_ELEMENT as Width;

/** Copy the codes of rows (or of `rows`' entries) from … from + n − 1 to the stage, in their own width. */
export function stageBlock(stage: Stage, column: Codes, rows: Uint32Array | undefined, from: number, n: number): void {
  const to = stage[widthOf(column)];
  if (rows === undefined) to.set(column.subarray(from, from + n));
  else for (let i = 0; i < n; i += 1) to[i] = column[rows[from + i]];
}
