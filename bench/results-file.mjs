// A results file of keyed rows: runs of any part replace their own rows and leave the others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the results: `DPSYNTH_RESULTS`, else bench/results. */
export const resultsFile = (name) => resolve(process.env.DPSYNTH_RESULTS ?? fileURLToPath(new URL("results", import.meta.url)), name);

export function readResults(name) {
  const file = resultsFile(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { results: [] };
}

/** Put `rows` in place of the rows with the same `keys`, sorted by them. */
export function mergeResults(name, head, keys, rows) {
  const keyOf = (row) => JSON.stringify(keys.map((k) => row[k] ?? null));
  const byKey = new Map([...readResults(name).results, ...rows].map((row) => [keyOf(row), row]));
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a ?? "").localeCompare(String(b ?? "")));
  const results = [...byKey.values()].sort((a, b) => keys.reduce((found, k) => found || compare(a[k], b[k]), 0));
  const file = resultsFile(name);
  mkdirSync(dirname(file), { recursive: true });
  const lines = results.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
  writeFileSync(file, `${JSON.stringify({ ...head, node: process.version, machine }, undefined, 2).slice(0, -2)},\n  "results": [\n${lines}\n  ]\n}\n`);
}
