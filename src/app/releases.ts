import { fault } from "../base/errors.js";
import { formatOf, type SampleRequest, type SampleResult, sample } from "./sample.js";

export interface ReleasesRequest extends SampleRequest {
  /** How many sets of rows. */
  readonly releases: number;
}

/** More sets than anybody combines. */
const MOST_RELEASES = 1000;

/**
 * Several sets of rows from one model, each a release of its own with its manifest: `people.csv` becomes `people.1.csv` to
 * `people.m.csv`, and release i has the seed `<seed>/<i>`. How to combine them: docs/notes/combining-releases.md.
 */
export async function sampleReleases({ releases, ...request }: ReleasesRequest): Promise<SampleResult[]> {
  if (!(Number.isInteger(releases) && releases >= 1 && releases <= MOST_RELEASES))
    throw fault("DPS-E514", "--releases", `a whole number from 1 to ${MOST_RELEASES}`, String(releases), "Give a number such as 5.");
  formatOf(request.output);
  const out: SampleResult[] = [];
  for (let index = 1; index <= releases; index += 1)
    out.push(await sample({ ...request, output: memberPath(request.output, index), seed: `${request.seed}/${index}`, series: { index, of: releases } }));
  return out;
}

/** `people.csv` → `people.3.csv`. */
function memberPath(output: string, index: number): string {
  return output.replace(/(\.[a-z]+)$/i, `.${index}$1`);
}
