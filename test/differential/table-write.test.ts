import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededBits } from "../../src/base/random.js";
import type { ReleaseColumn, RowChunk } from "../../src/domain/rows.js";
import { dayText, secondText } from "../../src/domain/time.js";
import { openDuckDb, sqlText } from "../../src/table/duckdb.js";
import { openSink, type SinkFormat } from "../../src/table/write/sink.js";

const wide = Array.from({ length: 300 }, (_, i) => `w${i}`);
const labels = ["plain", "with,comma", 'with "quotes"', "two\nlines", " spaced ", "", "Łódź 漢字 😀", "007"];
const columns: ReleaseColumn[] = [
  { name: "label", type: "string", dictionary: labels },
  { name: 'wide "name", odd', type: "string", dictionary: wide },
  { name: "flag", type: "boolean", dictionary: ["false", "true"] },
  { name: "whole", type: "integer" },
  { name: "amount", type: "number", decimals: 2 },
  { name: "tiny", type: "number", decimals: 12 },
  { name: "day", type: "date" },
  { name: "at", type: "datetime" },
  { name: "fake", type: "string" },
];
const ROWS = [5000, 1, 2048, 3000];
const folder = mkdtempSync(join(tmpdir(), "dpsynth-test-"));
const chunks = makeChunks();
const expected = chunks.flatMap(rowsOf);

function makeChunks(): RowChunk[] {
  const bits = seededBits("table-write");
  return ROWS.map((rows) => {
    const valid = (): Uint8Array => Uint8Array.from({ length: rows }, () => (bits.below(5) === 0 ? 0 : 1));
    const nulls = columns.map((_, c) => (c === 2 || c === 8 ? undefined : valid()));
    const zeroed = <T extends { [i: number]: number }>(values: T, v: Uint8Array | undefined): T => {
      for (let i = 0; i < rows; i += 1) if (v?.[i] === 0) values[i] = 0;
      return values;
    };
    const doubles = (make: () => number): Float64Array => Float64Array.from({ length: rows }, make);
    const values = [
      Uint8Array.from({ length: rows }, () => bits.below(labels.length)),
      Uint16Array.from({ length: rows }, () => bits.below(wide.length)),
      Uint8Array.from({ length: rows }, () => bits.below(2)),
      doubles(() => (bits.uint32() - 2 ** 31) * (bits.below(2) === 0 ? 1 : 2 ** 21) + 0),
      doubles(() => (bits.below(2_000_001) - 1_000_000) / 100 + 0),
      doubles(() => bits.below(2 ** 31) / 1e12),
      doubles(() => bits.below(60_000) - 20_000),
      doubles(() => bits.uint32() - 2 ** 31),
      Array.from({ length: rows }, () => `é${bits.uint32().toString(36)}${"x".repeat(bits.below(20))}`),
    ];
    return { rows, columns: values.map((v, c) => ({ values: Array.isArray(v) ? v : zeroed(v as Float64Array, nulls[c]), ...(nulls[c] === undefined ? {} : { valid: nulls[c] }) })) };
  });
}

/** The rows as plain texts: the judge that knows nothing of the writers. */
function rowsOf({ rows, columns: data }: RowChunk): (string | null)[][] {
  return Array.from({ length: rows }, (_, i) =>
    columns.map((column, c) => {
      const { values, valid } = data[c];
      if (valid?.[i] === 0) return null;
      const x = values[i];
      if (column.dictionary !== undefined) return column.dictionary[x as number];
      if (column.type === "date") return dayText(x as number);
      if (column.type === "datetime") return secondText(x as number).replace("T", " ");
      return column.type === "number" ? (x as number).toFixed(column.decimals) : String(x);
    }),
  );
}

async function write(format: SinkFormat, name = `out.${format}`): Promise<string> {
  const path = join(folder, name);
  const sink = await openSink(path, format, columns);
  for (const chunk of chunks) await sink.write(chunk);
  await sink.close();
  return path;
}

