import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seededBits } from "../../src/base/random.js";
import { plainSwaps, type SwapKernel } from "../../src/synth/sample/swap-plain.js";

const SIZES = [3, 7, 2, 5];
const FIRST = [0, 3, 10, 12];
const SIDE = 17;
const ROWS = 200;
const D = SIZES.length;
const AT = { residuals: 512, choices: 4096, firsts: 5120, heads: 6144, rows: 8192, rings: 16_384 };

/** Random rows, residuals against random targets, pairs in both directions; returns what a kernel makes of them. */
function world(memory: ArrayBufferLike, seed: string): { places: Uint16Array; residuals: Float32Array; slots: number } {
  const bits = seededBits(seed);
  const places = new Uint16Array(memory, AT.rows, ROWS * D);
  for (let i = 0; i < places.length; i += 1) places[i] = FIRST[i % D] + bits.below(SIZES[i % D]);
  new Uint32Array(memory, AT.firsts, D + 1).set([...FIRST, SIDE]);
  const residuals = new Float32Array(memory, AT.residuals, SIDE * SIDE);
  const choices = new Uint32Array(memory, AT.choices, D * D);
  let slots = 0;
  for (let a = 0; a < D; a += 1) {
    for (let b = a + 1; b < D; b += 1) {
      for (let x = FIRST[a]; x < FIRST[a] + SIZES[a]; x += 1) {
        for (let y = FIRST[b]; y < FIRST[b] + SIZES[b]; y += 1) {
          residuals[x * SIDE + y] = -((2 * ROWS * bits.uniform()) / (SIZES[a] * SIZES[b]));
          for (let i = 0; i < ROWS; i += 1) if (places[i * D + a] === x && places[i * D + b] === y) residuals[x * SIDE + y] += 1;
          residuals[y * SIDE + x] = residuals[x * SIDE + y];
        }
      }
      choices[slots++] = a * D + b;
      choices[slots++] = b * D + a;
    }
  }
  return { places, residuals, slots };
}

function compiled(memory: WebAssembly.Memory): SwapKernel {
  const module = new WebAssembly.Module(readFileSync(new URL("../../src/synth/sample/swap.wasm", import.meta.url)));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as SwapKernel;
}

