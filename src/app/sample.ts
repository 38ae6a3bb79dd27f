import { basename, dirname, join } from "node:path";
import { fault } from "../base/errors.js";
import { domainFromSchema } from "../domain/from-schema.js";
import type { Progress } from "../domain/progress.js";
import type { RowChunk, RowSink } from "../domain/rows.js";
import { type ManifestFile, manifestFile } from "../formats/manifest.js";
import { type ModelFile, modelFile, paidReceipt } from "../formats/model.js";
import { CHUNK_ROWS } from "../synth/release/chunk.js";
import { decoder } from "../synth/release/decode.js";
import { rowHasher } from "../synth/release/row-hash.js";
import { checkModel } from "../synth/sample/check-model.js";
import { sampler } from "../synth/sample/sampler.js";
import { pendingFile } from "../table/write/atomic.js";
import { openSink, type SinkFormat } from "../table/write/sink.js";
import { readJsonFile, sha256OfFile, writeJsonFile } from "./files.js";
import { TOOL } from "./version.js";

export interface SampleRequest {
  readonly model: string;
  readonly output: string;
  /** Noisy train total over the public share learnt from, where absent. */
  readonly rows?: number | undefined;
  readonly seed: string;
  /** Which of several releases of the model this is, where there are several. */
  readonly series?: { readonly index: number; readonly of: number } | undefined;
  readonly progress?: Progress | undefined;
}

export interface SampleResult {
  readonly manifest: ManifestFile;
  readonly manifestPath: string;
}

/** A validated model. Loading executes nothing. */
export function loadModel(path: string): { model: ModelFile; sha256: string } {
  const { value, sha256 } = readJsonFile(modelFile, path, "DPS-E501", "a dpsynth model of version 1", "Run `dpsynth fit`, or fetch the model again; a newer model needs a newer dpsynth.");
  checkModel(value, path);
  return { model: value, sha256 };
}

/** Draw rows from a model and write them with their manifest. A pure function of (model, rows, seed): no data is near. */
export async function sample(request: SampleRequest): Promise<SampleResult> {
  const { model, sha256: modelSha256 } = loadModel(request.model);
  const rows = request.rows ?? defaultRows(model);
  if (!(Number.isSafeInteger(rows) && rows >= 0)) throw fault("DPS-E510", "--rows", "a whole number of at least 0", String(rows), "Give a number such as 50000.");
  const format = formatOf(request.output);
  const { columns, chunks } = await rowChunks(model, rows, request.seed);
  const hash = rowHasher(columns);
  const manifestPath = manifestPathOf(request.output);
  const sink = await openSink(request.output, format, columns);
  await refuseUnwritable(manifestPath, sink);
  await pour(chunks, sink, (chunk) => hash.update(chunk), rows, request.progress);
  const manifest: ManifestFile = {
    format: "dpsynth-manifest",
    version: 1,
    label: "SYNTHETIC DATA: no row is a person",
    createdAt: new Date().toISOString(),
    tool: TOOL,
    release: { file: basename(request.output), format, rows, columns: columns.map((c) => c.name), sha256: await sha256OfFile(request.output, "DPS-E511", "Sample again."), rowHash: hash.digest() },
    model: { file: basename(request.model), sha256: modelSha256 },
    schemaSha256: model.schemaSha256,
    seed: request.seed,
    ...(request.series === undefined ? {} : { series: request.series }),
    shareLearned: model.receipt.shareLearned,
    receipt: model.receipt,
    ledger: paidReceipt(model)?.ledger ?? null,
  };
  await writeJsonFile(manifestPath, manifestFile.parse(manifest));
  return { manifest, manifestPath };
}

/** No release without its manifest: where that could not be written, nothing is. */
async function refuseUnwritable(manifestPath: string, sink: RowSink): Promise<void> {
  try {
    await (await pendingFile(manifestPath)).discard();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function pour(chunks: Iterable<RowChunk>, sink: RowSink, seen: (chunk: RowChunk) => void, rows: number, progress?: Progress): Promise<void> {
  let done = 0;
  try {
    for (const chunk of chunks) {
      seen(chunk);
      await sink.write(chunk);
      done += chunk.rows;
      progress?.("sample", done, rows);
    }
  } catch (error) {
    await sink.abort();
    throw error;
  }
  await sink.close();
}

/** The rows of (model, rows, seed), as chunks; the same on every machine. */
export async function rowChunks(model: ModelFile, rows: number, seed: string): Promise<{ columns: Awaited<ReturnType<typeof decoder>>["columns"]; chunks: Iterable<RowChunk> }> {
  const domain = domainFromSchema(model.schema, "model");
  const names = domain.columns.map((c) => c.name);
  const sizes = domain.columns.map((c) => c.size);
  const decode = await decoder(domain, seed, model);
  function* chunks(): Generator<RowChunk> {
    const draw = sampler(model, names, sizes, seed);
    for (let at = 0; at < rows; at += CHUNK_ROWS) {
      const n = Math.min(CHUNK_ROWS, rows - at);
      yield decode.decode(at / CHUNK_ROWS, draw.next(n), n);
    }
  }
  return { columns: decode.columns, chunks: chunks() };
}

/** A model that asks for more rows than this is damaged or hostile; whoever means it says so with --rows. */
const DEFAULT_ROWS_MAX = 1e9;

function defaultRows(model: ModelFile): number {
  // rounded down: rounded up, a few rows would exceed the bound that policies set on rows released for each row learnt from
  const rows = Math.floor(model.total / model.receipt.shareLearned + 1e-6);
  if (!(rows <= DEFAULT_ROWS_MAX)) throw fault("DPS-E510", "--rows", "given for this model", "missing, and the model's own number is above a thousand million", "Give a number such as 50000.");
  return rows;
}

/** `people/release.parquet` → `people/release.manifest.json`. */
export function manifestPathOf(output: string): string {
  return join(dirname(output), `${basename(output).replace(/\.(csv|parquet|arrow|feather|jsonl|ndjson)$/i, "")}.manifest.json`);
}

export function formatOf(output: string): SinkFormat {
  const ending = /\.([a-z]+)$/i.exec(output)?.[1]?.toLowerCase();
  switch (ending) {
    case "csv":
    case "parquet":
    case "arrow":
    case "jsonl":
      return ending;
    case "feather":
      return "arrow";
    case "ndjson":
      return "jsonl";
    default:
      throw fault("DPS-E512", output, "a file ending in .csv, .parquet, .arrow or .jsonl", "another ending", "Name the output after one of these formats.");
  }
}
