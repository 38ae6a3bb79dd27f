import type { Arena } from "./arena.js";
import type { Job } from "./job.js";

/** Do a job from its desk to its desk, in an arena of at least its bytes. */
export function runJob({ at, words, ones, inputs, outputs }: Job, desk: Float64Array, { memory, contract }: Arena): void {
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
