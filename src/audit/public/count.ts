import type { EncodedTable } from "../../table/encoded.js";
import { publicPoints, publicSpace } from "./public-points.js";
import { publicTargets } from "./public-targets.js";
import { type PublicQuestion, publicView } from "./questions.js";

/**
 * Exact counts of each question: hits and misses among people learnt from, then among people held out. Confidential until noise is on them.
 * @sensitivity one unit is a target at most once, in one part, and hits or misses: it changes one count of each question by 1
 * @proof docs/proofs/public-findings.md
 */
export function countAnswers(questions: readonly PublicQuestion[], table: EncodedTable, release: EncodedTable, share: number, seed: string): Float64Array[] {
  const space = publicSpace(table.domain);
  const points = publicPoints(table, space);
  const view = publicView(release, publicPoints(release, space), space, seed);
  const targets = publicTargets(table, points, share, seed);
  return questions.map((question) => {
    const tally = (rows: Uint32Array): [number, number] => {
      const hits = release.rows === 0 ? 0 : question.answer(view, table, points, rows).reduce((sum, hit) => sum + hit, 0);
      return [hits, rows.length - hits];
    };
    return Float64Array.of(...tally(targets.train), ...tally(targets.holdout));
  });
}
