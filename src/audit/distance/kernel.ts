import { readFileSync } from "node:fs";

interface Exports {
  layout(...words: number[]): void;
  search(from: number, to: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

/** The compiled kernel, or null where the file is missing or the engine lacks SIMD: the plain twin then answers. */
function kernelModule(): WebAssembly.Module | null {
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

const PAGE = 65_536;

/** A kernel with its own memory; `reserve` gives aligned addresses and must be done before views are taken. */
export interface Kernel {
  reserve(bytes: number): number;
  /** Grow the memory to all that was reserved and return it. */
  commit(): ArrayBuffer;
  readonly exports: Exports;
}

/** @pre {@link kernelAvailable} */
export function openKernel(): Kernel {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE });
  const module = kernelModule();
  if (module === null) throw new RangeError("openKernel: no kernel here");
  const instance = new WebAssembly.Instance(module, { env: { memory, abort: () => {} } });
  let next = 4096;
  return {
    reserve(bytes) {
      const at = next;
      next += (bytes + 31) & ~15; // 16 spare bytes, because vector loads may look past a row's end
      return at;
    },
    commit() {
      const pages = Math.ceil(next / PAGE) - memory.buffer.byteLength / PAGE;
      if (pages > 0) memory.grow(pages);
      return memory.buffer;
    },
    exports: instance.exports as unknown as Exports,
  };
}
