// All pairs of 5 million rows x 15 columns of 16 categories, once encoded: ours against 105 GROUP BYs and one pass of plain loops.
// Needs dist/. Writes bench/results/count.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { seededBits } from "../dist/base/random.js";
import { subsets } from "../dist/domain/clique.js";
import { memoryEngine } from "../dist/engine/memory.js";

const [ROWS, COLUMNS, SIZE, RUNS] = [5_000_000, 15, 16, 5];
const bits = seededBits("count");
const codes = Array.from({ length: COLUMNS }, () => {
  const column = new Uint8Array(new SharedArrayBuffer(ROWS));
  for (let i = 0; i < ROWS; i += 1) column[i] = bits.below(SIZE);
  return column;
});
const table = { domain: { columns: codes.map(() => ({ size: SIZE })) }, rows: ROWS, codes, unitCount: ROWS };
const pairs = subsets(COLUMNS, 2);
const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const time = async (work) => {
  const out = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    await work();
    out.push((performance.now() - started) / 1000);
  }
  return Number(median(out).toFixed(3));
};
const one = await time(() => memoryEngine(table, 1).count(pairs));
const two = await time(() => memoryEngine(table, 2).count(pairs));
const plain = await time(() => {
  for (const [a, b] of pairs) {
    const counts = new Int32Array(SIZE * SIZE);
    const [x, y] = [codes[a], codes[b]];
    for (let i = 0; i < ROWS; i += 1) counts[x[i] * SIZE + y[i]] += 1;
  }
});
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
await connection.run(`CREATE TABLE t AS SELECT ${codes.map((_, c) => `(random() * ${SIZE - 1})::UTINYINT AS c${c}`).join(", ")} FROM range(${ROWS})`);
const duck = await time(async () => {
  for (const [a, b] of pairs) await connection.runAndReadAll(`SELECT c${a}, c${b}, count(*) FROM t GROUP BY ALL`);
});
const result = {
  what: "105 pair tables of 5,000,000 x 15 columns of 16 categories, seconds, median of 5",
  node: process.version,
  targetSeconds: 0.4,
  goalSeconds: 0.2,
  oneThread: one,
  twoThreads: two,
  plainLoopsOneThread: plain,
  duckdbTwoThreads: duck,
  ratioToPlain: Number((plain / two).toFixed(1)),
  ratioToDuckdb: Number((duck / two).toFixed(1)),
};
mkdirSync("bench/results", { recursive: true });
writeFileSync("bench/results/count.json", `${JSON.stringify(result, undefined, 2)}\n`);
console.log(result);
