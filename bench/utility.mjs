// The audit's usefulness part on Adult (30,000 train, 15,000 held out, the rest as reference, 30,000 released rows): seconds and processor seconds of
// each step, and of the sdmetrics-compatible scores beside the package itself in the same run (DPSYNTH_JUDGES names a Python that has it).
// node bench/utility.mjs: writes bench/results/utility.json. Needs dist/ (or DPSYNTH_DIST) and DPSYNTH_DATA.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { adultSchema } from "./adult-schema.mjs";
import { mergeResults } from "./results-file.mjs";
import { DATA } from "./tables.mjs";

const load = (module) => import(pathToFileURL(resolve(process.env.DPSYNTH_DIST ?? "dist", module)).href);
const { seededBits } = await load("base/random.js");
const { tableSchema } = await load("formats/table-schema.js");
const { domainFromSchema } = await load("domain/from-schema.js");
const { readTable } = await load("table/read/read-table.js");
const { joinParts } = await load("table/read/join-parts.js");
const { auditContext } = await load("audit/context.js");
const { measureUtility } = await load("audit/utility/measure.js");
const { partsOf } = await load("audit/utility/part.js");
const { sdmetricsScores } = await load("audit/utility/sdmetrics/scores.js");

const folder = mkdtempSync(join(tmpdir(), "bench-utility-"));
const lines = ["adult-train.csv", "adult-test.csv"].map((name) =>
  readFileSync(join(DATA, "adult", name), "utf8")
    .trim()
    .split(/\r?\n/),
);
const rows = lines.flatMap(([, ...rest]) => rest.map((line) => line.split(",")));
const header = lines[0][0].split(",");
const bits = seededBits("utility");
for (let i = rows.length - 1; i > 0; i -= 1) {
  const j = bits.below(i + 1);
  [rows[i], rows[j]] = [rows[j], rows[i]];
}
// A released row takes its first half from one real row and the rest from another: near, with half of the associations broken.
const released = Array.from({ length: 30_000 }, () => {
  const [a, b] = [rows[bits.below(30_000)], rows[bits.below(30_000)]];
  return a.map((cell, c) => (c < 7 ? cell : b[c]));
});
const tables = { train: rows.slice(0, 30_000), holdout: rows.slice(30_000, 45_000), reference: rows.slice(45_000), release: released };
const path = (name) => join(folder, name);
for (const [name, table] of Object.entries(tables)) writeFileSync(path(`${name}.csv`), `${[header, ...table].map((row) => row.join(",")).join("\n")}\n`);
const schema = adultSchema(Object.fromEntries(header.map((name, c) => [name, [...new Set(rows.map((row) => row[c]))].filter((cell) => cell !== "?")])));
for (const field of schema.fields) if (["race", "sex", "education"].includes(field.name)) field.dpsynth.role = "quasi-identifier";
writeFileSync(path("schema.json"), JSON.stringify(schema));
const domain = domainFromSchema(tableSchema.parse(schema), "schema.json", { requireUnit: true });
const read = (name) => readTable(path(`${name}.csv`), domain, { values: true, release: name === "release" });
const real = joinParts([await read("train"), await read("holdout"), await read("reference")]);
const context = auditContext({ real, release: await read("release"), cliques: null, ceiling: null, seed: "1", targets: 2000 });

/** Seconds and processor seconds of an act. */
async function timed(act) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const value = await act();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: round((performance.now() - start) / 1000), processor: round((user + system) / 1e6) };
}
const round = (x) => Math.round(1000 * x) / 1000;

const results = [];
const whole = await timed(() => measureUtility(context, {}, async () => undefined));
results.push({ what: "usefulness, whole", seconds: whole.seconds, processor: whole.processor });
const ours = await timed(() => sdmetricsScores(domain, partsOf(context).train, partsOf(context).release));
let judged = {};
if (process.env.DPSYNTH_JUDGES !== undefined) {
  const script = new URL("../test/differential/sdmetrics_scores.py", import.meta.url).pathname;
  const { value, seconds } = await timed(() => JSON.parse(execFileSync(process.env.DPSYNTH_JUDGES, [script, path("schema.json"), path("train.csv"), path("release.csv")], { encoding: "utf8" })));
  const apart = Math.max(Math.abs(value.overall - ours.value.quality.overall), Math.abs(value.diagnostic - ours.value.diagnostic.overall));
  judged = { packageSeconds: seconds, ratio: round(seconds / ours.seconds), largestDifference: apart };
}
results.push({ what: "sdmetrics scores, without reading", seconds: ours.seconds, processor: ours.processor, ...judged });
for (const row of results) console.log(JSON.stringify(row));
mergeResults("utility.json", { what: "usefulness on Adult 30,000 / 15,000 / 3842 / 30,000 released; the package's time includes reading, and its quality report runs twice" }, ["what"], results);
rmSync(folder, { recursive: true });
