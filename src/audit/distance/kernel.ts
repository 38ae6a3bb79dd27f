import { readFileSync } from "node:fs";

interface Exports {
  layout(...words: number[]): void;
  search(from: number, to: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

/** The compiled kernel, or null where the file is missing or the engine lacks SIMD or shared memory: the plain twin then answers. */
export function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    try {
      compiled = new WebAssembly.Module(readFileSync(new URL("./nearest.wasm", import.meta.url)));
    } catch {
      compiled = null;
    }
  }
  return compiled;
}

export function kernelAvailable(): boolean {
  return kernelModule() !== null;
}

/** A kernel over `memory`, which threads share; each has its own scratch, named by `layout`. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory, layout: readonly number[]): (from: number, to: number) => void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => {} } });
  const kernel = exports as unknown as Exports;
  kernel.layout(...layout);
  return kernel.search;
}

const PAGE = 65_536;
/** Below this address the kernel keeps nothing of ours. */
const FIRST = 4096;

/** Hands out aligned addresses; the memory is made once all are known. */
export interface Arena {
  reserve(bytes: number): number;
  /** Shared memory for all that was reserved; null where it does not fit 4 GB. */
  memory(): WebAssembly.Memory | null;
}

export function arena(): Arena {
  let next = FIRST;
  return {
    reserve(bytes) {
      const at = next;
      next += (bytes + 31) & ~15; // 16 spare bytes, because vector loads may look past the end
      return at;
    },
    memory() {
      const pages = Math.ceil(next / PAGE);
      return pages > PAGE ? null : new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    },
  };
}
