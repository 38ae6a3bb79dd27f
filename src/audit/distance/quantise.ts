import { type MixedTable, mixedDistance } from "./mixed.js";

/**
 * A byte a column such that sums of byte differences bound the mixed distance from below: for numbers
 * |⌊s·x⌋ − ⌊s·y⌋| < s·|x − y| + 1, clamped to a window, which only brings them nearer; a null lies `NULL_BYTE`, at most s from any number;
 * categories count whole where their low bytes differ.
 */
export interface Quantised {
  /** Steps to a distance of 1, a whole number of at least 255. */
  readonly scale: number;
  /** Steps by which a sum may exceed the scaled distance. */
  readonly slack: number;
  readonly queries: ByteColumns;
  readonly references: ByteColumns;
}

export interface ByteColumns {
  readonly categorical: readonly Uint8Array[];
  readonly numeric: readonly Uint8Array[];
}

const LEAST_SCALE = 255;
/** Sums are kept in 16 bits. */
const MOST_SCALE = 32_767;
const NULL_BYTE = 255;
const SAMPLE = 4096;
const SAMPLE_QUERIES = 24;

export function quantise(queries: MixedTable, references: MixedTable, k: number): Quantised {
  const windows = references.numeric.map((column, c) => windowOf(column, queries.numeric[c]));
  const scale = scaleFor(queries, references, k, windows);
  const bytes = (table: MixedTable): ByteColumns => ({
    categorical: table.categorical.map((column) => Uint8Array.from(column, (code) => code & 255)),
    numeric: table.numeric.map((column, c) => toBytes(column, startOf(windows[c], scale), scale)),
  });
  return { scale, slack: references.numeric.length + 0.01, queries: bytes(queries), references: bytes(references) };
}

/** Where most of a column lies. */
interface Window {
  readonly least: number;
  readonly low: number;
  readonly high: number;
}

function windowOf(references: Float64Array, queries: Float64Array): Window {
  const seen: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const column of [references, queries]) {
    const step = Math.max(1, Math.floor(column.length / SAMPLE));
    for (let i = 0; i < column.length; i += 1) {
      if (column[i] < least) least = column[i];
      if (i % step === 0 && !Number.isNaN(column[i])) seen.push(column[i]);
    }
  }
  if (seen.length === 0) return { least: 0, low: 0, high: 0 };
  const sorted = Float64Array.from(seen).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { least, low: at(0.005), high: at(0.995) };
}

/** A window that holds the whole range starts at its least value; a narrower one lies around the middle of the mass. */
function startOf({ least, low, high }: Window, scale: number): number {
  return scale === LEAST_SCALE ? least : (low + high) / 2 - 127 / scale;
}

/**
 * Finer steps where every column's mass is narrow, as behind an outlier that stretches the range; never so fine that sums
 * of usual distances would not fit 16 bits.
 */
function scaleFor(queries: MixedTable, references: MixedTable, k: number, windows: readonly Window[]): number {
  const widest = windows.reduce((most, { low, high }) => Math.max(most, high - low), 0);
  const finest = widest > 0 ? LEAST_SCALE / widest : LEAST_SCALE;
  if (finest < 2 * LEAST_SCALE) return LEAST_SCALE;
  const usual = usualDistance(queries, references, k);
  return Math.max(LEAST_SCALE, Math.floor(Math.min(finest, MOST_SCALE, 40_000 / usual)));
}

/** Largest k-th nearest distance of a few queries among some references. */
function usualDistance(queries: MixedTable, references: MixedTable, k: number): number {
  const [stepQ, stepR] = [Math.ceil(queries.rows / SAMPLE_QUERIES), Math.ceil(references.rows / SAMPLE)];
  let most = Number.MIN_VALUE;
  for (let q = 0; q < queries.rows; q += stepQ) {
    const distances: number[] = [];
    for (let r = 0; r < references.rows; r += stepR) distances.push(mixedDistance(queries, q, references, r));
    distances.sort((a, b) => a - b);
    most = Math.max(most, distances[Math.min(k, distances.length) - 1]);
  }
  return most;
}

function toBytes(column: Float64Array, start: number, scale: number): Uint8Array {
  const out = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i += 1) {
    const steps = Math.floor((column[i] - start) * scale);
    out[i] = Number.isNaN(steps) ? NULL_BYTE : steps < 0 ? 0 : steps > 255 ? 255 : steps;
  }
  return out;
}
