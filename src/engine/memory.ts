import { availableParallelism } from "node:os";
import { threadBeside } from "../base/thread.js";
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
/** A joint table of more cells than this part of the rows is summed down in more time than its passes save. */
const JOINT_ROWS = 4;
/** Cells of joint tables that are counted at once. */
const BLOCK_CELLS = 1 << 23;
/** Cells at full resolution, all small tables together, up to which they are counted so and merged: beyond, each view is counted. */
const MERGED_CELLS_MAX = 1 << 24;
const FULL: View = [];

/** The table in memory, counted in blocked passes, in as many threads as the machine has where that pays. */
export function memoryEngine(table: EncodedTable, threads: number = availableParallelism()): CountingEngine {
  const full = table.domain.columns.map((c) => c.size);
  const recoded = new WeakMap<Coarsening, Codes>();
  const kept = new Map<View, Map<string, ExactMarginal>>();
  const finerThan = finerViews(full);
  let keptCells = 0;
  const countNow = async (cliques: readonly Clique[], view: View | undefined): Promise<ExactMarginal[]> => {
    const sizes = viewSizes(full, view);
    const passes = cover(cliques, sizes, table.rows / JOINT_ROWS);
    const codes = table.codes.map((c, i) => recode(c, view?.[i], recoded));
    const out = new Array<ExactMarginal>(cliques.length);
    for (const block of blocksOf(passes, sizes)) {
      const worthIt = table.rows * block.length >= THREADED_VISITS_MIN && threads > 1;
      const joints = worthIt ? await inThreads(codes, table.rows, sizes, block, threads) : countPasses(codes, sizes, block, 0, table.rows);
      block.forEach((pass, p) => {
        for (const member of pass.members) {
          const same = cliques[member].length === pass.columns.length;
          out[member] = exactMarginal(cliques[member], same ? joints[p] : project(joints[p], pass.columns, cliques[member], sizes));
        }
      });
    }
    return out;
  };
  const counted = async (cliques: readonly Clique[], view: View | undefined): Promise<ExactMarginal[]> => {
    if (cliques.length === 0) return [];
    const known = kept.get(view ?? FULL) ?? new Map<string, ExactMarginal>();
    const keys = cliques.map(cliqueKey);
    const finer = view === undefined ? [] : [...kept.keys()].flatMap((other) => (other === view ? [] : (finerThan(other, view) ?? [])));
    const out = cliques.map((clique, i) => known.get(keys[i]) ?? mergedFrom(finer, kept, clique, keys[i]));
    const missing = [...keys.keys()].filter((i) => out[i] === undefined);
    const fresh = await countNow(
      missing.map((i) => cliques[i]),
      view,
    );
    missing.forEach((i, k) => {
      out[i] = fresh[k];
      if (keptCells + fresh[k].counts.length > KEPT_CELLS_MAX) return;
      keptCells += fresh[k].counts.length;
      known.set(keys[i], fresh[k]);
    });
    if (known.size > 0) kept.set(view ?? FULL, known);
    return out as ExactMarginal[];
  };
  return {
    async count(cliques, view) {
      if (view === undefined) return await counted(cliques, undefined);
      // small tables are counted once at full resolution and merged for each view: a mechanism asks for a pair at many
      const size = cliques.map((clique) => cells(clique, full));
      const merged = size.reduce((sum, n) => sum + (n <= table.rows ? n : 0), 0) <= MERGED_CELLS_MAX;
      const small = size.map((n) => merged && n <= table.rows);
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

/** A finer view than one that is asked for, and how its columns merge into that one's. */
interface FinerView {
  readonly view: View;
  readonly sizes: readonly number[];
  readonly merging: View;
}

/** Whether tables at one view can be merged into tables at another; each answer is found once. */
function finerViews(full: readonly number[]): (fine: View, coarse: View) => FinerView[] {
  const known = new WeakMap<View, WeakMap<View, FinerView[]>>();
  return (fine, coarse) => {
    const answers = known.get(coarse) ?? new WeakMap<View, FinerView[]>();
    known.set(coarse, answers);
    const merging = answers.get(fine) === undefined ? full.map((size, c) => through(fine[c], coarse[c], size)) : [];
    const answer = answers.get(fine) ?? (merging.includes(null) ? [] : [{ view: fine, sizes: viewSizes(full, fine), merging: merging as View }]);
    answers.set(fine, answer);
    return answer;
  };
}

/** How the codes of `fine` merge into those of `coarse`; null where they do not. */
function through(fine: Coarsening | undefined, coarse: Coarsening | undefined, size: number): Coarsening | undefined | null {
  if (fine === undefined || fine === coarse) return fine === undefined ? coarse : undefined;
  if (coarse === undefined) return null;
  const of = new Uint32Array(fine.size).fill(coarse.size);
  for (let code = 0; code < size; code += 1) {
    const [from, to] = [fine.of[code], coarse.of[code]];
    if (of[from] !== coarse.size && of[from] !== to) return null;
    of[from] = to;
  }
  return { size: coarse.size, of: of.map((code) => (code === coarse.size ? 0 : code)) };
}

function mergedFrom(finer: readonly FinerView[], kept: ReadonlyMap<View, ReadonlyMap<string, ExactMarginal>>, clique: Clique, key: string): ExactMarginal | undefined {
  for (const { view, sizes, merging } of finer) {
    const found = kept.get(view)?.get(key);
    if (found !== undefined) return exactMarginal(clique, merge(found.counts, clique, sizes, merging));
  }
  return undefined;
}

/** Passes in order, cut so that the joint tables of a block fit together. */
function blocksOf(passes: readonly Pass[], sizes: readonly number[]): Pass[][] {
  const blocks: Pass[][] = [];
  let room = 0;
  for (const pass of passes) {
    const size = cells(pass.columns, sizes);
    if (size > room) {
      blocks.push([]);
      room = BLOCK_CELLS;
    }
    blocks[blocks.length - 1].push(pass);
    room -= size;
  }
  return blocks;
}

/**
 * Shards of rows, one a thread; this thread takes the first, and those of threads that fail: a fit that counts is paid for. Columns are shared, joint tables come
 * back and are added.
 */
async function inThreads(codes: readonly Codes[], rows: number, sizes: number[], passes: Pass[], threads: number): Promise<Float64Array[]> {
  const shard = Math.ceil(rows / threads);
  const jobs = Array.from({ length: threads - 1 }, (_, i) => ({ codes, sizes, passes, from: Math.min(rows, (i + 1) * shard), to: Math.min(rows, (i + 2) * shard) }));
  const pending = jobs.map(
    (job) =>
      new Promise<Float64Array[]>((resolve) => {
        const countHere = (): void => resolve(countPasses(codes, sizes, passes, job.from, job.to));
        const worker = threadBeside(import.meta.url, "count-worker.js", { workerData: job });
        if (worker === null) countHere();
        worker?.once("message", resolve);
        worker?.once("error", countHere);
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
