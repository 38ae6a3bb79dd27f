// Publish the file formats as JSON Schemas, from the zod schemas of the built package. `--check` writes nothing and fails where a file is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const check = process.argv.includes("--check");
const built = process.argv.slice(2).find((a) => !a.startsWith("-")) ?? "dist";
const load = (name) => import(pathToFileURL(join(root, built, "formats", `${name}.js`)).href);

const formats = [
  ["table-schema", "table-schema", "tableSchema", "A sensitive table by declaration: a Frictionless Table Schema with keys of dpsynth"],
  ["config", "config", "configFile", "dpsynth.config.json: what `dpsynth run` does"],
  ["model", "model", "modelFile", "A fitted model: noisy measurements, clique tables and receipt"],
  ["marginals", "marginals", "marginalsFile", "Noisy tables that others measured, for `dpsynth fit --from-marginals`"],
  ["manifest", "manifest", "manifestFile", "What a release is and how to make it again"],
  ["report", "report", "reportFile", "Report of an audit: INTERNAL"],
  ["empirical", "empirical", "empiricalFile", "Lower bounds of ε that fits of made-up tables, or a twin fit with made-up records, prove"],
  ["verdict", "report", "verdictFile", "The gate's answer, rule by rule"],
  ["policy", "policy", "policyFile", "Rules that a release must meet"],
  ["certificate", "certificate", "certificateFile", "What may be shown outside"],
  ["public-findings", "public-findings", "publicFindingsFile", "Counts of an audit with noise, for outside"],
  ["ledger-entry", "ledger", "ledgerEntry", "One line of ledger.jsonl"],
  ["budget", "ledger", "budgetFile", "What may be spent on a dataset"],
];

const folder = join(root, "schemas");
mkdirSync(folder, { recursive: true });
let stale = 0;
for (const [name, module, key, title] of formats) {
  const schema = z.toJSONSchema((await load(module))[key], { target: "draft-2020-12", io: "input", reused: "inline" });
  const { $schema, ...rest } = schema;
  const text = `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
  const path = join(folder, `${name}.schema.json`);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  stale += 1;
  if (!check) writeFileSync(path, text);
}
const known = new Set(formats.map(([name]) => `${name}.schema.json`));
for (const file of readdirSync(folder).filter((f) => f.endsWith(".schema.json") && !known.has(f))) {
  stale += 1;
  if (!check) rmSync(join(folder, file));
}
if (check && stale > 0) {
  console.error(`${stale} of the published schemas differ from the formats. Run: npm run build && node .ci/json-schemas.mjs`);
  process.exit(1);
}
