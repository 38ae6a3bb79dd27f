import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Clique, cells, cliqueKey } from "../domain/clique.js";
import { type Coarsening, type View, viewSizes } from "../domain/coarsening.js";
import { type ExactMarginal, exactMarginal } from "../domain/marginal.js";
import type { Codes, EncodedTable } from "../table/encoded.js";
import { cover, type Pass } from "./cover.js";
import type { CountingEngine } from "./engine.js";
import { countPasses } from "./kernel.js";
import { merge } from "./merge.js";
import { project } from "./project.js";

/** A worker costs some 30 ms to start; below this many row visits one thread is done sooner. */
const THREADED_VISITS_MIN = 40_000_000;

export interface CountJob {
  readonly codes: EncodedTable["codes"];
  readonly sizes: readonly number[];
  readonly passes: readonly Pass[];
  readonly from: number;
  readonly to: number;
}

/** Cells of counted marginals that are kept for the next call: selections ask for the same pairs round after round. */
const KEPT_CELLS_MAX = 1 << 26;
const FULL: View = [];

/** The table in memory, counted in blocked passes, in as many threads as the machine has where that pays. */
export function memoryEngine(table: EncodedTable, threads: number = availableParallelism()): CountingEngine {
  const full = table.domain.columns.map((c) => c.size);
  const recoded = new WeakMap<Coarsening, Codes>();
  const kept = new WeakMap<View, Map<string, ExactMarginal>>();
  let keptCells = 0;
  const countNow = async (cliques: readonly Clique[], view: View | undefined): Promise<ExactMarginal[]> => {
    const sizes = viewSizes(full, view);
    const passes = cover(cliques, sizes);
    const codes = table.codes.map((c, i) => recode(c, view?.[i], recoded));
    const worthIt = table.rows * passes.length >= THREADED_VISITS_MIN && threads > 1 && !import.meta.url.endsWith(".ts");
    const joints = worthIt ? await inThreads(codes, table.rows, sizes, passes, threads) : countPasses(codes, sizes, passes, 0, table.rows);
    const out = new Array<ExactMarginal>(cliques.length);
    passes.forEach((pass, p) => {
      for (const member of pass.members) {
        const same = cliques[member].length === pass.columns.length;
        out[member] = exactMarginal(cliques[member], same ? joints[p] : project(joints[p], pass.columns, cliques[member], sizes));
      }
    });
    return out;
  };
  const counted = async (cliques: readonly Clique[], view: View | undefined): Promise<ExactMarginal[]> => {
    const known = kept.get(view ?? FULL) ?? new Map<string, ExactMarginal>();
    kept.set(view ?? FULL, known);
    const keys = cliques.map(cliqueKey);
    const missing = [...keys.keys()].filter((i) => !known.has(keys[i]));
    const fresh = await countNow(
      missing.map((i) => cliques[i]),
      view,
    );
    const out = keys.map((key) => known.get(key) as ExactMarginal);
    missing.forEach((i, k) => {
      out[i] = fresh[k];
      if (keptCells + fresh[k].counts.length > KEPT_CELLS_MAX) return;
      keptCells += fresh[k].counts.length;
      known.set(keys[i], fresh[k]);
    });
    return out;
  };
  return {
    async count(cliques, view) {
      if (view === undefined) return await counted(cliques, undefined);
      // small tables are counted once at full resolution and merged for each view: a mechanism asks for a pair at many
      const small = cliques.map((clique) => cells(clique, full) <= table.rows);
      const [whole, coarse] = [
        await counted(
          cliques.filter((_, i) => small[i]),
          undefined,
        ),
        await counted(
          cliques.filter((_, i) => !small[i]),
          view,
        ),
      ];
      let [w, c] = [0, 0];
      return cliques.map((clique, i) => (small[i] ? exactMarginal(clique, merge(whole[w++].counts, clique, full, view)) : coarse[c++]));
    },
  };
}

/** Shards of rows, one a thread; this thread takes the first. Columns are shared, joint tables come back and are added. */
async function inThreads(codes: readonly Codes[], rows: number, sizes: number[], passes: Pass[], threads: number): Promise<Float64Array[]> {
  const shard = Math.ceil(rows / threads);
  const jobs = Array.from({ length: threads - 1 }, (_, i) => ({ codes, sizes, passes, from: Math.min(rows, (i + 1) * shard), to: Math.min(rows, (i + 2) * shard) }));
  const pending = jobs.map(
    (job) =>
      new Promise<Float64Array[]>((resolve, reject) => {
        const worker = new Worker(new URL("./count-worker.js", import.meta.url), { workerData: job });
        worker.once("message", resolve);
        worker.once("error", reject);
      }),
  );
  const mine = countPasses(codes, sizes, passes, 0, Math.min(shard, rows));
  for (const theirs of await Promise.all(pending)) {
    theirs.forEach((joint, p) => {
      for (let i = 0; i < joint.length; i += 1) mine[p][i] += joint[i];
    });
  }
  return mine;
}

/** A column's codes under a coarsening, made once and kept as long as the coarsening lives. */
function recode(codes: Codes, coarsening: Coarsening | undefined, known: WeakMap<Coarsening, Codes>): Codes {
  if (coarsening === undefined) return codes;
  const found = known.get(coarsening);
  if (found !== undefined) return found;
  const { size, of } = coarsening;
  const bytes = size <= 256 ? 1 : size <= 65_536 ? 2 : 4;
  const buffer = new SharedArrayBuffer(codes.length * bytes);
  const out = bytes === 1 ? new Uint8Array(buffer) : bytes === 2 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  for (let row = 0; row < out.length; row += 1) out[row] = of[codes[row]];
  known.set(coarsening, out);
  return out;
}
