// Encoding against DuckDB's own CREATE TABLE AS SELECT * with the same declared types, in one run: node bench/encode.mjs [data folder]
// Writes bench/results/encode.json. Needs dist/ (npm run build). The large files are made under .tmp/ from the small one.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { adultSchema } from "./adult-schema.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.env.DPSYNTH_DIST ?? join(root, "dist");
const data = process.argv[2] ?? join(root, "../shared/data");
const { domainFromSchema } = await import(join(dist, "domain/from-schema.js"));
const { readTable } = await import(join(dist, "table/read/read-table.js"));
const { tableSchema } = await import(join(dist, "formats/table-schema.js"));

const RUNS = 3;
const COPIES = 154;
const small = join(data, "adult/adult-train.csv");
const [header, ...lines] = readFileSync(small, "utf8").trim().split("\n");
const rows = lines.map((l) => l.split(","));
const categories = Object.fromEntries(header.split(",").map((n, j) => [n, [...new Set(rows.map((r) => r[j]))].filter((v) => v !== "?").sort()]));
const schema = tableSchema.parse(adultSchema(categories));
const domain = domainFromSchema(schema, "adult");

async function duck(work) {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const types = schema.fields.map((f) => `'${f.name}': '${f.type === "integer" ? "INTEGER" : "VARCHAR"}'`).join(", ");
const reader = (path) =>
  path.endsWith(".csv") ? `read_csv('${path}', auto_detect=false, header=true, delim=',', quote='"', escape='"', nullstr=['', '?'], columns={${types}})` : `read_parquet('${path}')`;

async function makeLarge() {
  mkdirSync(join(root, ".tmp"), { recursive: true });
  const csv = join(root, ".tmp/encode-5m.csv");
  const parquet = join(root, ".tmp/encode-5m.parquet");
  if (!existsSync(csv)) {
    const fd = openSync(csv, "w");
    writeSync(fd, `${header}\n`);
    const block = `${lines.join("\n")}\n`;
    for (let i = 0; i < COPIES; i += 1) writeSync(fd, block);
    closeSync(fd);
  }
  if (!existsSync(parquet)) await duck((c) => c.run(`COPY (SELECT * FROM ${reader(csv)}) TO '${parquet}'`));
  return [csv, parquet];
}

const timed = async (work) => {
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const cpu = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (cpu.user + cpu.system) / 1000, result };
};
const best = (runs) => ({ ms: Math.round(Math.min(...runs.map((r) => r.ms))), cpuMs: Math.round(Math.min(...runs.map((r) => r.cpuMs))) });

const cases = [];
for (const path of [small, ...(await makeLarge())]) {
  const copies = [];
  const encodes = [];
  let count = 0;
  for (let i = 0; i < RUNS; i += 1) {
    copies.push(await duck((c) => timed(() => c.run(`CREATE TABLE t AS SELECT * FROM ${reader(path)}`))));
    const encode = await timed(() => readTable(path, domain));
    count = encode.result.rows;
    encodes.push(encode);
  }
  const [copy, encode] = [best(copies), best(encodes)];
  cases.push({ file: path.split("/").at(-1), rows: count, columns: schema.fields.length, createTableAsSelect: copy, encode, timesSlower: Number((encode.ms / copy.ms).toFixed(2)), limit: 2 });
  console.log(cases.at(-1));
}
mkdirSync(join(root, "bench/results"), { recursive: true });
const result = { what: "readTable against CREATE TABLE AS SELECT * with the same declared types, best of three, same process", node: process.version, cpu: cpus()[0].model, threads: 2, cases };
writeFileSync(join(root, "bench/results/encode.json"), `${JSON.stringify(result, null, 2)}\n`);
