import { measurementEvidence, selectionEvidence } from "./likelihood.js";
import type { marginalsOf } from "./marginals.js";
import type { Transcript } from "./transcript.js";
import type { Worlds } from "./worlds.js";

/** Noise values of the target's cell that are looked at one by one. */
const SINGLE = 8;

/**
 * What is asked of a transcript. The first is the most powerful where noise and scores are what they are said to be; the others are
 * for mechanisms that are not: a count without noise, a table whose shape hangs on the data, noise that repeats itself.
 */
export const STATISTICS = [
  "likelihood ratio",
  "likelihood ratio of the choices",
  "cells told",
  "answers told",
  "sum of the first answer",
  "sum of all answers",
  ...Array.from({ length: SINGLE }, (_, i) => `answer ${i + 1} alone`),
] as const;

/** One number for each of {@link STATISTICS}; larger means more like the world with the target, or less. */
export function statisticsOf(transcript: Transcript, marginals: ReturnType<typeof marginalsOf>, worlds: Pick<Worlds, "domain" | "copies">): Float64Array {
  const out = new Float64Array(STATISTICS.length);
  let answers = 0;
  for (const heard of transcript) {
    if (heard.kind === "select") {
      const evidence = selectionEvidence(heard, marginals, worlds);
      out[0] += evidence;
      out[1] += evidence;
      continue;
    }
    const { counts } = heard.answer;
    const cell = marginals(heard.request.clique, heard.request.view);
    out[0] += measurementEvidence(heard, cell, worlds.copies);
    const sum = counts.reduce((s, v) => s + v, 0);
    if (answers === 0) out[4] = sum;
    out[5] += sum;
    const z = counts[cell.at] - cell.counts[cell.at];
    if (answers < SINGLE && Number.isFinite(z)) out[6 + answers] = z;
    out[2] += counts.length;
    answers += 1;
  }
  out[3] = answers;
  return out;
}
