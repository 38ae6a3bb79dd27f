// The tables of the benchmark as integer-coded CSV files with the sizes of their columns.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { ORDERED } from "./discrete-workspace.mjs";
import { encodeRows, nistFields } from "./nist-schema.mjs";

export const DATA = resolve(process.env.DPSYNTH_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url)));

const coded = (name, table, domain) => ({ name, rowsOf: () => parse(read(table)), domainOf: () => JSON.parse(readFileSync(join(DATA, domain), "utf8")) });
const nist = (name) => ({ name, nist: true });

/** `ways`: the judge's largest marginals; `seconds`: after which a run is ended. */
export const TABLES = {
  titanic: { ...coded("titanic", "discrete-benchmarks/titanic.csv", "discrete-benchmarks/titanic-domain.json"), seconds: 120, ways: 3, seeds: 3 },
  nltcs: { ...coded("nltcs", "discrete-benchmarks/nltcs.csv", "discrete-benchmarks/nltcs-domain.json"), seconds: 120, ways: 3, seeds: 3 },
  adult: { ...coded("adult", "adult-discrete/adult-14col.csv", "adult-discrete/adult-14col-domain.json"), seconds: 120, ways: 3, seeds: 5 },
  ma2019: { ...nist("ma2019"), seconds: 120, ways: 3, seeds: 3 },
  national2019: { ...nist("national2019"), seconds: 120, ways: 3, seeds: 3 },
  fire: { ...coded("fire", "discrete-benchmarks/fire.csv.gz", "discrete-benchmarks/fire-aim15-domain.json"), seconds: 600, ways: 3, seeds: 3 },
  msnbc: { ...coded("msnbc", "discrete-benchmarks/msnbc.csv.gz", "discrete-benchmarks/msnbc-domain.json"), seconds: 600, ways: 3, seeds: 3 },
  stroke: { ...coded("stroke", "stroke-wide/stroke.csv.gz", "stroke-wide/stroke-domain.json"), seconds: 600, ways: 2, seeds: 3 },
};

function read(path) {
  const bytes = readFileSync(join(DATA, path));
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** CSV text without quotes → header and rows of text. */
export function parse(text) {
  const [header, ...rows] = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return { header, rows };
}

const write = (file, header, rows) => writeFileSync(file, `${header.join(",")}\n${rows.map((r) => r.join(",")).join("\n")}\n`);

/**
 * Write `folder/NAME.csv` and `folder/NAME-domain.json`.
 * @returns {{ csv: string, domainFile: string, domain: Record<string, number>, rows: number, ordered: string[], nulls: string[] }}
 */
export function prepareTable(name, folder) {
  const table = TABLES[name];
  mkdirSync(folder, { recursive: true });
  const [csv, domainFile] = [join(folder, `${name}.csv`), join(folder, `${name}-domain.json`)];
  const { domain, rows, ordered, nulls } = table.nist === undefined ? plain(table) : excerpt(name);
  write(csv, Object.keys(domain), rows);
  writeFileSync(domainFile, JSON.stringify(domain));
  return { csv, domainFile, domain, rows: rows.length, ordered, nulls };
}

function plain({ name, rowsOf, domainOf }) {
  const domain = domainOf();
  const { header, rows } = rowsOf();
  const at = Object.keys(domain).map((column) => header.indexOf(column));
  return { domain, rows: rows.map((row) => at.map((i) => row[i])), ordered: ORDERED[name] ?? [], nulls: [] };
}

function excerpt(name) {
  const { header, rows } = parse(read(`nist-excerpts/${name}.csv`));
  return encodeRows(nistFields(DATA, name, "simple-21"), header, rows);
}
