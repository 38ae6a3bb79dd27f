import { describe, expect, it } from "vitest";
import type { Domain } from "../../src/domain/column.js";
import { domainFromSchema } from "../../src/domain/from-schema.js";
import type { RowChunk } from "../../src/domain/rows.js";
import { dayText, parseDay, secondText } from "../../src/domain/time.js";
import { tableSchema } from "../../src/formats/table-schema.js";
import { CHUNK_ROWS } from "../../src/synth/release/chunk.js";
import { decoder } from "../../src/synth/release/decode.js";
import { rowHasher } from "../../src/synth/release/row-hash.js";

const rules = { nullable: true, onNull: "null", onUnparsable: "null", onOutOfBounds: "clamp" };
const domain: Domain = domainFromSchema(
  tableSchema.parse({
    fields: [
      { name: "id", type: "identifier", dpsynth: { release: "fake", fake: "sequence" } },
      { name: "secret", type: "identifier", dpsynth: { release: "drop" } },
      { name: "city", type: "string", categories: ["a", "b"], dpsynth: { nullable: true, catchAll: "other", onNull: "null", onUnseen: "catch-all" } },
      { name: "flag", type: "boolean", dpsynth: { nullable: false, onNull: "first", onUnparsable: "first" } },
      { name: "whole", type: "integer", constraints: { minimum: -5, maximum: 1004 }, dpsynth: { ...rules, bins: [-5, 0, 1, 500, 1004] } },
      { name: "money", type: "number", constraints: { minimum: 0, maximum: 10 }, dpsynth: { ...rules, bins: [0, 0.01, 0.1, 0.3, 10], decimals: 2 } },
      {
        name: "fine",
        type: "number",
        constraints: { minimum: 0.1, maximum: 0.3 },
        dpsynth: { ...rules, nullable: false, onNull: "first", onUnparsable: "first", bins: [0.1, 0.104, 0.3], decimals: 1 },
      },
      { name: "month", type: "date", constraints: { minimum: "2019-11-01", maximum: "2021-03-31" }, dpsynth: { ...rules, bins: 2, granularity: "month" } },
      { name: "day", type: "date", constraints: { minimum: "2020-02-20", maximum: "2020-03-10" }, dpsynth: { ...rules, bins: 3 } },
      { name: "at", type: "datetime", constraints: { minimum: "2020-01-01T00:00:00", maximum: "2020-01-01T23:59:59" }, dpsynth: { ...rules, bins: 4, granularity: "minute" } },
    ],
    dpsynth: { version: 1, privacyUnit: { kind: "row" } },
  }),
  "test",
);
const ROWS = 40_000;
const codes = domain.columns.map((c) => Uint8Array.from({ length: ROWS }, (_, i) => i % c.size));
const at = (name: string): number => domain.columns.findIndex((c) => c.name === name);

async function decoded(seed = "7", chunk = 0): Promise<{ rows: RowChunk; cell: (name: string) => (number | string | null)[]; names: string[] }> {
  const d = await decoder(domain, seed);
  const rows = d.decode(chunk, codes, ROWS);
  const cell = (name: string): (number | string | null)[] => {
    const { values, valid } = rows.columns[d.columns.findIndex((c) => c.name === name)];
    return Array.from({ length: ROWS }, (_, i) => (valid?.[i] === 0 ? null : (values[i] as number | string)));
  };
  return { rows, cell, names: d.columns.map((c) => c.name) };
}

/** Distinct released values of each bin, by the codes that went in. */
async function byCode(name: string): Promise<(number | string | null)[][]> {
  const { cell } = await decoded();
  const column = domain.columns[at(name)];
  const values = cell(name);
  return Array.from({ length: column.size }, (_, code) => [...new Set(values.filter((_, i) => codes[at(name)][i] === code))].sort((a, b) => Number(a) - Number(b)));
}

