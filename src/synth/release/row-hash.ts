import { runningSha256, sha256Hex } from "../../base/hash.js";
import type { ColumnChunk, ReleaseColumn, RowChunk } from "../../domain/rows.js";

/** A running hash of released rows that knows neither file format nor chunk size (docs/formats.md, "Row hash"). */
export interface RowHasher {
  update(chunk: RowChunk): void;
  /** Lower-case hex. No update is possible afterwards. */
  digest(): string;
}

/**
 * SHA-256 of the JSON text `["dpsynth-rows-1", rows, columns]`, where each column is [name, type, decimals | null, SHA-256 of its dictionary as JSON | null,
 * SHA-256 of its values, SHA-256 of its validity bytes]. Values in order, little-endian: codes in the narrowest of 1, 2 or 4 bytes that holds
 * the dictionary; numbers, integers, days and seconds as float64; texts as their length in UTF-8 bytes (uint32) and those bytes. Validity: one byte a row, 1 or 0; a null has value 0 or "".
 */
export function rowHasher(columns: readonly ReleaseColumn[]): RowHasher {
  const values = columns.map(() => runningSha256());
  const valid = columns.map(() => runningSha256());
  let rows = 0;
  let ones = new Uint8Array(0);
  return {
    update(chunk) {
      if (ones.length < chunk.rows) ones = new Uint8Array(chunk.rows).fill(1);
      columns.forEach((column, c) => {
        values[c].update(canonicalBytes(column, chunk.columns[c], chunk.rows));
        valid[c].update(chunk.columns[c].valid?.subarray(0, chunk.rows) ?? ones.subarray(0, chunk.rows));
      });
      rows += chunk.rows;
    },
    digest() {
      const parts = columns.map((column, c) => [
        column.name,
        column.type,
        column.decimals ?? null,
        column.dictionary === undefined ? null : sha256Hex(JSON.stringify(column.dictionary)),
        values[c].digest(),
        valid[c].digest(),
      ]);
      return sha256Hex(JSON.stringify(["dpsynth-rows-1", rows, parts]));
    },
  };
}

function canonicalBytes(column: ReleaseColumn, { values }: ColumnChunk, rows: number): Uint8Array {
  if (Array.isArray(values)) return textBytes(values as readonly string[], rows);
  const typed = values as Exclude<ColumnChunk["values"], readonly string[]>;
  const size = column.dictionary?.length;
  const Canonical = size === undefined ? (column.type === "boolean" ? Uint8Array : Float64Array) : size <= 256 ? Uint8Array : size <= 65_536 ? Uint16Array : Uint32Array;
  // Typed arrays have the machine's byte order; every machine that Node runs on is little-endian but s390x, where a hash would differ and verify would say so.
  const exact = typed instanceof Canonical ? typed.subarray(0, rows) : Canonical.from(typed.subarray(0, rows) as ArrayLike<number>);
  return new Uint8Array(exact.buffer, exact.byteOffset, exact.byteLength);
}

function textBytes(texts: readonly string[], rows: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let size = 0;
  for (let i = 0; i < rows; i += 1) {
    const bytes = encoder.encode(texts[i]);
    blocks.push(bytes);
    size += 4 + bytes.length;
  }
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const bytes of blocks) {
    view.setUint32(at, bytes.length, true);
    out.set(bytes, at + 4);
    at += 4 + bytes.length;
  }
  return out;
}
