import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import { type TableSchema, tableSchema } from "../../src/formats/table-schema.js";
import { openDuckDb, sqlText } from "../../src/table/duckdb.js";
import { checkFile } from "../../src/table/read/check-file.js";
import { type ReadOptions, readTable } from "../../src/table/read/read-table.js";

const CANARY = "CANARY-7f3a9";
const domain = domainFromSchema(
  tableSchema.parse({
    fields: [
      { name: "id", type: "identifier", dpsynth: { release: "drop" } },
      { name: "n", type: "integer", constraints: { minimum: 0, maximum: 9 }, dpsynth: { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" } },
      { name: "s", type: "string", categories: ["a", "b"], dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" } },
    ],
    dpsynth: { version: 1, privacyUnit: { kind: "person", column: "id", maxRows: 2 } },
  }),
  "t",
);
const HEADER = "id,n,s\n";
const [NULL_N, OTHER, NULL_S] = [10, 2, 3];

let folder: string;
let parquet: Buffer;
let elsewhere: string | undefined;
/** What dpsynth left in the system's temporary folder, which in this test is ours alone. */
const spills = (): string[] => readdirSync(join(folder, "tmp"));
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bad-files-"));
  mkdirSync(join(folder, "tmp"));
  elsewhere = process.env.TMPDIR;
  process.env.TMPDIR = join(folder, "tmp");
  const db = await openDuckDb();
  const path = join(folder, "whole.parquet");
  await db.connection.run(`COPY (SELECT i::VARCHAR AS id, i AS n, ${sqlText(CANARY)} AS s FROM range(1000) AS t(i)) TO ${sqlText(path)}`);
  db.close();
  parquet = readFileSync(path);
});
afterAll(() => {
  if (elsewhere === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = elsewhere;
  rmSync(folder, { recursive: true });
});

async function refusal(name: string, content: string | Uint8Array | undefined, by: typeof checkFile | typeof readTable): Promise<DpsynthError> {
  const path = join(folder, name);
  if (content !== undefined) writeFileSync(path, content);
  try {
    await by(path, domain);
  } catch (error) {
    if (error instanceof DpsynthError) return error;
    throw error;
  }
  throw new Error("accepted");
}

const row = `${CANARY},3,${CANARY}\n`;
const cases: [string, string, () => string | Uint8Array | undefined, string][] = [
  ["missing", "none.csv", () => undefined, "DPS-E301"],
  ["empty", "empty.csv", () => "", "DPS-E303"],
  ["empty Parquet", "empty.parquet", () => "", "DPS-E303"],
  ["of another kind", "t.xlsx", () => row, "DPS-E308"],
  ["without a header", "headless.csv", () => row, "DPS-E305"],
  ["of another delimiter", "semi.csv", () => (HEADER + row).replaceAll(",", ";"), "DPS-E305"],
  ["short of a column", "short.csv", () => `id,n\n${CANARY},3\n`, "DPS-E305"],
  ["with a column too many", "long.csv", () => `id,n,s,${CANARY}\n${row}`, "DPS-E305"],
  ["with a column twice", "twice.csv", () => `id,n,s,s\n${row}`, "DPS-E305"],
  ["with broken UTF-8", "bytes.csv", () => Buffer.concat([Buffer.from(HEADER + row), Buffer.from([0x31, 0x2c, 0xff, 0x2c, 0x61, 10]), Buffer.from(row)]), "DPS-E304"],
  ["with UTF-8 cut at the end", "cut.csv", () => Buffer.concat([Buffer.from(HEADER + row), Buffer.from([0xc3])]), "DPS-E304"],
  ["with UTF-8 cut at the end, in gzip", "cut.csv.gz", () => gzipSync(Buffer.concat([Buffer.from(HEADER + row), Buffer.from([0xc3])])), "DPS-E304"],
  ["of cut gzip", "cut2.csv.gz", () => gzipSync(Buffer.from(HEADER + Array.from({ length: 90_000 }, (_, i) => `${CANARY}${(i * 7919) % 1009},${i},a\n`).join(""))).subarray(0, -300), "DPS-E306"],
  ["of no gzip", "no.csv.gz", () => HEADER + row, "DPS-E306"],
  ["of cut Parquet", "cut.parquet", () => parquet.subarray(0, parquet.length - 100), "DPS-E307"],
  ["of Parquet with a broken footer", "foot.parquet", () => Buffer.concat([parquet.subarray(0, 40), parquet.subarray(parquet.length - 8)]), "DPS-E307"],
  ["of no Parquet", "no.parquet", () => HEADER + row, "DPS-E307"],
  ["of nothing where gzip is due", "none.jsonl.gz", () => "", "DPS-E306"],
  ["of JSON in one list", "list.jsonl", () => `\n [{"id":"${CANARY}","n":1,"s":"a"}]\n`, "DPS-E305"],
  ["of JSON with a byte order mark", "mark.jsonl", () => `\ufeff{"id":"${CANARY}","n":1,"s":"a"}\n`, "DPS-E304"],
  ["of JSON with broken UTF-8", "bytes.jsonl", () => Buffer.concat([Buffer.from(`{"id":"${CANARY}","n":1,"s":"`), Buffer.from([0xff]), Buffer.from('"}\n')]), "DPS-E304"],
  ["of JSON nested too deep", "deep.jsonl", () => `{"id":"${CANARY}","n":${"[".repeat(256)}${"]".repeat(256)}}\n`, "DPS-E313"],
  ["of JSON nested so deep that DuckDB would crash, in gzip", "deep.jsonl.gz", () => gzipSync(`{"id":"${CANARY}","n":${"[".repeat(200_000)}${"]".repeat(200_000)}}\n`), "DPS-E313"],
  ["with a quote that does not close", "open.csv", () => `${HEADER + row}1,1,"${CANARY}\n${row}${row}`, "DPS-E312"],
  ["with a quote that does not close, in gzip", "open.csv.gz", () => gzipSync(`${HEADER + row}1,1,"${CANARY}\n${row}${row}`), "DPS-E312"],
  ["with a quote that does not close, tab-separated", "open.tsv", () => `${HEADER}1,1,"${CANARY}\n${row}`.replaceAll(",", "\t"), "DPS-E312"],
  ["with text behind a closing quote", "behind.csv", () => `${HEADER + row}1,1,"x"${CANARY}\n${row}`, "DPS-E312"],
  ["with a quoted cell of more than a megabyte", "mega.csv", () => `${HEADER + row}1,1,"${CANARY.repeat(1e5)}"\n${row}`, "DPS-E312"],
];

const latin1 = (cells: readonly number[][]): Buffer => Buffer.concat([Buffer.from(HEADER + row), ...cells.map((bytes) => Buffer.from([0x31, 0x2c, 0x31, 0x2c, ...bytes, 10])), Buffer.from(row)]);
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
/** Tables in UTF-16, and whether DuckDB is known to refuse or garble them. */
const wide: [string, Buffer, boolean][] = [
  ["plain", utf16(`${HEADER + row}1,1,é€\uffff\n${row}`), false],
  ["with a byte order mark", utf16(`\ufeff${HEADER + row}1,1,"x\ny"\n${row}`), false],
  ["with a lone high surrogate", utf16(`${HEADER + row}1,1,\ud83d\n${row}`), true],
  ["with a lone low surrogate", utf16(`${HEADER + row}1,1,\udc00\n${row}`), true],
  ["with a character above FFFF", utf16(`${HEADER + row}1,1,\u{1f600}\n${row}`), true],
  ["ending in a high surrogate", utf16(`${HEADER + row}1,1,\ud83d`), true],
  ["of an odd number of bytes", Buffer.concat([utf16(HEADER + row), Buffer.from([65])]), true],
];

describe("a table file", () => {
  it.each(cases)("%s is refused before anything is spent, and no cell is told", async (_, name, content, code) => {
    const error = await refusal(name, content(), checkFile);
    expect(error.fault.code).toBe(code);
    expect(error.fault.exit).toBe(2);
    for (const text of [error.message, error.stack ?? "", JSON.stringify(error.fault), String(error.cause)]) expect(text).not.toContain(CANARY);
    expect(spills()).toEqual([]);
  });

  it("that is a folder, or not readable, is refused", async () => {
    mkdirSync(join(folder, "dir.csv"));
    expect((await refusal("dir.csv", undefined, checkFile)).fault.code).toBe("DPS-E302");
    if (process.getuid?.() !== 0) {
      writeFileSync(join(folder, "shut.csv"), HEADER);
      chmodSync(join(folder, "shut.csv"), 0);
      expect((await refusal("shut.csv", undefined, checkFile)).fault.code).toBe("DPS-E301");
    }
  });

  it("that breaks behind its header stops the read with a constant", async () => {
    const damaged = Buffer.from(parquet);
    damaged.fill(0xee, 4, 400);
    const error = await refusal("damaged.parquet", damaged, readTable);
    expect(error.fault.code).toBe("DPS-E310");
    expect(error.message + error.stack + String(error.cause)).not.toContain(CANARY);
  });

  it("names known columns that are missing or twice, and counts the unknown by number", async () => {
    expect((await refusal("m.csv", `id,n,${CANARY}\n`, checkFile)).message).toMatch(/without "s", with a column that the schema does not know \(number 3\)/);
    expect((await refusal("m2.csv", "s,id,n,n\n", checkFile)).message).toMatch(/naming "n" twice/);
  });
});

describe("a table of another encoding", () => {
  const inEncoding = (encoding: string): Domain => domainFromSchema({ ...domain.schema, dpsynth: { ...domain.schema.dpsynth, dialect: { encoding } } } as TableSchema, "t");
  const faultOf = async (path: string, by: typeof checkFile | typeof readTable, of: Domain): Promise<DpsynthError | undefined> => {
    try {
      await by(path, of);
      return undefined;
    } catch (error) {
      if (!(error instanceof DpsynthError)) throw error;
      for (const text of [error.message, error.stack ?? "", JSON.stringify(error.fault), String(error.cause)]) expect(text).not.toContain(CANARY);
      return error;
    }
  };

  it("is refused before anything is spent for each latin-1 byte that would stop its read, and for no other", async () => {
    const of = inEncoding("latin-1");
    const path = join(folder, "latin.csv");
    for (let byte = 0x80; byte <= 0x9f; byte += 1) {
      writeFileSync(path, latin1([[0x61, byte]]));
      expect((await faultOf(path, checkFile, of))?.fault.code).toBe("DPS-E304");
      expect((await faultOf(path, readTable, of))?.fault.code).toBe("DPS-E310");
    }
    // A quote, a delimiter and line ends mean something else.
    const rest = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => (byte < 0x80 || byte > 0x9f) && ![0x22, 0x2c, 0x0a, 0x0d].includes(byte));
    writeFileSync(path, latin1(rest.map((byte) => [0x61, byte])));
    expect(await faultOf(path, checkFile, of)).toBeUndefined();
    expect((await readTable(path, of)).rows).toBe(rest.length + 2);
  });

  it.each(wide)("UTF-16 %s", async (_, content, broken) => {
    const of = inEncoding("utf-16");
    for (const [name, bytes] of [
      ["wide.csv", content],
      ["wide.csv.gz", gzipSync(content)],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      expect((await faultOf(path, checkFile, of))?.fault.code).toBe(broken ? "DPS-E304" : undefined);
      if (!broken) expect((await readTable(path, of)).rows).toBe(3);
    }
  });

  it("is refused for a broken byte behind a block's end too", async () => {
    const path = join(folder, "late.csv");
    for (const [encoding, byte] of [
      ["utf-8", 0xff],
      ["latin-1", 0x85],
    ] as const) {
      writeFileSync(path, Buffer.concat([Buffer.from(HEADER + row.repeat(100_000)), Buffer.from([byte, 10])]));
      expect((await faultOf(path, checkFile, inEncoding(encoding)))?.fault.code).toBe("DPS-E304");
    }
  });
});

describe("a dialect or names that DuckDB cannot read with", () => {
  it.each([
    ["a quote of two bytes", "t.csv", "id,n,s\n", { dialect: { quoteChar: "§" } }, {}],
    ["a quote that is the delimiter", "t.csv", "id,n,s\n", { dialect: { quoteChar: "," } }, {}],
    ["JSON keys that differ in case alone", "t.jsonl", "{}\n", {}, { name: "ID" }],
  ])("%s are refused before anything is spent", async (_, name, content, dialect, field) => {
    const { fields, dpsynth } = domain.schema;
    const of = domainFromSchema({ ...domain.schema, fields: [...fields, { ...fields[1], name: "m", ...field }], dpsynth: { ...dpsynth, ...dialect } } as TableSchema, "t");
    writeFileSync(join(folder, name), content.replace("s\n", "s,m\n"));
    await expect(checkFile(join(folder, name), of)).rejects.toMatchObject({ fault: { code: "DPS-E309" } });
  });
});

describe("no cell stops a read", () => {
  const read = async (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    const table = await readTable(join(folder, name), domain);
    return table.codes.map((c) => [...c]);
  };

  it("a header alone is a table of no rows", async () => {
    for (const text of ["id,n,s\n", "id,n,s", "\ufeffid,n,s\r\n"]) {
      const path = join(folder, "header.csv");
      writeFileSync(path, text);
      await checkFile(path, domain);
      expect(await readTable(path, domain)).toMatchObject({ rows: 0, unitCount: 0, unitIds: [] });
    }
  });

  it("rows of too few cells are left out, surplus cells cut, order of columns free", async () => {
    expect(await read("ragged.csv", `s,id,n\na,1,1\nb,2\nb,3,2,${CANARY},5\n`)).toEqual([
      [1, 2],
      [0, 1],
    ]);
  });

  it("huge, binary and misquoted cells get their rule's code", async () => {
    expect(await read("nul.csv", `${HEADER}1,\0,a\0b\n2,2,b\n`)).toEqual([
      [NULL_N, 2],
      [OTHER, 1],
    ]);
    expect(await read("quote.csv", `${HEADER}1,1,x"y\n2,2,"b"\n3,3,""\n`)).toEqual([
      [1, 2, 3],
      [OTHER, 1, NULL_S],
    ]);
    expect(await read("huge.csv", `${HEADER}1,${"9".repeat(100_000)},${"z".repeat(100_000)}\n2,2,b\n`)).toEqual([
      [NULL_N, 2],
      [OTHER, 1],
    ]);
  });

  it("JSON lines that are no objects are rows of nulls; nested values are texts; a huge line is a line", async () => {
    expect(await read("odd.jsonl", `{"id":1,"n":1,"s":"a"}\n${CANARY}\n{"id":2,"n":{"x":1},"s":[1]}\n{"id":3}\n`)).toEqual([
      [1, NULL_N, NULL_N, NULL_N],
      [0, NULL_S, OTHER, NULL_S],
    ]);
    expect(await read("huge.jsonl", `{"id":1,"n":1,"s":"a"}\n{"id":2,"n":2,"s":"${"z".repeat(20_000_000)}"}\n`)).toEqual([
      [1, 2],
      [0, OTHER],
    ]);
  });
});

describe("JSON lines", () => {
  const read = async (name: string, content: string | Uint8Array, options?: ReadOptions) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    await checkFile(path, domain, options);
    return await readTable(path, domain, options);
  };

  it("have no header: the first person's keys decide nothing", async () => {
    const lines = ['{"n":1}', `{"id":"p","n":2,"s":"b","${CANARY}":3}`, '{"id":"q","s":"a"}'];
    for (const order of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      const table = await read("keys.jsonl", order.map((i) => `${lines[i]}\n`).join(""));
      expect(table.codes.map((c) => [...c])).toEqual([order.map((i) => [1, 2, NULL_N][i]), order.map((i) => [NULL_S, 1, 0][i])]);
      expect(order.map((_, i) => table.unitIds?.[(table.units as Uint32Array)[i]])).toEqual(order.map((i) => [null, "p", "q"][i]));
    }
  });

  it("of no rows are a table", async () => {
    for (const [name, content] of [
      ["empty.jsonl", ""],
      ["blank.jsonl", "\n\n"],
      ["empty.jsonl.gz", gzipSync("")],
    ] as const)
      expect(await read(name, content)).toMatchObject({ rows: 0, unitCount: 0 });
  });

  it("are read as a release without identifiers", async () => {
    const table = await read("release.jsonl", '{"n":1,"s":"other"}\n', { release: true });
    expect(table.units).toBeUndefined();
    expect(table.codes.map((c) => [...c])).toEqual([[1], [OTHER]]);
  });

  it("may nest as deep as is allowed, and hold brackets in texts", async () => {
    const nested = `{"id":1,"n":1,"s":${"[".repeat(255)}${"]".repeat(255)}}\n`;
    const text = `{"id":2,"n":2,"s":"\\"${"[{".repeat(1000)}"}\n`;
    expect([...(await read("brackets.jsonl", nested + text)).codes[0]]).toEqual([1, 2]);
  });
});

describe("persons", () => {
  it("are numbered by their text, and each null is somebody else", async () => {
    const path = join(folder, "people.csv");
    writeFileSync(path, `${HEADER}007,1,a\n7,1,a\n,1,a\n007,2,b\n,3,b\nover-twelve-bytes-é,1,a\n`);
    const table = await readTable(path, domain);
    expect([...(table.units ?? [])]).toEqual([0, 1, 2, 0, 3, 4]);
    expect(table.unitIds).toEqual(["007", "7", null, null, "over-twelve-bytes-é"]);
    expect(table.unitCount).toBe(5);
  });

  it("are not asked for in a release, where identifiers may be absent", async () => {
    const path = join(folder, "release.csv");
    writeFileSync(path, "n,s\n1,other\n");
    const table = await readTable(path, domain, { release: true });
    expect(table.units).toBeUndefined();
    expect(table.codes.map((c) => [...c])).toEqual([[1], [OTHER]]);
    expect((await refusal("release.csv", undefined, checkFile)).fault.code).toBe("DPS-E305");
  });
});
