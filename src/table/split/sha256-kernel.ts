import { existsSync, readFileSync } from "node:fs";
import { capacityOf, type DigestBatch, plainBatch } from "./digest-batch.js";
import { ROUND, type StartWords, startWords } from "./sha256.js";

const PAGE = 65_536;
const WORK_BYTES = 1152;

interface Kernel {
  digest(slots: number, n: number, blocks: number, inner: number, outer: number, out: number, stride: number, work: number, round: number): void;
}

let compiled: WebAssembly.Module | null | undefined;

function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const file = new URL("./sha256.wasm", import.meta.url);
    compiled = existsSync(file) ? new WebAssembly.Module(readFileSync(file)) : null;
  }
  return compiled;
}

/** True where the compiled kernel is there; the plain twin gives the same bits without it. */
export function hasKernel(): boolean {
  return kernelModule() !== null;
}

/** A batch of SHA-256 digests, or, given a key, of HMAC-SHA-256, of messages of `blocks` padded blocks each. */
export function digestBatch(blocks: number, key?: Uint8Array): DigestBatch {
  const module = kernelModule();
  const start = startWords(key);
  return module === null ? plainBatch(blocks, start) : kernelBatch(module, blocks, start);
}

function kernelBatch(module: WebAssembly.Module, blocks: number, start: StartWords): DigestBatch {
  const capacity = capacityOf(blocks);
  const slot = blocks * 64;
  const round = 64;
  const inner = round + 4 * ROUND.length;
  const outer = inner + 32;
  const work = outer + 32;
  const out = work + WORK_BYTES;
  const at = out + 32 * capacity;
  const pages = Math.ceil((at + capacity * slot) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernel = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } }).exports as unknown as Kernel;
  new Int32Array(memory.buffer, round, ROUND.length).set(ROUND);
  new Int32Array(memory.buffer, inner, 8).set(start.inner);
  if (start.outer !== undefined) new Int32Array(memory.buffer, outer, 8).set(start.outer);
  return {
    capacity,
    slot,
    slots: new Uint8Array(memory.buffer, at, capacity * slot),
    words: new Uint32Array(memory.buffer, out, 8 * capacity),
    run: (count) => kernel.digest(at, count, blocks, inner, start.outer === undefined ? 0 : outer, out, 4 * capacity, work, round),
  };
}