describe("decoded rows", () => {
  it("stand in schema order, dropped identifiers left out", async () => {
    expect((await decoded()).names).toEqual(["id", "city", "flag", "whole", "money", "fine", "month", "day", "at"]);
  });

  it("labels, the catch-all and null", async () => {
    const d = await decoder(domain, "7");
    expect(d.columns[1].dictionary).toEqual(["a", "b", "other"]);
    expect(await byCode("city")).toEqual([[0], [1], [2], [null]]);
    expect(await byCode("flag")).toEqual([[0], [1]]);
  });

  it("a null has value 0", async () => {
    const { rows } = await decoded();
    const atNulls = rows.columns.flatMap(({ values, valid }) => Array.from(valid ?? []).flatMap((v, i) => (v === 0 ? [values[i]] : [])));
    expect(atNulls.length).toBeGreaterThan(1000);
    expect(new Set(atNulls)).toEqual(new Set([0]));
  });

  it("integers take every whole step of their bin and no other", async () => {
    const [low, zero, middle, top, none] = await byCode("whole");
    expect(low).toEqual([-5, -4, -3, -2, -1]);
    expect(zero).toEqual([0]);
    expect(middle).toEqual(Array.from({ length: 499 }, (_, i) => i + 1));
    expect(top).toEqual(Array.from({ length: 505 }, (_, i) => i + 500));
    expect(none).toEqual([null]);
  });

  it("numbers take every multiple of their decimals, the last bin closed", async () => {
    const [spike, cents, tens, rest] = await byCode("money");
    expect(spike).toEqual([0]);
    expect(cents).toEqual([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09]);
    expect(tens).toEqual(Array.from({ length: 20 }, (_, i) => (10 + i) / 100));
    expect(rest).toEqual(Array.from({ length: 971 }, (_, i) => (30 + i) / 100));
  });

  it("a bin narrower than its decimals has the nearest multiple", async () => {
    expect(await byCode("fine")).toEqual([[0.1], [0.2, 0.3]]);
  });

  it("dates and instants keep their granularity", async () => {
    const [a, b] = await byCode("month");
    expect([...a, ...b].map((d) => dayText(Number(d)))).toEqual(Array.from({ length: 17 }, (_, i) => `${2019 + Math.floor((i + 10) / 12)}-${String(((i + 10) % 12) + 1).padStart(2, "0")}-01`));
    const days = (await byCode("day")).slice(0, 3).flat();
    expect(days).toEqual(Array.from({ length: 20 }, (_, i) => (parseDay("2020-02-20") as number) + i));
    const minutes = (await byCode("at")).slice(0, 4).flat();
    expect(minutes.length).toBe(1440);
    expect([minutes[0], minutes[1439]].map((s) => secondText(Number(s)))).toEqual(["2020-01-01T00:00:00", "2020-01-01T23:59:00"]);
  });

  it("is uniform inside a bin: χ² of 505 values below its 10⁻⁶ tail (656), the seed fixed", async () => {
    const { cell } = await decoded();
    const counts = new Float64Array(505);
    let n = 0;
    cell("whole").forEach((v, i) => {
      if (codes[at("whole")][i] === 3) {
        counts[Number(v) - 500] += 1;
        n += 1;
      }
    });
    const expected = n / 505;
    expect(counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0)).toBeLessThan(656);
  });

  it("hangs on (seed, chunk) alone; a chunk's rows do not hang on how many follow", async () => {
    expect((await decoded()).rows).toEqual((await decoded()).rows);
    expect((await decoded("8")).rows).not.toEqual((await decoded()).rows);
    expect((await decoded("7", 1)).cell("id")[0]).toBe(CHUNK_ROWS + 1);
    const d = await decoder(domain, "7");
    const [short, full] = [d.decode(0, codes, 100), d.decode(0, codes, ROWS)];
    expect(short.columns.map((c) => Array.from(c.values))).toEqual(full.columns.map((c) => Array.from(c.values).slice(0, 100)));
  });

  it("has the same row hash on every Node and platform", async () => {
    const d = await decoder(domain, "golden");
    const hasher = rowHasher(d.columns);
    hasher.update(d.decode(0, codes, ROWS));
    expect(hasher.digest()).toBe("5446f2b64581f9ea135aaac028ceb670a8acedd47880fa8559d0418108ff0bcc");
  });
});

describe("row hash", () => {
  const columns = [
    { name: "a", type: "string", dictionary: ["x", "y"] },
    { name: "b", type: "number", decimals: 1 },
    { name: "c", type: "string" },
  ] as const;
  const chunk = (from: number, to: number): RowChunk => ({
    rows: to - from,
    columns: [
      { values: Uint8Array.of(0, 1, 1, 0).slice(from, to), valid: Uint8Array.of(1, 1, 1, 1).slice(from, to) },
      { values: Float64Array.of(0.5, 0, 2, -1).slice(from, to), valid: Uint8Array.of(1, 0, 1, 1).slice(from, to) },
      { values: ["", "é", "zz", "z"].slice(from, to) },
    ],
  });
  const hash = (...chunks: RowChunk[]): string => {
    const h = rowHasher(columns);
    for (const c of chunks) h.update(c);
    return h.digest();
  };

  it("does not know chunk sizes, code widths or how validity is told", () => {
    const whole = hash(chunk(0, 4));
    expect(hash(chunk(0, 1), chunk(1, 3), chunk(3, 4))).toBe(whole);
    const [a, b, c] = chunk(0, 4).columns;
    expect(hash({ rows: 4, columns: [{ values: Uint32Array.from(a.values as Uint8Array) }, b, c] })).toBe(whole);
  });

  it("sees every cell, null and the order of rows", () => {
    const seen = new Set([hash(chunk(0, 4)), hash(chunk(0, 3)), hash(chunk(1, 4), chunk(0, 1))]);
    const [a, b, c] = chunk(0, 4).columns;
    seen.add(hash({ rows: 4, columns: [a, { values: b.values }, c] }));
    seen.add(hash({ rows: 4, columns: [a, b, { values: ["", "é", "z", "zz"] }] }));
    seen.add(hash({ rows: 4, columns: [{ values: Uint8Array.of(0, 1, 1, 1) }, b, c] }));
    expect(seen.size).toBe(6);
  });
});
