import type { Progress } from "../../domain/progress.js";
import { kernelModule } from "./kernel.js";
import type { MixedTable } from "./mixed.js";
import { type Neighbours, nearestPlain } from "./plain.js";
import { prepare } from "./search.js";
import { searchShared, threadsAtMost } from "./threads.js";

/** A helper thread costs some 40 ms to start; below this many compared cells one thread is done sooner. */
const THREADED_CELLS = 2e9;

export interface NearestOptions {
  /** Order among references at equal distance, a permutation; file order where absent. */
  readonly ranks?: Uint32Array;
  readonly progress?: ((done: number, total: number) => void) | undefined;
  /** At most this many; as many as the machine has where that pays, if absent. The answer does not hang on it. */
  readonly threads?: number;
}

/**
 * Exact k nearest references of each query under {@link mixedDistance}: the SIMD kernel, or the plain twin where WebAssembly SIMD
 * is missing or 4 GB do not hold both tables. Both give the same bits.
 * @pre both tables have the same columns, scaled by the same ranges; k ≥ 1
 */
export function nearest(queries: MixedTable, references: MixedTable, k: number, options: NearestOptions = {}): Neighbours {
  const ranks = options.ranks ?? Uint32Array.from({ length: references.rows }, (_, i) => i);
  const plain = (): Neighbours => nearestPlain(queries, references, ranks, k);
  const module = kernelModule();
  if (queries.rows === 0 || references.rows === 0 || module === null) return plain();
  const cells = queries.rows * references.rows * (references.numeric.length + references.categorical.length);
  const threads = Math.min(threadsAtMost(), options.threads ?? (cells < THREADED_CELLS ? 1 : threadsAtMost()));
  const search = prepare(queries, references, ranks, k, threads);
  if (search === null) return plain();
  searchShared(module, search.memory, search.layouts, queries.rows, options.progress);
  return { k, ...search.read() };
}

/** Adapter of {@link Progress} to one named search. */
export function stage(progress: Progress | undefined, name: string): ((done: number, total: number) => void) | undefined {
  return progress === undefined ? undefined : (done, total) => progress(name, done, total);
}
