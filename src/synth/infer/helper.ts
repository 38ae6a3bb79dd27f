import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { threadBeside } from "../../base/thread.js";
import { type Arena, openArena } from "./arena.js";
import type { Job } from "./job.js";
import { runJob } from "./run-job.js";

/** What the helper thread is told. The first to claim the board does the job. */
export interface Offer {
  readonly job: Job;
  readonly desk: Float64Array;
  /** [0] 1 when claimed, [1] 1 when done. */
  readonly board: Int32Array;
}

/** How long a claimed half may stay silent before it is done here. */
const PATIENCE_MS = 20_000;

let helper: Worker | null | undefined;

/**
 * Offer a half to the helper thread. What is returned waits, and gives the desk that holds the outputs: the helper's, or this thread's own
 * where the helper has not begun, as when it is still starting or there is none. Both are the same to the last bit. It is another desk where
 * the helper fell silent, since it may still write to the old one.
 */
export function offerHalf(job: Job, desk: Float64Array): () => Float64Array {
  const board = new Int32Array(new SharedArrayBuffer(8));
  helperThread()?.postMessage({ job, desk, board } satisfies Offer);
  return () => {
    if (Atomics.compareExchange(board, 0, 0, 1) !== 0) {
      if (Atomics.wait(board, 1, 0, PATIENCE_MS) !== "timed-out") return desk;
      void helper?.terminate();
      helper = null;
      desk = desk.slice();
    }
    runJob(job, desk, roomFor(job));
    return desk;
  };
}

/** Do an offered half unless somebody has begun with it. */
export function takeOffer({ job, desk, board }: Offer): void {
  if (Atomics.compareExchange(board, 0, 0, 1) !== 0) return;
  runJob(job, desk, roomFor(job));
  Atomics.store(board, 1, 1);
  Atomics.notify(board, 1);
}

let room: { readonly arena: Arena; readonly bytes: number } | undefined;

/** This thread's arena for halves, kept for the next one. */
function roomFor({ bytes }: Job): Arena {
  if (room === undefined || room.bytes < bytes) room = { arena: openArena(bytes), bytes };
  return room.arena;
}

/** Started once, when first needed; it does not keep the process alive. None on one core. */
function helperThread(): Worker | null {
  if (helper !== undefined) return helper;
  helper = availableParallelism() < 2 ? null : threadBeside(import.meta.url, "helper-worker.js");
  helper?.on("error", () => {
    helper = null; // what it had claimed is done by the caller in the end
  });
  helper?.unref();
  return helper;
}
