import { existsSync, readFileSync } from "node:fs";
import { cells } from "../domain/clique.js";
import type { Codes } from "../table/encoded.js";
import type { Pass } from "./cover.js";

/** Rows per block: 32 k rows of 15 byte columns are half a megabyte and stay in the second-level cache. */
const BLOCK_ROWS = 32_768;
const INDEX_CELLS_MAX = 65_536;

interface Kernel {
  start8(code: number, n: number, index: number): void;
  start16(code: number, n: number, index: number): void;
  combine8(index: number, code: number, n: number, size: number): void;
  combine16(index: number, code: number, n: number, size: number): void;
  tally(index: number, n: number, even: number, odd: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const file = new URL("./count.wasm", import.meta.url);
    compiled = existsSync(file) ? new WebAssembly.Module(readFileSync(file)) : null;
  }
  return compiled;
}

/** True where the compiled kernel is there; the plain loop does the same work without it. */
export function hasKernel(): boolean {
  return kernelModule() !== null;
}

const align = (n: number): number => (n + 15) & ~15;

/** Joint counts of each pass over rows [from, to). Codes of 32 bits, and joints beyond 65,536 cells, take the plain loop. */
export function countPasses(codes: readonly Codes[], sizes: readonly number[], passes: readonly Pass[], from: number, to: number): Float64Array[] {
  const module = kernelModule();
  const fits = (pass: Pass): boolean => module !== null && pass.columns.length > 0 && cells(pass.columns, sizes) <= INDEX_CELLS_MAX && pass.columns.every((c) => codes[c].BYTES_PER_ELEMENT <= 2);
  const fast = passes.filter(fits);
  const counted = module === null || fast.length === 0 ? [] : countFast(module, codes, sizes, fast, from, to);
  let next = 0;
  return passes.map((pass) => (fits(pass) ? counted[next++] : countLoop(codes, sizes, pass, from, to)));
}

/** The plain twin: one joint table, one row at a time. */
export function countLoop(codes: readonly Codes[], sizes: readonly number[], pass: Pass, from: number, to: number): Float64Array {
  const counts = new Float64Array(cells(pass.columns, sizes));
  const columns = pass.columns.map((c) => codes[c]);
  const radix = pass.columns.map((c) => sizes[c]);
  for (let row = from; row < to; row += 1) {
    let cell = 0;
    for (let i = 0; i < columns.length; i += 1) cell = cell * radix[i] + columns[i][row];
    counts[cell] += 1;
  }
  return counts;
}

function countFast(module: WebAssembly.Module, codes: readonly Codes[], sizes: readonly number[], passes: readonly Pass[], from: number, to: number): Float64Array[] {
  const used = [...new Set(passes.flatMap((p) => p.columns))].sort((a, b) => a - b);
  let bytes = 64;
  const place = (size: number): number => {
    const at = bytes;
    bytes = align(bytes + size);
    return at;
  };
  const index = place(BLOCK_ROWS * 2);
  const columnAt = new Map(used.map((c) => [c, place(BLOCK_ROWS * codes[c].BYTES_PER_ELEMENT)]));
  const tables = passes.map((pass) => {
    const size = cells(pass.columns, sizes) * 4;
    return { even: place(size), odd: place(size), cells: size / 4 };
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) + 1, maximum: 65_536 });
  const kernel = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } }).exports as unknown as Kernel;
  const heap = new Uint8Array(memory.buffer);
  for (let block = from; block < to; block += BLOCK_ROWS) {
    const n = Math.min(BLOCK_ROWS, to - block);
    for (const c of used) heap.set(new Uint8Array(codes[c].buffer, codes[c].byteOffset + block * codes[c].BYTES_PER_ELEMENT, n * codes[c].BYTES_PER_ELEMENT), columnAt.get(c));
    passes.forEach((pass, p) => {
      pass.columns.forEach((c, i) => {
        const at = columnAt.get(c) as number;
        const wide = codes[c].BYTES_PER_ELEMENT === 2;
        if (i === 0) (wide ? kernel.start16 : kernel.start8)(at, n, index);
        else (wide ? kernel.combine16 : kernel.combine8)(index, at, n, sizes[c]);
      });
      kernel.tally(index, n, tables[p].even, tables[p].odd);
    });
  }
  return tables.map(({ even, odd, cells: size }) => {
    const a = new Uint32Array(memory.buffer, even, size);
    const b = new Uint32Array(memory.buffer, odd, size);
    const sum = new Float64Array(size);
    for (let i = 0; i < size; i += 1) sum[i] = a[i] + b[i];
    return sum;
  });
}
