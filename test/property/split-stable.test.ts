import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Domain } from "../../src/domain/column.js";
import { type EncodedTable, PART } from "../../src/table/encoded.js";
import { multisetDigest } from "../../src/table/split/digest.js";
import { selectPart, selectRows } from "../../src/table/split/select.js";
import { splitKeyed } from "../../src/table/split/split.js";
import { truncate } from "../../src/table/split/truncate.js";

const key = new TextEncoder().encode("a key of thirty-two bytes, or so");
const shares = { holdout: 0.3, reference: 0.2 };
const seed = 20260101;

type Row = readonly [number, number, number];
interface Person {
  readonly id: string;
  readonly rows: readonly Row[];
}

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.nat(1),
  fc.nat(2).map((x) => x * 300),
  fc.nat(1).map((x) => x * 70_000),
);
const people = fc.uniqueArray(fc.record({ id: fc.string({ maxLength: 70 }), rows: fc.array(row, { minLength: 1, maxLength: 6 }) }), { selector: (p) => p.id, minLength: 1, maxLength: 12 });

function tableOf(rows: readonly Row[], maxRows = 1): EncodedTable {
  const codes = [Uint8Array.from(rows, (r) => r[0]), Uint16Array.from(rows, (r) => r[1]), Uint32Array.from(rows, (r) => r[2])];
  return { domain: { maxRows } as Domain, rows: rows.length, codes, unitCount: rows.length };
}

/** The people's rows in an order drawn by `order`, units numbered by first appearance. */
function personTable(persons: readonly Person[], order: (n: number) => number[], maxRows: number): EncodedTable {
  const flat = persons.flatMap((p) => p.rows.map((r) => ({ id: p.id, r })));
  const rows = order(flat.length).map((i) => flat[i]);
  const ids = [...new Set(rows.map((x) => x.id))];
  return {
    ...tableOf(
      rows.map((x) => x.r),
      maxRows,
    ),
    units: Uint32Array.from(rows, (x) => ids.indexOf(x.id)),
    unitIds: ids,
    unitCount: ids.length,
  };
}

const inOrder = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const shuffled =
  (word: number) =>
  (n: number): number[] =>
    inOrder(n).sort((a, b) => ((a * 7919 + word) % 1009) - ((b * 7919 + word) % 1009));

const cellsAt = (t: EncodedTable, i: number): string => t.codes.map((c) => c[i]).join(",");
/** How often each (row content, outcome) occurs: what may not move. */
function tally(t: EncodedTable, outcome: Uint8Array, withId: boolean): Map<string, number> {
  const out = new Map<string, number>();
  for (let i = 0; i < t.rows; i += 1) {
    const id = withId ? `${t.unitIds?.[t.units?.[i] ?? -1]}|` : "";
    const k = `${id}${cellsAt(t, i)}→${outcome[i]}`;
    out.set(k, (out.get(k) ?? 0) + 1);
  }
  return out;
}
const sorted = (m: Map<string, number>): [string, number][] => [...m].sort();

describe("row units", () => {
  it("a shuffle moves nothing", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), fc.nat(1000), (rows, word) => {
        const a = tableOf(rows);
        const b = tableOf(shuffled(word)(rows.length).map((i) => rows[i]));
        expect(sorted(tally(a, splitKeyed(a, key, shares), false))).toEqual(sorted(tally(b, splitKeyed(b, key, shares), false)));
        expect(multisetDigest(a)).toEqual(multisetDigest(b));
      }),
      { seed },
    );
  });

  it("one row more, anywhere, adds one outcome and moves no other", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), row, fc.nat(60), (rows, extra, at) => {
        const before = tableOf(rows);
        const after = tableOf([...rows.slice(0, at), extra, ...rows.slice(at)]);
        const was = tally(before, splitKeyed(before, key, shares), false);
        const is = tally(after, splitKeyed(after, key, shares), false);
        const more = [...is].filter(([k, n]) => n !== (was.get(k) ?? 0));
        expect(more.length).toBe(1);
        expect(is.get(more[0][0])).toBe((was.get(more[0][0]) ?? 0) + 1);
        for (const [k, n] of was) expect(is.get(k)).toBeGreaterThanOrEqual(n);
        expect(multisetDigest(after)).not.toEqual(multisetDigest(before));
      }),
      { seed },
    );
  });
});