const begin = (kernel: SwapKernel): void => kernel.begin(AT.rows, ROWS, D, AT.residuals, SIDE, AT.firsts, AT.heads, AT.rings);

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
      kernels.forEach(begin);
      const kept = kernels.map((kernel) => kernel.swaps(5000, AT.choices, fast.slots));
      expect(kept[0]).toBe(kept[1]);
      expect(kept[0]).toBeGreaterThan(20);
      expect([...fast.places]).toEqual([...plain.places]);
      expect([...fast.residuals]).toEqual([...plain.residuals]);
      expect(kernels[0].squares(AT.residuals + 4 * 3, 3, 7)).toBe(kernels[1].squares(AT.residuals + 4 * 3, 3, 7));
    }
  });

  test("keeps codes in their columns, lowers the squared residuals, and residuals stay counts less targets", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const { places, residuals, slots } = world(memory.buffer, "d");
    const kernel = compiled(memory);
    kernel.seed(5, 6, 7, 1);
    const before = Uint16Array.from(places);
    const first = Float32Array.from(residuals);
    begin(kernel);
    kernel.swaps(5000, AT.choices, slots);
    expect(squares(residuals)).toBeLessThan(0.7 * squares(first));
    places.forEach((place, i) => expect(place >= FIRST[i % D] && place < FIRST[i % D] + SIZES[i % D]).toBe(true));
    const count = (rows: Uint16Array, x: number, y: number): number => Array.from({ length: ROWS }, (_, i) => Number(rows[i * D] === x && rows[i * D + 1] === y)).reduce((s, v) => s + v, 0);
    for (let x = 0; x < 3; x += 1) for (let y = 3; y < 10; y += 1) expect(residuals[x * SIDE + y] - first[x * SIDE + y]).toBeCloseTo(count(places, x, y) - count(before, x, y), 3);
  });

  test("residuals stay symmetric, and their sum over a block is that of its cells", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const { residuals, slots } = world(memory.buffer, "e");
    const kernel = compiled(memory);
    kernel.seed(2, 4, 6, 1);
    begin(kernel);
    kernel.swaps(5000, AT.choices, slots);
    for (let x = 0; x < SIDE; x += 1) for (let y = 0; y < x; y += 1) expect(residuals[x * SIDE + y]).toBe(residuals[y * SIDE + x]);
    let sum = 0;
    for (let x = 0; x < 3; x += 1) for (let y = 12; y < 17; y += 1) sum += residuals[x * SIDE + y] ** 2;
    expect(kernel.squares(AT.residuals + 4 * 12, 3, 5)).toBeCloseTo(sum, 6);
  });

  test("each place's ring holds the rows that have it, and they alone", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const { places, slots } = world(memory.buffer, "f");
    const kernel = compiled(memory);
    kernel.seed(3, 5, 7, 1);
    begin(kernel);
    for (const proposals of [0, 300, 5000]) {
      kernel.swaps(proposals, AT.choices, slots);
      const heads = new Uint32Array(memory.buffer, AT.heads, SIDE);
      const rings = new Uint16Array(memory.buffer, AT.rings, 2 * ROWS * D);
      for (let place = 0; place < SIDE; place += 1) {
        const column = FIRST.findLastIndex((first) => first <= place);
        const held = Array.from({ length: ROWS }, (_, row) => row).filter((row) => places[row * D + column] === place);
        const [found, back]: [number[], number[]] = [[], []];
        for (let row = heads[place]; found.length < held.length; row = rings[2 * (row * D + column)]) found.push(row);
        for (let row = heads[place]; back.length < held.length; row = rings[2 * (row * D + column) + 1]) back.push(row);
        expect([...found].sort((a, b) => a - b)).toEqual(held);
        expect([...back].sort((a, b) => a - b)).toEqual(held);
        if (held.length === 0) expect(heads[place]).toBe(0xffffffff);
      }
    }
  });

  test("the value a row takes is drawn in proportion to what its partner lacks beyond half a row", () => {
    // one row with 0 in the first column, others wait with 1, 2 and 3; the partner's only place lacks 6.5, 3.5 and 1.5 of them, and any move is a gain
    const at = { residuals: 16, choices: 512, firsts: 528, heads: 544, rows: 576, rings: 640 };
    const taken = [0, 0, 0, 0];
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
    const kernel = compiled(memory);
    kernel.seed(11, 12, 13, 1);
    const residuals = new Float32Array(memory.buffer, at.residuals, 25);
    const rows = new Uint16Array(memory.buffer, at.rows, 8);
    new Uint32Array(memory.buffer, at.choices, 1).set([1]);
    new Uint32Array(memory.buffer, at.firsts, 3).set([0, 4, 5]);
    for (let run = 0; run < 2000; run += 1) {
      [4, -6.5, -3.5, -1.5].forEach((v, place) => {
        residuals[place * 5 + 4] = v;
        residuals[4 * 5 + place] = v;
      });
      rows.set([0, 4, 1, 4, 2, 4, 3, 4]);
      kernel.begin(at.rows, 4, 2, at.residuals, 5, at.firsts, at.heads, at.rings);
      while (kernel.swaps(1, at.choices, 1) === 0);
      taken[rows[0]] += 1;
    }
    // a normal bound of 5 standard deviations each: a false alarm in fewer than one run of a million
    [0, 0.6, 0.3, 0.1].forEach((share, place) => expect(Math.abs(taken[place] - 2000 * share)).toBeLessThanOrEqual(5 * Math.sqrt(2000 * share * (1 - share))));
  });
});
