import { cells } from "../domain/clique.js";
import { viewSizes } from "../domain/coarsening.js";
import type { Candidate, SelectRequest } from "../domain/door.js";
import type { ExactMarginal } from "../domain/marginal.js";
import type { Noise } from "./mechanism/noise.js";
import { type Axis, SCORES } from "./mechanism/score.js";

/**
 * Exponential mechanisms one after the other, each over the candidates whose group was not picked yet. Which are left
 * depends on earlier picks alone, so the picks compose adaptively: T of them cost T·η²/8 (pure: T·η).
 *
 * @param exact the candidates' true counts, in their order
 * @param sizes of the columns at full resolution
 * @post each pick i has P[i] ∝ exp(η·s_i/(2Δ)) among what is left, exactly
 * @sensitivity Δ = largest weight × the score's own, for every candidate
 * @proof docs/proofs/marginal-l1-error.md
 * @proof docs/proofs/privbayes-score.md
 */
export function pickWithoutReplacement(request: SelectRequest, exact: readonly ExactMarginal[], sizes: readonly number[], maxRows: number, noise: Noise): number[] {
  const { candidates, eta, picks = 1 } = request;
  const score = SCORES[request.score];
  const sensitivity = score.sensitivity(maxRows) * BigInt(largestWeight(candidates));
  const scores = candidates.map((candidate, i) => {
    const { estimate, handicap = 0, weight = 1 } = candidate;
    return BigInt(weight) * (score.evaluate(exact[i].counts, estimate, childAxis(candidate, sizes)) - score.fixedPoint(handicap));
  });
  const members = new Map([...groupsOf(candidates).values()].flatMap((group) => group.map((i) => [i, group] as const)));
  const picker = noise.picker(scores, eta, sensitivity);
  const picked: number[] = [];
  let left = candidates.length;
  while (picked.length < picks && left > 0) {
    const pick = picker.draw();
    picked.push(pick);
    const leaving = members.get(pick) as readonly number[];
    for (const i of leaving) picker.remove(i);
    left -= leaving.length;
  }
  return picked;
}

/** Where the candidate's child stands in its row-major table. */
function childAxis({ clique, child, view }: Candidate, sizes: readonly number[]): Axis | undefined {
  if (child === undefined) return undefined;
  const seen = viewSizes(sizes, view);
  return { size: seen[child], stride: cells(clique.slice(clique.indexOf(child) + 1), seen) };
}

/** Candidates by group; one without a group stands alone. */
export function groupsOf(candidates: readonly Candidate[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  candidates.forEach(({ group }, i) => {
    const key = group === undefined ? `alone ${i}` : `${group}`;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [i]);
    else members.push(i);
  });
  return groups;
}

export function largestWeight(candidates: readonly Candidate[]): number {
  return candidates.reduce((most, { weight = 1 }) => Math.max(most, weight), 1);
}
