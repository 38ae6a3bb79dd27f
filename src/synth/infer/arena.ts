import { kernelBeside } from "../../base/kernel.js";
import { carryPlain, contractPlain } from "./sum-product-plain.js";

const PAGE = 65_536;

/** Memory that the sum-product kernel works in. Addresses are bytes, multiples of 16. */
export interface Arena {
  readonly memory: ArrayBufferLike;
  /** Run the contraction whose descriptor stands at `at`. */
  contract(at: number): void;
  /** out[target[t]·n + j] += weight[t]·from[index[t]·n + j] for every t < rows and j < n. */
  carry(out: number, target: number, from: number, index: number, weight: number, rows: number, n: number): void;
}

/** Hands out addresses before there is memory: what a model needs is known, and can be refused, before anything is allocated. */
export function reserver(): { take(bytes: number): number; readonly bytes: number } {
  let next = 16;
  return {
    take(bytes) {
      const at = next;
      next = Math.ceil((next + bytes) / 16) * 16;
      return at;
    },
    get bytes() {
      return next;
    },
  };
}

/** An arena of `bytes`; `plain` forces the twin, for judging. */
export function openArena(bytes: number, plain = false): Arena {
  const module = plain ? null : kernelBeside(import.meta.url, "sum-product.wasm");
  if (module === null) {
    const memory = new ArrayBuffer(Math.ceil(bytes / 16) * 16);
    return { memory, contract: (at) => contractPlain(memory, at), carry: (...words) => carryPlain(memory, ...words) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE), maximum: PAGE });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Pick<Arena, "contract" | "carry">;
  return { memory: memory.buffer, contract: kernel.contract, carry: kernel.carry };
}
