// Sampling 14 columns into memory (codes and decoded chunks), from a model fitted on Adult discrete or named by --model.
// Needs dist/. Writes bench/results/sample.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { loadModel, rowChunks } from "../dist/app/sample.js";
import { domainFromSchema } from "../dist/domain/from-schema.js";
import { CHUNK_ROWS } from "../dist/synth/release/chunk.js";
import { sampler } from "../dist/synth/sample/sampler.js";

const [path, rows = 5_000_000, RUNS = 3] = [process.argv[2], Number(process.argv[3] ?? 5_000_000)];
const { model } = loadModel(path);
const domain = domainFromSchema(model.schema, "model");
const [names, sizes] = [domain.columns.map((c) => c.name), domain.columns.map((c) => c.size)];
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const codesOnly = [];
const decoded = [];
for (let run = 0; run < RUNS; run += 1) {
  let started = performance.now();
  const draw = sampler(model, names, sizes, String(run));
  for (let at = 0; at < rows; at += CHUNK_ROWS) draw.next(Math.min(CHUNK_ROWS, rows - at));
  codesOnly.push(rows / (performance.now() - started) / 1000);
  started = performance.now();
  const { chunks } = await rowChunks(model, rows, String(run));
  for (const _ of chunks);
  decoded.push(rows / (performance.now() - started) / 1000);
}
const result = {
  what: `${rows} rows of ${names.length} columns into memory, million rows a second, median of ${RUNS}`,
  node: process.version,
  target: 3,
  codes: Number(median(codesOnly).toFixed(2)),
  decoded: Number(median(decoded).toFixed(2)),
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
};
mkdirSync("bench/results", { recursive: true });
writeFileSync("bench/results/sample.json", `${JSON.stringify(result, undefined, 2)}\n`);
console.log(result);
