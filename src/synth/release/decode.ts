import { internal } from "../../base/errors.js";
import { seededBits } from "../../base/random.js";
import type { Column, Domain } from "../../domain/column.js";
import { missingOf } from "../../domain/from-schema.js";
import type { ColumnChunk, ReleaseColumn, RowChunk } from "../../domain/rows.js";
import type { ModelFile } from "../../formats/model.js";
import type { Field } from "../../formats/table-schema.js";
import { CHUNK_ROWS } from "./chunk.js";
import { binnedDecoder } from "./decode-binned.js";
import { labelDecoder } from "./decode-labels.js";
import { faker } from "./fakes.js";
import { codeMasses } from "./within-bin.js";

type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Turns sampled codes into rows. A pure function of (domain, seed, chunk, codes): any number of workers makes the same rows. */
export interface Decoder {
  /** Columns of the release in schema order: learned ones and faked identifiers; dropped identifiers are left out. */
  readonly columns: readonly ReleaseColumn[];
  /** `codes[c]` holds the codes of learned column c for the `rows` ≤ 65,536 rows of chunk `chunkIndex`; all chunks but the last are full. */
  decode(chunkIndex: number, codes: readonly Codes[], rows: number): RowChunk;
}

type DecodeColumn = (chunk: number, codes: readonly Codes[], rows: number) => ColumnChunk;

/**
 * A decoder; asynchronous because lists of names are loaded only where a column is faked by names.
 * @param model gives the masses of bins, from which values lie inside them; uniform without
 */
export async function decoder(domain: Domain, seed: string, model?: Pick<ModelFile, "cliques" | "expansions">): Promise<Decoder> {
  const columns: ReleaseColumn[] = [];
  const parts: DecodeColumn[] = [];
  for (const field of domain.schema.fields) {
    if (field.type === "identifier") {
      if (field.dpsynth.release === "drop") continue;
      const fake = await faker(field.dpsynth.fake ?? "uuid", JSON.stringify(["fake", seed, field.name]));
      columns.push({ name: field.name, type: fake.type });
      parts.push((chunk, _codes, rows) => ({ values: fake.make(chunk * CHUNK_ROWS, rows) }));
    } else {
      const index = domain.columns.findIndex((c) => c.name === field.name);
      if (index < 0) throw internal("a learned field has no column in the domain");
      columns.push({ ...releaseColumn(domain.columns[index], field), ...nullTextOf(missingOf(domain.schema, field)) });
      parts.push(learnedDecoder(domain.columns[index], index, seed, model));
    }
  }
  const decode = (chunk: number, codes: readonly Codes[], rows: number): RowChunk => {
    if (rows > CHUNK_ROWS) throw internal("a chunk of a release is larger than 65,536 rows");
    return { rows, columns: parts.map((part) => part(chunk, codes, rows)) };
  };
  return { columns, decode };
}

/** The first text that means null; nothing to say where the empty text does. */
function nullTextOf(missing: readonly string[]): { nullText?: string } {
  return missing.length === 0 || missing.includes("") ? {} : { nullText: missing[0] };
}

function releaseColumn(column: Column, field: Field): ReleaseColumn {
  const { name, type, labels } = column;
  if (labels !== undefined) return { name, type, dictionary: labels };
  return field.type === "number" ? { name, type, decimals: field.dpsynth.decimals } : { name, type };
}

function learnedDecoder(column: Column, index: number, seed: string, model?: Pick<ModelFile, "cliques" | "expansions">): DecodeColumn {
  if (column.labels !== undefined) {
    const decodeLabels = labelDecoder(column);
    return (_chunk, codes, rows) => decodeLabels(codes[index], rows);
  }
  const decodeBinned = binnedDecoder(column, model === undefined ? undefined : codeMasses(model, column.name, column.size));
  return (chunk, codes, rows) => decodeBinned(codes[index], rows, seededBits(JSON.stringify(["release", seed, chunk, column.name])));
}
