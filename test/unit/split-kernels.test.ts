import { describe, expect, it } from "vitest";
import type { Codes } from "../../src/table/encoded.js";
import { ordinalsByHash } from "../../src/table/split/equal-rows-kernel.js";
import { moduleBeside } from "../../src/table/split/load-kernel.js";
import { ordinals, ordinalsPlain } from "../../src/table/split/ordinals.js";

/** xorshift32: the same tables in every run. */
function words(seed: number): () => number {
  let word = seed;
  return () => {
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    return word >>> 0;
  };
}

/** Columns of all three widths whose rows repeat. */
function columns(rows: number, sizes: readonly [number, number, number]): Codes[] {
  const next = words(rows + 17);
  return [
    Uint8Array.from({ length: rows }, () => next() % sizes[0]),
    Uint16Array.from({ length: rows }, () => (next() % sizes[1]) * 301),
    Uint32Array.from({ length: rows }, () => (next() % sizes[2]) * 70_001),
  ];
}

/** Ordinals by counting the equal rows before each, told apart by their text. */
function judge(codes: readonly Codes[], rows: readonly number[]): number[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const text = codes.map((c) => c[row]).join(",");
    const n = seen.get(text) ?? 0;
    seen.set(text, n + 1);
    return n;
  });
}
const inOrder = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("kernels of the split", () => {
  it("are built: the tests of them are not of their twins", () => {
    for (const name of ["sha256.wasm", "equal-rows.wasm"]) {
      expect(moduleBeside(name)).toBeInstanceOf(WebAssembly.Module);
      expect(moduleBeside(name)).toBe(moduleBeside(name));
    }
    expect(moduleBeside("no-such-kernel.wasm")).toBeNull();
  });
});

describe("ordinals among equal rows", () => {
  const tables: [number, [number, number, number]][] = [
    [0, [1, 1, 1]],
    [1, [1, 1, 1]],
    [5, [2, 1, 1]],
    [4095, [2, 3, 2]],
    [4096, [200, 200, 200]],
    [4099, [1, 1, 1]],
    [70_001, [40, 30, 20]],
  ];

  it.each(tables)("of %i rows: by hash, plainly and by counting are one", (rows, sizes) => {
    const codes = columns(rows, sizes);
    const expected = judge(codes, inOrder(rows));
    if (rows > 0) expect([...(ordinalsByHash({ codes, count: rows }) as Uint32Array)]).toEqual(expected);
    expect([...ordinalsPlain({ codes, rows })]).toEqual(expected);
    expect([...ordinals({ codes, rows })]).toEqual(expected);
  });

  it("count only the rows that are named, in their order", () => {
    const codes = columns(5000, [3, 3, 3]);
    const rows = inOrder(1667).map((i) => 4999 - 3 * i);
    const among = Uint32Array.from(rows);
    expect([...(ordinalsByHash({ codes, count: among.length, rows: among }) as Uint32Array)]).toEqual(judge(codes, rows));
    expect([...ordinalsPlain({ codes, rows: 5000 }, among)]).toEqual(judge(codes, rows));
  });

  it.each([0, 1, 2])("a difference in column %i alone is seen where hashes meet", (different) => {
    const codes = [new Uint8Array(9000), new Uint16Array(9000), new Uint32Array(9000)];
    codes[different][5003] = 3;
    expect(ordinalsByHash({ codes, count: 9000 })?.[5003]).toBe(0);
    expect(ordinalsByHash({ codes, count: 9000 }, 0)).toBeUndefined();
    codes[different][5003] = 0;
    expect(ordinalsByHash({ codes, count: 9000 }, 0)?.[8999]).toBe(8999);
  });

  it("a hash cut to six bits makes different rows meet, and is given up", () => {
    const codes = columns(4096, [200, 200, 200]);
    expect(ordinalsByHash({ codes, count: 4096 }, 0x7)).toBeUndefined();
    expect([...(ordinalsByHash({ codes, count: 4096 }) as Uint32Array)]).toEqual(judge(codes, inOrder(4096)));
  });
});
