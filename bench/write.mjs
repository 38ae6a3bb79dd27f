// node bench/write.mjs [rows]      (needs `npm run build`)  Decoding into memory, then each sink; Parquet against DuckDB's own COPY of the same rows. Writes bench/results/write.json.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededBits } from "../dist/base/random.js";
import { domainFromSchema } from "../dist/domain/from-schema.js";
import { tableSchema } from "../dist/formats/table-schema.js";
import { CHUNK_ROWS } from "../dist/synth/release/chunk.js";
import { decoder } from "../dist/synth/release/decode.js";
import { rowHasher } from "../dist/synth/release/row-hash.js";
import { openDuckDb, sqlText } from "../dist/table/duckdb.js";
import { openSink } from "../dist/table/write/sink.js";

const rows = Number(process.argv[2] ?? 5_000_000);
const formats = (process.argv[3] ?? "csv,jsonl,arrow,parquet").split(",");
const label = (n) => ({ type: "string", categories: Array.from({ length: n }, (_, i) => `value ${i}`), dpsynth: { nullable: n > 50, onNull: n > 50 ? "null" : "first", onUnseen: "first" } });
const rules = { nullable: false, onNull: "first", onUnparsable: "first", onOutOfBounds: "clamp" };
const fields = [...[2, 5, 9, 16, 42, 100, 7, 3, 15, 60].map(label)];
fields.push({ type: "integer", constraints: { minimum: 0, maximum: 20_000 }, dpsynth: { ...rules, bins: 32 } });
fields.push({ type: "number", constraints: { minimum: 0, maximum: 1000 }, dpsynth: { ...rules, bins: 32 } });
fields.push({ type: "number", constraints: { minimum: 0, maximum: 1 }, dpsynth: { ...rules, bins: 32, decimals: 4 } });
fields.push({ type: "date", constraints: { minimum: "2000-01-01", maximum: "2024-12-31" }, dpsynth: { ...rules, bins: 32 } });
const schema = tableSchema.parse({ fields: fields.map((f, i) => ({ ...f, name: `c${i}` })), dpsynth: { version: 1, privacyUnit: { kind: "row" } } });
const domain = domainFromSchema(schema, "bench");
const bits = seededBits("bench");
const codes = domain.columns.map((c) => Uint8Array.from({ length: CHUNK_ROWS }, () => bits.below(c.size)));
const decode = await decoder(domain, "7");
const folder = mkdtempSync(join(tmpdir(), "dpsynth-bench-"));
const cpu = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;

const results = [];

async function timed(name, act) {
  const [wall, used] = [performance.now(), cpu()];
  await act();
  const seconds = (performance.now() - wall) / 1000;
  results.push({
    name,
    rows,
    seconds: +seconds.toFixed(2),
    cpuSeconds: +(cpu() - used).toFixed(2),
    millionRowsPerSecond: +(rows / seconds / 1e6).toFixed(2),
    maxRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  console.log(JSON.stringify(results.at(-1)));
  return seconds;
}

const chunksOf = function* () {
  for (let at = 0, i = 0; at < rows; at += CHUNK_ROWS, i += 1) yield decode.decode(i, codes, Math.min(CHUNK_ROWS, rows - at));
};
try {
  await timed("decode", async () => {
    for (const _ of chunksOf());
  });
  await timed("decode and row hash", async () => {
    const hasher = rowHasher(decode.columns);
    for (const chunk of chunksOf()) hasher.update(chunk);
  });
  for (const format of formats) {
    await timed(`decode and ${format}`, async () => {
      const sink = await openSink(join(folder, `out.${format}`), format, decode.columns);
      for (const chunk of chunksOf()) await sink.write(chunk);
      await sink.close();
    });
    console.log(JSON.stringify({ format, megabytes: Math.round(statSync(join(folder, `out.${format}`)).size / 1e6) }));
  }
  if (formats.includes("parquet") && rows <= 10_000_000) {
    const db = await openDuckDb({ threads: 2 });
    await db.connection.run(`CREATE TABLE t AS SELECT * FROM read_parquet(${sqlText(join(folder, "out.parquet"))})`);
    const theirs = [];
    for (let i = 0; i < 3; i += 1)
      theirs.push(await timed("DuckDB copies the same rows out of its own table", () => db.connection.run(`COPY t TO ${sqlText(join(folder, "own.parquet"))} (FORMAT parquet)`)));
    db.close();
    const ours = results.find((r) => r.name === "decode and parquet").seconds;
    const parquet = { target: 0.5, speedOfDuckDb: +(theirs.sort((a, b) => a - b)[1] / ours).toFixed(2) };
    console.log(JSON.stringify(parquet));
    mkdirSync("bench/results", { recursive: true });
    writeFileSync(
      "bench/results/write.json",
      `${JSON.stringify({ what: "Rows of 14 columns decoded and written, against DuckDB copying the same rows from memory, same run", node: process.version, parquet, results }, undefined, 2)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
