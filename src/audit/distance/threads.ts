import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { threadBeside } from "../../base/thread.js";
import { instantiate } from "./kernel.js";

/** What a helper thread is told: everything lies in shared memory. */
export interface SharedSearch {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: readonly number[];
  readonly queries: number;
  /** [0] next chunk to claim, [1] chunks done, then one flag per chunk. */
  readonly board: Int32Array;
}

/** Queries that a thread claims at a time. */
export const CHUNK = 256;
/** How long a claimed chunk may stay silent before this thread answers it as well. */
const PATIENCE_MS = 20_000;

const helpers: (Worker | null)[] = [];

/** Threads that can help: none where the sources run without a build. */
export function threadsAtMost(): number {
  return import.meta.url.endsWith(".ts") ? 1 : Math.min(16, availableParallelism());
}

/**
 * Answer all queries in as many threads as there are layouts. It blocks, as one thread would: chunks are claimed from a shared
 * counter, and a chunk whose helper dies is answered here.
 */
export function searchShared(module: WebAssembly.Module, memory: WebAssembly.Memory, layouts: readonly (readonly number[])[], queries: number, progress?: (done: number, total: number) => void): void {
  const chunks = Math.ceil(queries / CHUNK);
  const board = new Int32Array(new SharedArrayBuffer(4 * (2 + chunks)));
  layouts.slice(1).forEach((layout, i) => {
    helper(i)?.postMessage({ module, memory, layout, queries, board } satisfies SharedSearch);
  });
  const answer = instantiate(module, memory, layouts[0]);
  claimChunks(answer, queries, board, () => progress?.(Math.min(queries, Atomics.load(board, 1) * CHUNK), queries));
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    if (Atomics.wait(board, 2 + chunk, 0, PATIENCE_MS) === "timed-out") answer(chunk * CHUNK, Math.min(queries, (chunk + 1) * CHUNK));
  }
}

/** Claim and answer chunks until none is left. */
export function claimChunks(answer: (from: number, to: number) => void, queries: number, board: Int32Array, onChunk?: () => void): void {
  const chunks = board.length - 2;
  for (let chunk = Atomics.add(board, 0, 1); chunk < chunks; chunk = Atomics.add(board, 0, 1)) {
    answer(chunk * CHUNK, Math.min(queries, (chunk + 1) * CHUNK));
    Atomics.add(board, 1, 1);
    Atomics.store(board, 2 + chunk, 1);
    Atomics.notify(board, 2 + chunk);
    onChunk?.();
  }
}

/** Helpers are started once and do not keep the process alive. */
function helper(i: number): Worker | null {
  if (helpers[i] === undefined) {
    const worker = threadBeside(import.meta.url, "nearest-worker.js");
    worker?.on("error", () => {}); // its chunks are answered by the caller
    worker?.unref();
    helpers[i] = worker;
  }
  return helpers[i];
}
