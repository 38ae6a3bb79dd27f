import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { HalfJob } from "./halves.js";
import { runHalf } from "./run-half.js";

/** What the helper thread is told. The first to claim the board does the job. */
export interface Offer {
  readonly job: HalfJob;
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
export function offerHalf(job: HalfJob, desk: Float64Array): () => Float64Array {
  const board = new Int32Array(new SharedArrayBuffer(8));
  helperThread()?.postMessage({ job, desk, board } satisfies Offer);
  return () => {
    if (Atomics.compareExchange(board, 0, 0, 1) !== 0) {
      if (Atomics.wait(board, 1, 0, PATIENCE_MS) !== "timed-out") return desk;
      void helper?.terminate();
      helper = null;
      desk = desk.slice();
    }
    runHalf(job, desk);
    return desk;
  };
}

/** Do an offered half unless somebody has begun with it. */
export function takeOffer({ job, desk, board }: Offer): void {
  if (Atomics.compareExchange(board, 0, 0, 1) !== 0) return;
  runHalf(job, desk);
  Atomics.store(board, 1, 1);
  Atomics.notify(board, 1);
}

/** Started once, when first needed, without this process's flags, of which a thread refuses some; it does not keep the process alive. None where the sources run without a build, or on one core. */
function helperThread(): Worker | null {
  if (helper !== undefined) return helper;
  helper = null;
  if (import.meta.url.endsWith(".ts") || availableParallelism() < 2) return helper;
  try {
    helper = new Worker(new URL("./helper-worker.js", import.meta.url), { execArgv: [] });
    helper.on("error", () => {
      helper = null; // what it had claimed is done by the caller in the end
    });
    helper.unref();
  } catch {
    // no more threads, or none allowed: a fit that is paid for goes on in one
  }
  return helper;
}
