import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeCell } from "../../src/domain/codec.js";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema, missingOf } from "../../src/domain/from-schema.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { type DuckDb, openDuckDb, sqlPath, sqlText } from "../../src/table/duckdb.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { readTable } from "../../src/table/read/read-table.js";

const apart = { nullable: true, onNull: "null", onUnparsable: "first" };
const together = { nullable: true, onNull: "null", onUnparsable: "null" };

/** One column of each kind, twice: null and unparsable apart, and together. Names that differ in nothing DuckDB minds. */
const domain: Domain = domainFromSchema(
  tableSchema.parse({
    missingValues: ["", "?", "NA"],
    fields: [
      { name: "whole", type: "integer", constraints: { minimum: -5, maximum: 40 }, dpsynth: { ...apart, onOutOfBounds: "clamp" } },
      { name: "wide", type: "integer", constraints: { minimum: 0, maximum: 100_000 }, dpsynth: { ...together, bins: [0, 1, 10, 1000, 100_000], onOutOfBounds: "null" } },
      { name: "real", type: "number", constraints: { minimum: -1, maximum: 1 }, dpsynth: { ...together, bins: 7, onOutOfBounds: "clamp" } },
      { name: "coded", type: "number", missingValues: ["-9", "nan"], constraints: { minimum: -100, maximum: 1e6 }, dpsynth: { ...apart, onOutOfBounds: "first" } },
      {
        name: 'word\'s "q"',
        type: "string",
        categories: ["a", "007", "it's", " b", "é", "x,y", "line\nbreak", '"q"'],
        dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" },
      },
      { name: "same", type: "string", missingValues: [], categories: ["", "a", "b"], dpsynth: { nullable: true, onNull: "null", onUnseen: "null" } },
      { name: "flag", type: "boolean", trueValues: ["Y", "1"], falseValues: ["N", "0"], dpsynth: apart },
      { name: "day", type: "date", constraints: { minimum: "2019-12-30", maximum: "2020-12-31" }, dpsynth: { ...apart, granularity: "month", onOutOfBounds: "clamp" } },
      { name: "slash", type: "date", format: "%d/%m/%Y", constraints: { minimum: "2000-01-01", maximum: "2020-12-31" }, dpsynth: { ...together, onOutOfBounds: "clamp" } },
      { name: "instant", type: "datetime", constraints: { minimum: "2020-01-01", maximum: "2020-01-02T23:59:59" }, dpsynth: { ...apart, granularity: "minute", onOutOfBounds: "null" } },
    ],
    dpsynth: { version: 1, privacyUnit: { kind: "row" } },
  }),
  "t",
);

