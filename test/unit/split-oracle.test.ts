import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Domain } from "../../src/domain/column.js";
import { type EncodedTable, PART } from "../../src/table/encoded.js";
import { multisetDigest } from "../../src/table/split/digest.js";
import { selectPart, selectRows } from "../../src/table/split/select.js";
import { sortByRank } from "../../src/table/split/sort-by-rank.js";
import { splitKeyed } from "../../src/table/split/split.js";
import { truncate } from "../../src/table/split/truncate.js";
import { WordSum } from "../../src/table/split/word-sum.js";

// The split, the truncation and the fingerprint once more, one row at a time over node:crypto and BigInt.

const key = Uint8Array.from({ length: 32 }, (_, i) => 7 * i);
const shares = { holdout: 0.3, reference: 0.2 };
const ROWS = 6000;

function words(seed: number): () => number {
  let word = seed;
  return () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word >>> 0;
  };
}

/** Rows that repeat, in all three widths; one person of 400 rows, many of few, some rows of nobody, ids of every length and script. */
function table(): EncodedTable & { units: Uint32Array; unitIds: (string | null)[] } {
  const next = words(20260101);
  const codes = [Uint8Array.from({ length: ROWS }, () => next() % 3), Uint16Array.from({ length: ROWS }, () => (next() % 4) * 300), Uint32Array.from({ length: ROWS }, () => (next() % 3) * 70_000)];
  const persons = 900;
  const units: number[] = Array.from({ length: ROWS }, (_, i) => (i % 15 === 0 ? 0 : next() % persons));
  const unitIds: (string | null)[] = Array.from({ length: persons }, (_, u) => (u % 4 === 0 ? "ł".repeat(u % 40) + u : u % 4 === 1 ? "x".repeat(u % 90) + u : `person ${u}`));
  for (let i = 7; i < ROWS; i += 50) {
    units[i] = unitIds.length;
    unitIds.push(null);
  }
  return { domain: { maxRows: 3 } as Domain, rows: ROWS, codes, units: Uint32Array.from(units), unitIds, unitCount: unitIds.length };
}

function message(t: EncodedTable, tag: number, row: number, ordinal?: number): Buffer {
  const out = Buffer.alloc(ordinal === undefined ? 8 : 12);
  out[0] = tag;
  out[1] = t.codes[0][row];
  out.writeUInt16BE(t.codes[1][row], 2);
  out.writeUInt32BE(t.codes[2][row], 4);
  if (ordinal !== undefined) out.writeUInt32BE(ordinal, 8);
  return out;
}

const hmac = (bytes: Uint8Array): bigint => createHmac("sha256", key).update(bytes).digest().readBigUInt64BE();
const sha = (bytes: Uint8Array): bigint => BigInt(`0x${createHash("sha256").update(bytes).digest("hex")}`);
const mod256 = (n: bigint): bigint => BigInt.asUintN(256, n);
const bytes256 = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(64, "0"), "hex");

function partOf(head: bigint): number {
  const u = Number(head >> 11n) / 2 ** 53;
  return u < 0.3 ? PART.holdout : u < 0.5 ? PART.reference : PART.train;
}

/** Ordinals among equal rows of `rows`, in their order. */
function ordinalsOf(t: EncodedTable, rows: readonly number[]): number[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const text = message(t, 0, row).toString("hex");
    const n = seen.get(text) ?? 0;
    seen.set(text, n + 1);
    return n;
  });
}

const all = Array.from({ length: ROWS }, (_, i) => i);
const persons = table();
const { units, unitIds, ...rest } = persons;
const plain: EncodedTable = { ...rest, unitCount: ROWS };

