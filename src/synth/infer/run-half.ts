import { type Arena, openArena } from "./arena.js";
import type { HalfJob } from "./halves.js";

let room: { readonly arena: Arena; readonly bytes: number } | undefined;

/** Do a half from its desk to its desk, in this thread. The arena is kept for the next one. */
export function runHalf({ bytes, at, words, ones, inputs, outputs }: HalfJob, desk: Float64Array): void {
  if (room === undefined || room.bytes < bytes) room = { arena: openArena(bytes), bytes };
  const { memory, contract } = room.arena;
  let next = 0;
  for (const { address, length } of inputs) {
    new Float64Array(memory, address, length).set(desk.subarray(next, next + length));
    next += length;
  }
  for (const { address, length } of outputs) new Float64Array(memory, address, length).fill(0);
  new Float64Array(memory, ones.address, ones.length).fill(1);
  new Int32Array(memory, at, words.length).set(words);
  contract(at);
  for (const { address, length } of outputs) {
    desk.set(new Float64Array(memory, address, length), next);
    next += length;
  }
}