describe("person units", () => {
  it("one person more or less, and any order of rows, moves nobody else's part or rows", () => {
    fc.assert(
      fc.property(people, fc.nat(1000), fc.nat(11), fc.integer({ min: 1, max: 4 }), (persons, word, gone, k) => {
        const all = personTable(persons, inOrder, k);
        const left = persons.filter((_, i) => i !== gone % persons.length);
        const fewer = personTable(left, shuffled(word), k);
        for (const outcome of [(t: EncodedTable) => splitKeyed(t, key, shares), (t: EncodedTable) => truncate(t, key)]) {
          const was = tally(all, outcome(all), true);
          const is = tally(fewer, outcome(fewer), true);
          const goneId = `${persons[gone % persons.length].id}|`;
          for (const p of left) {
            const own = (m: Map<string, number>): [string, number][] => sorted(m).filter(([x]) => x.startsWith(`${p.id}|`));
            if (!goneId.startsWith(`${p.id}|`)) expect(own(is)).toEqual(own(was).filter(([x]) => !x.startsWith(goneId) || `${p.id}|`.startsWith(goneId)));
          }
        }
      }),
      { seed },
    );
  });

  it("keeps exactly min(k, rows) rows of each person and all of a person in one part", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 4 }), (persons, k) => {
        const t = personTable(persons, shuffled(5), k);
        const keep = truncate(t, key);
        const parts = splitKeyed(t, key, shares);
        t.unitIds?.forEach((id, u) => {
          const rows = inOrder(t.rows).filter((i) => t.units?.[i] === u);
          expect(rows.filter((i) => keep[i] === 1).length).toBe(Math.min(k, persons.find((p) => p.id === id)?.rows.length ?? -1));
          expect(new Set(rows.map((i) => parts[i])).size).toBe(1);
        });
      }),
      { seed },
    );
  });

  it("agrees with node:crypto on the part of an id", () => {
    const ids = Array.from({ length: 200 }, (_, i) => `person ${i} Ł`);
    const t = personTable(
      ids.map((id) => ({ id, rows: [[0, 0, 0]] })),
      inOrder,
      1,
    );
    const expected = ids.map((id) => {
      const u = Number(createHmac("sha256", key).update(`\x02${id}`).digest().readBigUInt64BE() >> 11n) / 2 ** 53;
      return u < 0.3 ? PART.holdout : u < 0.5 ? PART.reference : PART.train;
    });
    expect([...splitKeyed(t, key, shares)]).toEqual(expected);
  });

  it("rows without an id are units of their own, split by content as rows are", () => {
    const rows: Row[] = Array.from({ length: 60 }, (_, i) => [i % 2, 300 * (i % 3), 0] as const);
    const plain = tableOf(rows);
    const nameless: EncodedTable = { ...plain, units: Uint32Array.from(rows, (_, i) => i), unitIds: rows.map(() => null) };
    expect([...splitKeyed(nameless, key, shares)]).toEqual([...splitKeyed(plain, key, shares)]);
  });

  it("the digest ignores ids and order, and sees who owns a row", () => {
    const persons: Person[] = [
      {
        id: "a",
        rows: [
          [0, 0, 0],
          [1, 300, 70_000],
        ],
      },
      { id: "b", rows: [[0, 0, 0]] },
    ];
    const base = multisetDigest(personTable(persons, inOrder, 3));
    expect(
      multisetDigest(
        personTable(
          [
            { ...persons[1], id: "z" },
            { ...persons[0], id: "y" },
          ],
          shuffled(3),
          3,
        ),
      ),
    ).toEqual(base);
    expect(
      multisetDigest(
        personTable(
          [
            { id: "a", rows: persons[0].rows.slice(0, 1) },
            {
              id: "b",
              rows: [
                [0, 0, 0],
                [1, 300, 70_000],
              ].slice(0, 2) as Row[],
            },
          ],
          inOrder,
          3,
        ),
      ),
    ).toEqual(base);
    expect(
      multisetDigest(
        personTable(
          [
            {
              id: "a",
              rows: [
                [0, 0, 0],
                [0, 0, 0],
              ],
            },
            { id: "b", rows: [[1, 300, 70_000]] },
          ],
          inOrder,
          3,
        ),
      ),
    ).not.toEqual(base);
  });
});

describe("shares", () => {
  it("parts are binomial: at 100,000 rows within 5.5 standard deviations (false alarm below 10⁻⁷ for two parts)", () => {
    const t = tableOf(Array.from({ length: 100_000 }, (_, i) => [i % 2, i % 60_000, i] as const));
    const parts = splitKeyed(t, key, shares);
    for (const [part, p] of [
      [PART.holdout, 0.3],
      [PART.reference, 0.2],
    ] as const) {
      const n = parts.filter((x) => x === part).length;
      expect(Math.abs(n - p * t.rows)).toBeLessThan(5.5 * Math.sqrt(t.rows * p * (1 - p)));
    }
  });

  it("another key gives another split", () => {
    const t = tableOf(Array.from({ length: 200 }, (_, i) => [0, 0, i] as const));
    expect(splitKeyed(t, new Uint8Array(32), shares)).not.toEqual(splitKeyed(t, key, shares));
  });
});

describe("selection", () => {
  it("the parts partition the rows, units densely numbered with their ids", () => {
    fc.assert(
      fc.property(people, (persons) => {
        const t = personTable(persons, shuffled(11), 2);
        const whole: EncodedTable = { ...t, parts: splitKeyed(t, key, shares), values: [Float64Array.from({ length: t.rows }, (_, i) => i), undefined, undefined] };
        const parts = [0, 1, 2].map((p) => selectPart(whole, p));
        expect(parts.flatMap((p) => [...(p.values?.[0] ?? [])]).sort((a, b) => a - b)).toEqual(inOrder(t.rows));
        for (const p of parts) {
          expect(p.unitIds?.length).toBe(p.unitCount);
          expect(new Set(p.units).size).toBe(p.unitCount);
          expect(p.codes.every((c) => c.buffer instanceof SharedArrayBuffer)).toBe(true);
          inOrder(p.rows).forEach((i) => {
            const original = p.values?.[0]?.[i] as number;
            expect(cellsAt(p, i)).toBe(cellsAt(whole, original));
            expect(p.unitIds?.[p.units?.[i] as number]).toBe(whole.unitIds?.[whole.units?.[original] as number]);
          });
        }
      }),
      { seed, numRuns: 50 },
    );
  });

  it("selecting rows of row units counts each as a unit; a part needs a split", () => {
    const t = tableOf([
      [0, 0, 0],
      [1, 0, 0],
      [0, 300, 0],
    ]);
    expect(selectRows(t, Uint8Array.of(1, 0, 1)).unitCount).toBe(2);
    expect(() => selectPart(t, PART.train)).toThrow(/DPS-E900/);
  });
});
