import { seededBits } from "../../base/random.js";
import type { ModelFile } from "../../formats/model.js";
import { dealer } from "./deal.js";
import { type Codes, chunkCodes, type Groups } from "./groups.js";
import { polishedColumns, polisher } from "./polish.js";
import { spreadStep, treeSteps } from "./steps.js";

/** Rows from a model, chunk by chunk: a pure function of (model, seed). */
export interface Sampler {
  /** Codes of each learned column for the next `rows` ≤ CHUNK_ROWS rows. The arrays are reused by the next call. */
  next(rows: number): readonly Codes[];
}

/**
 * Down the junction tree, clique by clique: rows are grouped by what the separator already holds, each group's rows are dealt to the cells of the new
 * columns (see {@link dealer}). Compressed codes then spread over the codes they stand for. Where the model has targets of its own, rows are polished
 * (see {@link polisher}): before the spreading of columns too long to be polished code by code.
 */
export function sampler(model: ModelFile, columns: readonly string[], sizes: readonly number[], seed: string): Sampler {
  const known = new Map<string, Groups>();
  const coarse = columns.map((name) => chunkCodes(model.expansions[name].length));
  const tree = treeSteps(model, columns, coarse, known);
  const compressed = columns.map((name) => model.expansions[name].some(({ codes }, i) => codes.length !== 1 || codes[0] !== i));
  const out = columns.map((_, c) => (compressed[c] ? chunkCodes(sizes[c]) : coarse[c]));
  const spreads = columns.flatMap((name, c) => (compressed[c] ? [{ c, step: spreadStep(model.expansions[name], c, out[c], known) }] : []));
  const polished = model.targets === undefined || columns.length < 2 ? undefined : polishedColumns(model, columns, sizes);
  const polish = polished === undefined ? undefined : polisher(model, polished, seed);
  const early = spreads.flatMap(({ c, step }) => (polished?.[c].full === false ? [] : [step]));
  const late = spreads.flatMap(({ c, step }) => (polished?.[c].full === false ? [step] : []));
  const deal = dealer([...tree, ...spreads.map((s) => s.step)], seededBits(`rows ${seed}`));
  return {
    next(rows) {
      for (const groups of known.values()) groups.counted = false;
      for (const step of [...tree, ...early]) deal(step, coarse, rows);
      polish?.(
        out.map((codes, c) => (polished?.[c].full === false ? coarse[c] : codes)),
        rows,
      );
      for (const groups of known.values()) groups.counted = false; // the swaps moved rows between groups
      for (const step of late) deal(step, coarse, rows);
      return out.map((codes) => codes.subarray(0, rows));
    },
  };
}
