import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { columnSums } from "../../src/table/read/column-sums.js";
import { readTable } from "../../src/table/read/read-table.js";

const ROWS = 5000;
const folder = mkdtempSync(join(tmpdir(), "dps-sums-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Readonly<Record<string, string>>;
const NAMES = ["age", "pay", "town", "job", "seen", "kind"];
const JOBS = ["clerk", "senior administrator", "", "Ärztin für Chirurgie", "x".repeat(12), "x".repeat(13)];
const rows: Row[] = Array.from({ length: ROWS }, (_, i) => ({
  age: `${(i * 37) % 90}`,
  pay: i % 11 === 0 ? "" : `${(i * i) % 5000}.${i % 4}${i % 2 === 0 ? "5" : "0"}`,
  town: ["North", "south ", " west", "-"][(i * i) % 4],
  job: JOBS[i % JOBS.length],
  seen: `20${10 + (i % 14)}-0${1 + (i % 9)}-1${i % 10}`,
  kind: "all",
}));

const text = (name: string): object => ({ name, type: "string", categories: ["1"], dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" } });
const schemaOf = (names: readonly string[]): object => ({ fields: names.map(text), dpsynth: { version: 1, privacyUnit: { kind: "row" } } });

async function sumsOf(path: string, names: readonly string[]): Promise<Record<string, string>> {
  const sums = columnSums();
  await readTable(at(path), domainFromSchema(tableSchema.parse(schemaOf(names)), path), { sums });
  return Object.fromEntries(sums.columns().map((c, i) => [names[i], `${Buffer.from(c.digest).toString("hex")}${c.varied ? "" : " alike"}`]));
}

const csv = (names: readonly string[], of: readonly Row[]): string => `${names.join(",")}\n${of.map((row) => `${names.map((n) => row[n]).join(",")}\n`).join("")}`;
const valuesOf = (sums: Record<string, string>): string[] => Object.values(sums).sort();

let base: Record<string, string>;
beforeAll(async () => {
  writeFileSync(at("base.csv"), csv(NAMES, rows));
  base = await sumsOf("base.csv", NAMES);
});

describe("sums over the columns of a file", () => {
  it("tell all columns apart, and the one whose cells are alike", () => {
    expect(new Set(valuesOf(base)).size).toBe(NAMES.length);
    expect(NAMES.filter((name) => base[name].endsWith("alike"))).toEqual(["kind"]);
  });

  it("stay as they are in another order of rows and columns, with other names, and as JSON lines", async () => {
    const turned = [...NAMES].reverse();
    writeFileSync(at("turned.csv"), csv(turned, [...rows.slice(1234), ...rows.slice(0, 1234)].reverse()));
    expect(await sumsOf("turned.csv", turned)).toEqual(base);
    const renamed = NAMES.map((n) => `${n}_2`);
    writeFileSync(at("renamed.csv"), csv(NAMES, rows).replace(NAMES.join(","), renamed.join(",")));
    expect(valuesOf(await sumsOf("renamed.csv", renamed))).toEqual(valuesOf(base));
    writeFileSync(at("lines.jsonl"), rows.map((row) => `${JSON.stringify(Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === "" ? null : v])))}\n`).join(""));
    expect(await sumsOf("lines.jsonl", NAMES)).toEqual(base);
  });

  it("stay as they are in Parquet with types of its own", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const typed = "age::INTEGER AS age, pay::DOUBLE AS pay, nullif(trim(town), '') AS town, job, seen::DATE AS seen, upper(kind) AS kind";
    await connection.run(`COPY (SELECT ${typed} FROM read_csv('${at("base.csv")}', all_varchar=true, header=true)) TO '${at("base.parquet")}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    expect(await sumsOf("base.parquet", NAMES)).toEqual(base);
  });

  const CHANGES: [string, string, string][] = [
    ["a number", "age", "91"],
    ["a cent", "pay", "0.01"],
    ["a short text", "town", "East"],
    ["a short text of the same length", "town", "Nortj"],
    ["a text of 12 bytes", "job", `${"x".repeat(11)}y`],
    ["the length of a long text", "job", "x".repeat(14)],
    ["the start of a long text", "job", `xxxy${"x".repeat(9)}`],
    ["a null", "seen", ""],
  ];
  it.each(CHANGES)("change with %s of one row, in that column alone", async (_what, column, value) => {
    writeFileSync(
      at("changed.csv"),
      csv(
        NAMES,
        rows.map((row, i) => (i === 2345 ? { ...row, [column]: value } : row)),
      ),
    );
    const changed = await sumsOf("changed.csv", NAMES);
    expect(NAMES.filter((name) => changed[name] !== base[name])).toEqual([column]);
  });

  it("change in every column with one row more", async () => {
    writeFileSync(at("longer.csv"), csv(NAMES, [...rows, rows[7]]));
    const longer = await sumsOf("longer.csv", NAMES);
    expect(NAMES.filter((name) => longer[name] === base[name])).toEqual([]);
  });

  it("miss a long text that differs only behind its first four bytes: what they do not see", async () => {
    writeFileSync(
      at("missed.csv"),
      csv(
        NAMES,
        rows.map((row) => ({ ...row, job: row.job.replace("senior administrator", "senior administratos") })),
      ),
    );
    expect(await sumsOf("missed.csv", NAMES)).toEqual(base);
  });
});