const junk = fc.constantFrom(
  "",
  "?",
  "NA",
  " ",
  "  NA ",
  "x",
  "CANARY-7f3a9",
  "inf",
  "-Infinity",
  "NaN",
  "nan",
  "1e400",
  "-1e400",
  "0x10",
  "1,5",
  "1_000",
  "5 6",
  "1e",
  "--5",
  "٣",
  "infinity",
  "epoch",
  "null",
  "'",
  '"',
  '""',
  "\\",
  "%",
  "a\tb",
  "\u00a05",
  "true",
  "9".repeat(400),
);
const decimal = fc.oneof(
  fc.integer({ min: -20, max: 60 }).map(String),
  fc.integer({ min: -200, max: 200_000 }).map((n) => ` ${n}\t`),
  fc.integer({ min: -30, max: 30 }).map((n) => `${n}.0`),
  fc.double({ min: -2, max: 2, noNaN: true }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -3, max: 6 })).map(([m, e]) => `${m}e${e}`),
  fc.constantFrom("+5", "+-5", ".5", "5.", "-.5e1", "-9", "-0", "100000", "100000.5", "40.5", "9007199254740993"),
);
const digits = (n: number, width: number): string => String(n).padStart(width, "0");
const ymd = fc.tuple(fc.integer({ min: 2018, max: 2022 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
const day = fc.oneof(
  ymd.map(([y, m, d]) => `${y}-${digits(m, 2)}-${digits(d, 2)}`),
  fc.constantFrom(
    "2020-02-29",
    " 2020-01-01 ",
    "2020-1-2",
    "20200102",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "-001-01-01",
    "12020-01-01",
    "2020/01/02",
    "2020-01-02x",
    "2020-01-02T",
    "2020- 1-02",
    "2020-01-02 10",
  ),
);
const slash = fc.oneof(
  ymd.map(([y, m, d]) => `${digits(d, 2)}/${digits(m, 2)}/${y}`),
  ymd.map(([y, m, d]) => `${d}/${m}/${y}`),
);
const instant = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("2020-01-01", "2020-01-02", "2019-12-31", "2020-02-30"),
      fc.constantFrom(" ", "T"),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 61 }),
      fc.constantFrom("", ":00", ":59", ":60", ":07.25", ":07Z", "Z"),
    )
    .map(([d, s, h, m, rest]) => `${d}${s}${digits(h, 2)}:${digits(m, 2)}${rest}`),
  day,
);
const mostly = (of: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof({ weight: 4, arbitrary: of }, { weight: 1, arbitrary: junk });
const label = fc.oneof(
  fc.constantFrom("a", "007", "7", "it's", " b", "b", "é", "x,y", "line\nbreak", '"q"', "other", "A", "Y", "N", "1", "0", "y"),
  fc.string({ unit: "grapheme", maxLength: 20 }).map((s) => s.replace(/[\0\r]/g, "")),
);
const row = fc.tuple(mostly(decimal), mostly(decimal), mostly(decimal), mostly(decimal), mostly(label), mostly(label), mostly(label), mostly(day), mostly(slash), mostly(instant));

const csvCell = (text: string): string => (/[",\n\r]/.test(text) || text.startsWith(" ") ? `"${text.replaceAll('"', '""')}"` : text);
const names = domain.columns.map((c) => c.name);
const csvOf = (rows: readonly (readonly string[])[], delimiter = ","): string =>
  [names, ...rows].map((r) => `${r.map((c) => (delimiter === "\t" && !c.includes("\t") ? csvCell(c) : `"${c.replaceAll('"', '""')}"`)).join(delimiter)}\n`).join("");
const plainCsvOf = (rows: readonly (readonly string[])[]): string => [names, ...rows].map((r) => `${r.map(csvCell).join(",")}\n`).join("");
const jsonlOf = (rows: readonly (readonly string[])[]): string => rows.map((r) => `${JSON.stringify(Object.fromEntries(names.map((n, i) => [n, r[i]])))}\n`).join("");

let folder: string;
let db: DuckDb;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "read-test-"));
  db = await openDuckDb();
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** Cells on which a table and the plain codec disagree. */
function disagreements(rows: readonly (readonly (string | null)[])[], table: EncodedTable): string[] {
  if (table.rows !== rows.length) return [`${table.rows} rows of ${rows.length}`];
  return domain.columns.flatMap((c, j) =>
    rows.flatMap((r, i) => {
      const want = encodeCell(c, missingOf(domain.schema, c.field), r[j]).code;
      return table.codes[j][i] === want ? [] : [`${c.name} ${JSON.stringify(r[j])}: ${table.codes[j][i]}, not ${want}`];
    }),
  );
}

const read = async (name: string, content: string | Uint8Array): Promise<EncodedTable> => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return await readTable(path, domain);
};

describe("encoding in SQL", () => {
  it("equals the plain codec on nasty tables, in every format", { timeout: 180_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), async (rows) => {
        expect(disagreements(rows, await read("t.csv", csvOf(rows)))).toEqual([]);
        expect(disagreements(rows, await read("t.jsonl", jsonlOf(rows)))).toEqual([]);
        await db.connection.run(
          `COPY (SELECT * FROM read_csv(${sqlPath(join(folder, "t.csv"))}, header=true, all_varchar=true, auto_detect=false, delim=',', quote='"', escape='"', columns={${names.map((n) => `${sqlText(n)}: 'VARCHAR'`).join(", ")}}, force_not_null=[${names.map(sqlText).join(", ")}])) TO ${sqlText(join(folder, "t.parquet"))}`,
        );
        expect(disagreements(rows, await readTable(join(folder, "t.parquet"), domain))).toEqual([]);
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  it("does not mind quoting, line ends, byte order mark or gzip", async () => {
    const rows = fc.sample(row, { numRuns: 400, seed: 7 }).filter((r) => r.every((c) => !/["\n]/.test(c)));
    expect(rows.length).toBeGreaterThan(100);
    const csv = plainCsvOf(rows);
    expect(disagreements(rows, await read("a.csv", csv))).toEqual([]);
    expect(disagreements(rows, await read("b.csv", `\ufeff${csv}`))).toEqual([]);
    expect(disagreements(rows, await read("c.csv", csv.replaceAll("\n", "\r\n")))).toEqual([]);
    expect(disagreements(rows, await read("d.csv", csv.slice(0, -1)))).toEqual([]);
    expect(disagreements(rows, await read("e.csv.gz", gzipSync(csv)))).toEqual([]);
    expect(disagreements(rows, await read("f.tsv", csvOf(rows, "\t")))).toEqual([]);
    expect(disagreements(rows, await read("g.jsonl.gz", gzipSync(jsonlOf(rows))))).toEqual([]);
  });

  it("keeps values that agree with the codes", async () => {
    const rows = fc.sample(row, { numRuns: 500, seed: 11 });
    writeFileSync(join(folder, "v.csv"), csvOf(rows));
    const table = await readTable(join(folder, "v.csv"), domain, { values: true });
    domain.columns.forEach((c, j) => {
      const values = table.values?.[j];
      expect(values === undefined).toBe(c.bins === undefined);
      values?.forEach((v, i) => {
        const code = table.codes[j][i];
        const edges = c.bins?.edges as Float64Array;
        if (code === c.nullCode) expect(v).toBeNaN();
        else expect(v >= edges[code] && (v < edges[code + 1] || (c.type === "number" && code === c.valueCount - 1 && v === edges[code + 1]))).toBe(true);
      });
    });
  });

  it("reads typed Parquet as it reads its text", async () => {
    const path = join(folder, "typed.parquet");
    await db.connection.run(
      `COPY (SELECT (i % 60 - 10)::TINYINT AS whole, (i * 37)::BIGINT AS wide, (i / 100 - 2)::DOUBLE AS real, CASE WHEN i % 7 = 0 THEN NULL ELSE i::DECIMAL(9, 2) END AS coded, CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN NULL ELSE 'zz' END AS "word's ""q""", 'b'::BLOB AS same, (i % 2)::INTEGER AS flag, DATE '2019-12-01' + i::INTEGER AS day, strftime(DATE '2019-12-01' + i::INTEGER, '%d/%m/%Y') AS slash, TIMESTAMP '2020-01-01' + to_minutes(i * 7) AS instant FROM range(500) AS t(i)) TO ${sqlText(path)}`,
    );
    const text = (await db.connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet(${sqlText(path)})`)).getRows() as (string | null)[][];
    const table = await readTable(path, domain);
    expect(disagreements(text, table)).toEqual([]);
  });
});
