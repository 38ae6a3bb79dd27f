import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Dictionary,
  Field,
  Float32,
  Int8,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeData,
  makeVector,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampNanosecond,
  TimestampSecond,
  tableToIPC,
  Uint64,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import { afterAll, describe, expect, it } from "vitest";
import { DpsynthError } from "../../src/base/errors.js";
import { seededBits } from "../../src/base/random.js";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import type { ReleaseColumn, RowChunk } from "../../src/domain/rows.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import type { EncodedTable } from "../../src/table/encoded.js";
import { checkFile } from "../../src/table/read/check-file.js";
import { draftSchema } from "../../src/table/read/draft.js";
import { readTable } from "../../src/table/read/read-table.js";
import { openSink, type SinkFormat } from "../../src/table/write/sink.js";

const nulls = { nullable: true, onNull: "null" };
const binned = { ...nulls, onUnparsable: "null", onOutOfBounds: "clamp" };
const domainOf = (fields: unknown[], privacyUnit: unknown = { kind: "row" }): Domain => domainFromSchema(tableSchema.parse({ fields, dpsynth: { version: 1, privacyUnit } }), "t");
const wide = Array.from({ length: 300 }, (_, i) => `w${i}`);
const labels = ["plain", "with,comma", 'with "quotes"', "two\nlines", "Łódź 😀"];
const folder = mkdtempSync(join(tmpdir(), "dpsynth-arrow-"));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = ({ codes, values, rows }: EncodedTable): unknown => ({ rows, codes: codes.map((c) => [...c]), values: values?.map((v) => (v === undefined ? null : [...v])) });

describe("a release as dpsynth writes it", () => {
  const domain = domainOf([
    { name: "label", type: "string", categories: labels, dpsynth: { ...nulls, onUnseen: "null" } },
    { name: "wide", type: "string", categories: wide, dpsynth: { ...nulls, onUnseen: "null" } },
    { name: "flag", type: "boolean", dpsynth: { ...nulls, onUnparsable: "null" } },
    { name: "whole", type: "integer", constraints: { minimum: -5_000_000_000, maximum: 5_000_000_000 }, dpsynth: binned },
    { name: "amount", type: "number", constraints: { minimum: -100, maximum: 100 }, dpsynth: binned },
    { name: "day", type: "date", constraints: { minimum: "1950-01-01", maximum: "2050-12-31" }, dpsynth: binned },
    { name: "at", type: "datetime", constraints: { minimum: "1950-01-01", maximum: "2050-12-31" }, dpsynth: binned },
  ]);
  const columns: ReleaseColumn[] = [
    { name: "label", type: "string", dictionary: labels },
    { name: "wide", type: "string", dictionary: wide },
    { name: "flag", type: "boolean", dictionary: ["false", "true"] },
    { name: "whole", type: "integer" },
    { name: "amount", type: "number", decimals: 2 },
    { name: "day", type: "date" },
    { name: "at", type: "datetime" },
  ];

  async function written(format: SinkFormat): Promise<string> {
    const bits = seededBits("arrow");
    const path = file(`release.${format}`);
    const sink = await openSink(path, format, columns);
    for (const rows of [5000, 1, 2048, 3000]) {
      const valid = Uint8Array.from({ length: rows }, () => (bits.below(5) === 0 ? 0 : 1));
      const whole = (make: () => number): Float64Array => Float64Array.from({ length: rows }, (_, i) => (valid[i] === 0 ? 0 : make()));
      const values = [
        Uint8Array.from(whole(() => bits.below(labels.length))),
        Uint16Array.from(whole(() => bits.below(wide.length))),
        Uint8Array.from(whole(() => bits.below(2))),
        whole(() => (bits.uint32() - 2 ** 31) * 2 + 0),
        whole(() => (bits.below(20_001) - 10_000) / 100),
        whole(() => bits.below(30_000) - 7000),
        whole(() => bits.uint32() - 500_000_000),
      ];
      const chunk: RowChunk = { rows, columns: values.map((v) => ({ values: v, valid })) };
      await sink.write(chunk);
    }
    await sink.close();
    return path;
  }

  it("reads as the same table from Arrow as from Parquet and CSV", async () => {
    const options = { values: true, release: true };
    const tables: unknown[] = [];
    for (const format of ["parquet", "csv", "arrow"] as const) {
      const path = await written(format);
      await checkFile(path, domain, { release: true });
      tables.push(plain(await readTable(path, domain, options)));
    }
    expect(tables[2]).toEqual(tables[0]);
    expect(tables[2]).toEqual(tables[1]);
  });

  it("is refused as truncated wherever it is cut, before a row counts", async () => {
    const whole = readFileSync(await written("arrow"));
    const path = file("cut.arrow");
    for (const share of [0.001, 0.01, 0.3, 0.7, 0.99, 0.9999]) {
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)));
      await expect(checkFile(path, domain, { release: true })).rejects.toThrow(/^DPS-E307 /);
    }
  });

  it("never breaks the process where bytes were changed: it is refused, or read to some table", async () => {
    const whole = readFileSync(await written("arrow"));
    const bits = seededBits("flipped");
    const path = file("flipped.arrow");
    for (let turn = 0; turn < 40; turn += 1) {
      const bytes = Buffer.from(whole);
      // The frames of dictionaries and of the first batch, with their lengths and offsets. Not the footer: a length there can keep Arrow's own reader busy for minutes.
      for (let i = 0; i < 4; i += 1) bytes[200 + bits.below(3800)] = bits.below(256);
      writeFileSync(path, bytes);
      await readTable(path, domain, { values: true, release: true }).catch((error) => {
        expect(error).toBeInstanceOf(DpsynthError);
        expect(error.message).toMatch(/^DPS-E30[57] /);
      });
    }
  });
});