describe("over node:crypto, one row at a time", () => {
  it("parts of row units are those", () => {
    const ordinals = ordinalsOf(plain, all);
    expect([...splitKeyed(plain, key, shares)]).toEqual(all.map((row) => partOf(hmac(message(plain, 1, row, ordinals[row])))));
  });

  it("parts of persons are those of their ids, and rows of nobody those of their content", () => {
    const expected = new Array<number>(ROWS);
    const nameless = all.filter((row) => unitIds[units[row]] === null);
    expect(nameless.length).toBe(120);
    const ordinals = ordinalsOf(plain, nameless);
    for (const row of all) expected[row] = partOf(hmac(Buffer.from(`\x02${unitIds[units[row]]}`)));
    nameless.forEach((row, i) => {
      expected[row] = partOf(hmac(message(plain, 1, row, ordinals[i])));
    });
    expect([...splitKeyed(persons, key, shares)]).toEqual(expected);
  });

  it.each([1, 3, 41, 1000])("the rows kept of each person at k = %i are those of smallest rank", (maxRows) => {
    const t = { ...persons, domain: { maxRows } as Domain };
    const expected = new Array<number>(ROWS).fill(1);
    const rowsOf = Array.from({ length: t.unitCount }, (): number[] => []);
    for (const row of all) rowsOf[units[row]].push(row);
    expect(Math.max(...rowsOf.map((r) => r.length))).toBeGreaterThan(400);
    for (const rows of rowsOf) {
      const ordinals = ordinalsOf(t, rows);
      const ranked = rows.map((row, i) => ({ row, rank: hmac(message(t, 3, row, ordinals[i])) })).sort((a, b) => (a.rank < b.rank ? -1 : 1));
      for (const { row } of ranked.slice(maxRows)) expected[row] = 0;
    }
    expect([...truncate(t, key)]).toEqual(expected);
  });

  it("the fingerprint is the sum mod 2²⁵⁶, of rows", () => {
    const sum = mod256(all.reduce((s, row) => s + sha(message(plain, 4, row)), 0n));
    expect(Buffer.from(multisetDigest(plain)).toString("hex")).toBe(bytes256(sum).toString("hex"));
  });

  it("the fingerprint is the sum mod 2²⁵⁶, of persons", () => {
    const sums = new Array<bigint>(persons.unitCount).fill(0n);
    for (const row of all) sums[units[row]] = mod256(sums[units[row]] + sha(message(persons, 4, row)));
    const total = mod256(sums.reduce((s, own) => s + sha(Buffer.concat([Buffer.of(5), bytes256(own)])), 0n));
    expect(Buffer.from(multisetDigest(persons)).toString("hex")).toBe(bytes256(total).toString("hex"));
  });

  it("a table of no rows has the digest of nothing, no parts and nothing to keep", () => {
    const none = selectRows(persons, new Uint8Array(ROWS));
    expect([...multisetDigest(none)]).toEqual(new Array(32).fill(0));
    expect(splitKeyed(none, key, shares).length).toBe(0);
    expect(truncate(none, key).length).toBe(0);
    expect(multisetDigest(selectRows(plain, new Uint8Array(ROWS)))).toEqual(new Uint8Array(32));
  });

  it("two parts asked for together are the rows of both", () => {
    const parts = splitKeyed(plain, key, shares);
    const both = selectPart({ ...plain, parts }, [PART.train, PART.reference]);
    const rows = all.filter((row) => parts[row] !== PART.holdout);
    expect([...both.codes[1]]).toEqual(rows.map((row) => plain.codes[1][row]));
    expect([...(both.parts ?? [])]).toEqual(rows.map((row) => parts[row]));
  });
});

describe("sums of digests", () => {
  it("wrap at 2²⁵⁶ as exact integers do, for hundreds of equal rows of one person", () => {
    const rows = 3000;
    const one: EncodedTable = { domain: { maxRows: 1 } as Domain, rows, codes: [new Uint8Array(rows).fill(9)], units: new Uint32Array(rows), unitIds: ["a"], unitCount: 1 };
    const own = mod256(sha(Buffer.of(4, 9)) * BigInt(rows));
    expect(Buffer.from(multisetDigest(one)).toString("hex")).toBe(bytes256(sha(Buffer.concat([Buffer.of(5), bytes256(own)]))).toString("hex"));
  });

  it("carry before doubles round, however many words are added", () => {
    const stride = 2 ** 19 - 1;
    const all = new Uint32Array(8 * stride).fill(0xffff_fffd);
    const sum = new WordSum();
    for (let i = 0; i < 13; i += 1) sum.add(all, stride, stride);
    const one = Array.from({ length: 8 }).reduce((n: bigint) => (n << 32n) + 0xffff_fffdn, 0n);
    expect(Buffer.from(sum.bytes()).toString("hex")).toBe(bytes256(mod256(one * BigInt(stride) * 13n)).toString("hex"));
  });
});

describe("sorting by rank", () => {
  it.each([3, 39, 41, 500])("%i places: by the high half, then the low, then the place", (count) => {
    const next = words(count);
    const high = Uint32Array.from({ length: count + 10 }, () => [0, 7, 0xffff_ffff][next() % 3]);
    const low = Uint32Array.from({ length: count + 10 }, () => [1, 2, 0x8000_0000, 0xffff_fffe][next() % 4]);
    const rank = (p: number): bigint => (BigInt(high[p]) << 64n) + (BigInt(low[p]) << 32n) + BigInt(p);
    const start = Uint32Array.from({ length: count + 5 }, (_, i) => i + 5);
    const expected = [...start.subarray(0, count)].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    const places = start.slice();
    sortByRank(places, count, { high, low });
    expect([...places]).toEqual([...expected, ...start.subarray(count)]);
  });
});
