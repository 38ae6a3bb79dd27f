import { type AuditContext, shared } from "../context.js";
import { contentHashes, contentRanks } from "../distance/content-order.js";
import { takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import { mostExposed } from "./most-exposed.js";

/** Distances from real rows to their two nearest released rows, by row of `real`; NaN for rows that nobody attacks, ∞ where there are too few released rows. */
export interface TargetNeighbours {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** One search for all the attacks that ask how near the release comes to a person. */
export function targetNeighbours(context: AuditContext): TargetNeighbours {
  return shared(context, "target neighbours", () => {
    const exposed = mostExposed(context);
    const rows = Uint32Array.from(new Set([...context.members, ...context.others, ...context.outsiders, ...exposed.members, ...exposed.others]));
    const found = nearest(takeRows(context.realPoints, rows), context.releasePoints, 2, { ranks: releaseRanks(context), progress: stage(context.progress, "nearest released rows") });
    const [first, second] = [new Float64Array(context.real.rows).fill(Number.NaN), new Float64Array(context.real.rows).fill(Number.NaN)];
    rows.forEach((row, i) => {
      first[row] = found.distances[2 * i];
      second[row] = found.distances[2 * i + 1];
    });
    return { first, second };
  });
}

/** Order among released rows at equal distance: a hash of their content. */
export function releaseRanks(context: AuditContext): Uint32Array {
  return shared(context, "release ranks", () => contentRanks(contentHashes(context.releasePoints, `${context.seed} ties`)));
}
