import type { Codes } from "../encoded.js";

const FIRST_CAPACITY = 1 << 16;

/** A typed array over shared memory that grows by doubling. */
export interface Grown<T extends Codes | Float64Array = Codes> {
  /** The array with room for `length` items; earlier items kept, earlier returns stale. */
  room(length: number): T;
  /** The first `length` items, in memory of exactly that size. */
  finish(length: number): T;
}

/** Codes below `size`, as narrow as they go. */
export function growingCodes(size: number): Grown {
  if (size <= 256) return growing((n) => new Uint8Array(new SharedArrayBuffer(n)));
  if (size <= 65_536) return growing((n) => new Uint16Array(new SharedArrayBuffer(2 * n)));
  return growing((n) => new Uint32Array(new SharedArrayBuffer(4 * n)));
}

export function growingValues(): Grown<Float64Array> {
  return growing((n) => new Float64Array(new SharedArrayBuffer(8 * n)));
}

function growing<T extends Codes | Float64Array>(make: (length: number) => T): Grown<T> {
  let array = make(FIRST_CAPACITY);
  const resized = (length: number): T => {
    const next = make(length);
    next.set(array.length > length ? array.subarray(0, length) : array);
    return next;
  };
  return {
    room: (length) => {
      if (length > array.length) array = resized(Math.max(length, 2 * array.length));
      return array;
    },
    finish: (length) => resized(length),
  };
}