describe("an Arrow file of another tool", () => {
  const write = (name: string, columns: Record<string, Vector>): string => {
    writeFileSync(file(name), tableToIPC(new Table(columns), "file"));
    return file(name);
  };
  const whole = (name: string): unknown => ({ name, type: "integer", constraints: { minimum: -10, maximum: 90 }, dpsynth: binned });
  const text = (name: string): unknown => ({ name, type: "string", categories: ["a", "b"], dpsynth: { ...nulls, catchAll: "other", onUnseen: "catch-all" } });
  const dictionary = (texts: (string | null)[], codes: (number | null)[]): Vector => {
    const type = new Dictionary(new Utf8(), new Int32());
    const bitmap = Uint8Array.of(codes.reduce((byte: number, code, i) => byte | ((code === null ? 0 : 1) << i), 0));
    return makeVector(
      makeData({
        type,
        length: codes.length,
        nullCount: codes.filter((c) => c === null).length,
        nullBitmap: bitmap,
        data: Int32Array.from(codes, (c) => c ?? -7),
        dictionary: vectorFromArray(texts, new Utf8()),
      }),
    );
  };

  it("is read by type: small and large integers, floats, texts of three kinds, nulls, instants of any unit", async () => {
    const path = write("types.arrow", {
      tiny: vectorFromArray([-3, null, 7], new Int8()),
      large: vectorFromArray([40n, null, -10n], new Int64()),
      unsigned: vectorFromArray([41n, null, 3n], new Uint64()),
      single: vectorFromArray([1, null, 2], new Float32()),
      text: vectorFromArray(["b", null, "zzz"], new Utf8()),
      long: vectorFromArray(["b", null, "a"], new LargeUtf8()),
      set: dictionary(["b", "a"], [1, null, 0]),
      repeats: dictionary(["b", "b", null], [1, null, 2]),
      none: vectorFromArray([null, null, null], new Null()),
      seconds: vectorFromArray([86_400_000, null, 86_461_000], new TimestampSecond()),
      nanos: vectorFromArray([86_400_000, null, 86_461_000], new TimestampNanosecond()),
    });
    const instant = (name: string): unknown => ({ name, type: "datetime", constraints: { minimum: "1970-01-01", maximum: "1970-01-03" }, dpsynth: binned });
    const domain = domainOf([...["tiny", "large", "unsigned", "single"].map(whole), ...["text", "long", "set", "repeats", "none"].map(text), instant("seconds"), instant("nanos")]);
    await checkFile(path, domain);
    const table = await readTable(path, domain, { values: true });
    const values = (name: string): number[] => [...(table.values as Float64Array[])[domain.columns.findIndex((c) => c.name === name)]];
    const codes = (name: string): number[] => [...table.codes[domain.columns.findIndex((c) => c.name === name)]];
    expect(values("tiny")).toEqual([-3, Number.NaN, 7]);
    expect(values("large")).toEqual([40, Number.NaN, -10]);
    expect(values("unsigned")).toEqual([41, Number.NaN, 3]);
    expect(values("single")).toEqual([1, Number.NaN, 2]);
    // a, b, other, null
    expect(codes("text")).toEqual([1, 3, 2]);
    expect(codes("long")).toEqual([1, 3, 0]);
    expect(codes("set")).toEqual([0, 3, 1]);
    expect(codes("repeats")).toEqual([1, 3, 3]);
    expect(codes("none")).toEqual([3, 3, 3]);
    expect(values("seconds")).toEqual([86_400, Number.NaN, 86_461]);
    expect(values("nanos")).toEqual([86_400, Number.NaN, 86_461]);
  });

  it("keeps persons apart whose numbers differ beyond what a double can hold", async () => {
    const path = write("ids.arrow", { id: vectorFromArray([9_007_199_254_740_992n, 9_007_199_254_740_993n, 9_007_199_254_740_992n], new Int64()), n: vectorFromArray([1, 2, 3], new Int8()) });
    const domain = domainOf([{ name: "id", type: "identifier", dpsynth: { release: "drop" } }, whole("n")], { kind: "person", column: "id", maxRows: 2 });
    expect((await readTable(path, domain)).unitCount).toBe(2);
  });

  it("is refused where a column is nested, where a code lies outside its dictionary, and where columns are missing or unknown", async () => {
    const nested = write("nested.arrow", { n: vectorFromArray([[1], [2]], new List(new Field("item", new Int8()))) });
    await expect(checkFile(nested, domainOf([whole("n")]))).rejects.toThrow(/^DPS-E307 .*column 1 is of another type/);
    const outside = write("outside.arrow", { s: dictionary(["a"], [0, 9]) });
    await expect(checkFile(outside, domainOf([text("s")]))).rejects.toThrow(/^DPS-E307 /);
    await expect(checkFile(outside, domainOf([text("other")]))).rejects.toThrow(/^DPS-E305 .*without "other", with a column that the schema does not know \(number 1\)/);
    writeFileSync(file("text.arrow"), "a,b\n1,2\n");
    await expect(checkFile(file("text.arrow"), domainOf([text("s")]))).rejects.toThrow(/^DPS-E307 /);
  });

  it("may have no rows, and init drafts a schema from one", async () => {
    const schema = new Schema([new Field("n", new Int8(), true), new Field("s", new Utf8(), true)]);
    const data = makeData({ type: new Struct(schema.fields), length: 0, nullCount: 0, children: [vectorFromArray([], new Int8()).data[0], vectorFromArray([], new Utf8()).data[0]] });
    writeFileSync(file("empty.arrow"), tableToIPC(new Table(new RecordBatch(schema, data as never)), "file"));
    expect((await readTable(file("empty.arrow"), domainOf([whole("n"), text("s")]))).rows).toBe(0);
    const path = write("draft.arrow", { n: vectorFromArray([1, 2, 3, 4], new Int8()), s: vectorFromArray(["a", "b", "a", "b"], new Utf8()) });
    const { schema: drafted } = await draftSchema(path);
    expect(drafted.fields.map((f) => [f.name, f.type])).toEqual([
      ["n", "integer"],
      ["s", "string"],
    ]);
  });
});