/** Every cell as DuckDB's own text, numbers by printf with the column's places. */
async function readBack(source: string): Promise<(string | null)[][]> {
  const db = await openDuckDb();
  try {
    const cells = columns.map((c) => {
      const name = `"${c.name.replaceAll('"', '""')}"`;
      return c.type === "number" ? `CASE WHEN ${name} IS NULL THEN NULL ELSE format('{:.${c.decimals}f}', CAST(${name} AS DOUBLE)) END` : `CAST(${name} AS VARCHAR)`;
    });
    const result = await db.connection.runAndReadAll(`SELECT ${cells.join(", ")} FROM ${source}`);
    return result.getRows() as (string | null)[][];
  } finally {
    db.close();
  }
}

const sqlTypes = { string: "VARCHAR", boolean: "BOOLEAN", integer: "BIGINT", number: "DOUBLE", date: "DATE", datetime: "TIMESTAMP" };
const declared = `{${columns.map((c) => `${sqlText(c.name)}: '${sqlTypes[c.type]}'`).join(", ")}}`;

beforeAll(() => expect(expected.length).toBe(10_049));
afterAll(() => rmSync(folder, { recursive: true }));

describe("every format reads back as the rows that went in", () => {
  it("parquet, through DuckDB, with its types", async () => {
    const path = await write("parquet");
    expect(await readBack(`read_parquet(${sqlText(path)})`)).toEqual(expected);
    const db = await openDuckDb();
    const described = await db.connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
    expect(described.getRows().map((r) => [r[0], r[1]])).toEqual(columns.map((c) => [c.name, sqlTypes[c.type]]));
    db.close();
  });

  it("csv, through DuckDB", async () => {
    const path = await write("csv");
    const csv = `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\n', allow_quoted_nulls = false, nullstr = '', columns = ${declared})`;
    expect(await readBack(csv)).toEqual(expected);
  });

  it("jsonl, through DuckDB", async () => {
    const path = await write("jsonl");
    expect(await readBack(`read_json(${sqlText(path)}, format = 'newline_delimited', columns = ${declared})`)).toEqual(expected);
  });

  it("arrow, through apache-arrow", async () => {
    const table = tableFromIPC(readFileSync(await write("arrow")));
    expect(table.numRows).toBe(expected.length);
    const back = columns.map((column, c) => {
      const vector = table.getChildAt(c);
      return Array.from({ length: expected.length }, (_, i) => {
        const x = vector?.get(i);
        if (x === null) return null;
        if (column.type === "number") return x.toFixed(column.decimals);
        if (column.type === "date") return dayText(Number(x) / 86_400_000);
        if (column.type === "datetime") return secondText(Number(x) / 1000).replace("T", " ");
        return String(x);
      });
    });
    expect(expected.map((_, i) => back.map((column) => column[i]))).toEqual(expected);
  });

  it("csv and jsonl have the same bytes each time", async () => {
    for (const format of ["csv", "jsonl"] as const) expect(readFileSync(await write(format, "again")).equals(readFileSync(join(folder, `out.${format}`)))).toBe(true);
  });

  it("no temporary file is left", () => expect(readdirSync(folder).filter((f) => f.startsWith("."))).toEqual([]));
});

describe.each(["csv", "jsonl", "arrow", "parquet"] as const)("%s", (format) => {
  it("makes a legal file of no rows", async () => {
    const path = join(folder, `empty.${format}`);
    const sink = await openSink(path, format, columns);
    await sink.close();
    if (format === "arrow") expect(tableFromIPC(readFileSync(path)).schema.fields.length).toBe(columns.length);
    if (format === "parquet") expect(await readBack(`read_parquet(${sqlText(path)})`)).toEqual([]);
    if (format === "csv") expect(readFileSync(path, "utf8").split("\n").length).toBe(2);
    if (format === "jsonl") expect(readFileSync(path, "utf8")).toBe("");
  });

  it("leaves nothing behind after abort, also in the middle", async () => {
    const before = readdirSync(folder).sort();
    const sink = await openSink(join(folder, "gone"), format, columns);
    await sink.write(chunks[0]);
    await sink.abort();
    await expect(sink.write(chunks[0])).rejects.toMatchObject({ fault: { code: "DPS-E900" } });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it("names the folder that does not exist", async () => {
    await expect(openSink(join(folder, "no", "such"), format, columns)).rejects.toMatchObject({ fault: { code: "DPS-E340", exit: 2 } });
  });
});
