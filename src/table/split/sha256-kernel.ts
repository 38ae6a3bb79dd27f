import { capacityOf, type DigestBatch, plainBatch } from "./digest-batch.js";
import { moduleBeside } from "./load-kernel.js";
import { ROUND, type StartWords, startWords } from "./sha256.js";
import { stageAt } from "./stage.js";

const PAGE = 65_536;
const WORK_BYTES = 1152;

interface Kernel {
  digest(slots: number, n: number, blocks: number, inner: number, outer: number, out: number, stride: number, work: number, round: number): void;
  put8: Put;
  put16: Put;
  put32: Put;
}

type Put = (codes: number, n: number, to: number, slot: number) => void;

/** A batch of SHA-256 digests, or, given a key, of HMAC-SHA-256, of messages of `blocks` padded blocks each. */
export function digestBatch(blocks: number, key?: Uint8Array): DigestBatch {
  const module = moduleBeside("sha256.wasm");
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
  const stage = out + 32 * capacity;
  const at = stage + 4 * capacity;
  const pages = Math.ceil((at + capacity * slot) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const kernel = new WebAssembly.Instance(module, { env: { memory, abort: () => undefined } }).exports as unknown as Kernel;
  new Int32Array(memory.buffer, round, ROUND.length).set(ROUND);
  new Int32Array(memory.buffer, inner, 8).set(start.inner);
  if (start.outer !== undefined) new Int32Array(memory.buffer, outer, 8).set(start.outer);
  const puts = { 1: kernel.put8, 2: kernel.put16, 4: kernel.put32 };
  return {
    stage: stageAt(memory.buffer, stage, capacity),
    put: (width, n, to) => puts[width](stage, n, at + to, slot),
    capacity,
    slot,
    slots: new Uint8Array(memory.buffer, at, capacity * slot),
    words: new Uint32Array(memory.buffer, out, 8 * capacity),
    run: (count) => kernel.digest(at, count, blocks, inner, start.outer === undefined ? 0 : outer, out, 4 * capacity, work, round),
  };
}
