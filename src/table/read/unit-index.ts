import { growingCodes } from "./growing.js";
import { TextNumbers } from "./text-numbers.js";

/** Dense numbers for persons, in order of first appearance. */
export interface UnitIndex {
  /** Identifier text by number; null where the cell stands for null. */
  readonly ids: (string | null)[];
  /** Takes blocks of the person column; texts in `missing` mean null. */
  taker(missing: readonly string[]): (vector: unknown, rows: number, at: number) => void;
  indices(rows: number): Uint32Array;
}

interface TextVector {
  getItem(index: number): string | null;
}

/** A row whose identifier is null belongs to nobody else: it is a unit of its own. */
export function unitIndex(): UnitIndex {
  const ids: (string | null)[] = [];
  const numbers = new TextNumbers();
  const grown = growingCodes(2 ** 32);
  const numberOf = (id: string | null): number => {
    const known = id === null ? undefined : numbers.get(id);
    if (known !== undefined) return known;
    if (id !== null) numbers.set(id, ids.length);
    return ids.push(id) - 1;
  };
  return {
    ids,
    taker: (missing) => {
      const none = new Set(missing);
      return (vector, rows, at) => {
        const units = grown.room(at + rows);
        for (let i = 0; i < rows; i += 1) {
          const id = (vector as TextVector).getItem(i);
          units[at + i] = numberOf(id === null || none.has(id) ? null : id);
        }
      };
    },
    indices: (rows) => grown.finish(rows) as Uint32Array,
  };
}
