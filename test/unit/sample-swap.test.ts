import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { plainSwaps, type SwapKernel } from "../../src/synth/sample/swap-plain.js";

const SIZES = [3, 7, 2, 5];
const ROWS = 200;
const D = SIZES.length;
const AT = { layout: 16, tables: 512, choices: 4096, rows: 8192 };

/** Random rows, residuals against random targets, pairs in both directions; returns what a kernel makes of them. */
function world(memory: ArrayBufferLike, seed: string): { codes: Uint16Array; residuals: Float32Array; slots: number } {
  const bits = seededBits(seed);
  const codes = new Uint16Array(memory, AT.rows, ROWS * D);
  for (let i = 0; i < codes.length; i += 1) codes[i] = bits.below(SIZES[i % D]);
  const layout = new Uint32Array(memory, AT.layout, D * D * 3);
  const choices = new Uint32Array(memory, AT.choices, D * D);
  let bytes = 0;
  let slots = 0;
  for (let a = 0; a < D; a += 1) {
    for (let b = a + 1; b < D; b += 1) {
      layout.set([bytes, SIZES[b], 1], (a * D + b) * 3);
      layout.set([bytes, 1, SIZES[b]], (b * D + a) * 3);
      const table = new Float32Array(memory, AT.tables + bytes, SIZES[a] * SIZES[b]);
      for (let cell = 0; cell < table.length; cell += 1) table[cell] = -((2 * ROWS * bits.uniform()) / table.length);
      for (let i = 0; i < ROWS; i += 1) table[codes[i * D + a] * SIZES[b] + codes[i * D + b]] += 1;
      bytes += 4 * table.length;
      choices[slots++] = a * D + b;
      choices[slots++] = b * D + a;
    }
  }
  return { codes, residuals: new Float32Array(memory, AT.tables, bytes / 4), slots };
}

function compiled(memory: WebAssembly.Memory): SwapKernel {
  const module = new WebAssembly.Module(readFileSync(new URL("../../src/synth/sample/swap.wasm", import.meta.url)));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SwapKernel;
}

const squares = (table: Float32Array): number => table.reduce((sum, v) => sum + v * v, 0);

describe("moves between rows", () => {
  test("the kernel and its plain twin make the same moves, bit for bit", () => {
    for (const seed of ["a", "b", "c"]) {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
      const fast = world(memory.buffer, seed);
      const buffer = new ArrayBuffer(65_536);
      const plain = world(buffer, seed);
      const kernels = [compiled(memory), plainSwaps(buffer)];
      for (const kernel of kernels) kernel.seed(1, 2, 3, 1);
      const kept = kernels.map((kernel) => kernel.swaps(AT.rows, ROWS, D, AT.tables, AT.layout, 5000, AT.choices, fast.slots));
      expect(kept[0]).toBe(kept[1]);
      expect(kept[0]).toBeGreaterThan(20);
      expect([...fast.codes]).toEqual([...plain.codes]);
      expect([...fast.residuals]).toEqual([...plain.residuals]);
    }
  });

  test("keeps codes in their columns, lowers the squared residuals, and residuals stay counts less targets", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const { codes, residuals, slots } = world(memory.buffer, "d");
    const kernel = compiled(memory);
    kernel.seed(5, 6, 7, 1);
    const before = Uint16Array.from(codes);
    const first = Float32Array.from(residuals);
    kernel.swaps(AT.rows, ROWS, D, AT.tables, AT.layout, 5000, AT.choices, slots);
    expect(squares(residuals)).toBeLessThan(0.7 * squares(first));
    codes.forEach((code, i) => expect(code).toBeLessThan(SIZES[i % D]));
    const count = (rows: Uint16Array, x: number, y: number): number => Array.from({ length: ROWS }, (_, i) => Number(rows[i * D] === x && rows[i * D + 1] === y)).reduce((s, v) => s + v, 0);
    for (let x = 0; x < SIZES[0]; x += 1) for (let y = 0; y < SIZES[1]; y += 1) expect(residuals[x * SIZES[1] + y] - first[x * SIZES[1] + y]).toBeCloseTo(count(codes, x, y) - count(before, x, y), 3);
  });
});
