import { toDouble } from "../../base/rational.js";
import { cells } from "../../domain/clique.js";
import { viewSizes } from "../../domain/coarsening.js";
import type { Candidate, SelectRequest } from "../../domain/door.js";
import type { Cell, marginalsOf } from "./marginals.js";
import type { Heard } from "./transcript.js";
import type { Worlds } from "./worlds.js";

type Marginals = ReturnType<typeof marginalsOf>;

/**
 * log P[answer | with the target] − log P[answer | without], as the declared noise has it. For the discrete Gaussian, exactly
 * (2kz − k²)/2σ², z the noise of the target's cell as it would be without the target's k rows; for the discrete Laplace (|z| − |z − k|)/b.
 */
export function measurementEvidence({ request, answer }: Extract<Heard, { kind: "measure" }>, { counts, at }: Cell, copies: number): number {
  const z = answer.counts[at] - counts[at];
  if (!Number.isFinite(z)) return 0;
  if (request.noise.kind === "gaussian") return (2 * copies * z - copies * copies) / (2 * toDouble(request.noise.sigma2));
  return (Math.abs(z) - Math.abs(z - copies)) / toDouble(request.noise.scale);
}

/**
 * The same of the picks of exponential mechanisms, one after the other without replacement: P[i] ∝ exp(η·s_i/2Δ) among what is left.
 * The scores are computed here anew from their definition in docs/proofs, in doubles.
 */
export function selectionEvidence({ request, picked }: Extract<Heard, { kind: "select" }>, marginals: Marginals, { domain, copies }: Pick<Worlds, "domain" | "copies">): number {
  const sizes = domain.columns.map((c) => c.size);
  const scores = request.candidates.map((candidate) => scorePair(request.score, candidate, marginals(candidate.clique, candidate.view), sizes, copies));
  const heaviest = request.candidates.reduce((most, { weight = 1 }) => Math.max(most, weight), 1);
  const rate = toDouble(request.eta) / (2 * heaviest * domain.maxRows);
  const left = new Set(request.candidates.keys());
  let evidence = 0;
  for (const pick of picked) {
    const shares = ([0, 1] as const).map((world) => logShare(left, pick, (i) => rate * scores[i][world]));
    evidence += shares[1] - shares[0];
    const { group } = request.candidates[pick];
    for (const i of left) if (i === pick || (group !== undefined && request.candidates[i].group === group)) left.delete(i);
  }
  return evidence;
}

function logShare(left: ReadonlySet<number>, pick: number, weight: (i: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const i of left) most = Math.max(most, weight(i));
  let sum = 0;
  for (const i of left) sum += Math.exp(weight(i) - most);
  return weight(pick) - most - Math.log(sum);
}

/** Weighted scores without and with the target's rows. */
function scorePair(score: SelectRequest["score"], candidate: Candidate, { counts, at }: Cell, sizes: readonly number[], copies: number): [number, number] {
  const { weight = 1, handicap = 0 } = candidate;
  if (score === "marginal-l1-error") {
    const estimate = candidate.estimate as Float64Array;
    let l1 = 0;
    for (let i = 0; i < counts.length; i += 1) l1 += Math.abs(counts[i] - estimate[i]);
    const moved = Math.abs(counts[at] + copies - estimate[at]) - Math.abs(counts[at] - estimate[at]);
    return [weight * (l1 - handicap), weight * (l1 + moved - handicap)];
  }
  const more = Float64Array.from(counts);
  more[at] += copies;
  const axis = axisOf(candidate, sizes);
  return [weight * (productError(counts, axis) - handicap), weight * (productError(more, axis) - handicap)];
}

interface Axis {
  readonly size: number;
  readonly stride: number;
}

function axisOf({ clique, child = clique[0], view }: Candidate, sizes: readonly number[]): Axis {
  const seen = viewSizes(sizes, view);
  return { size: seen[child], stride: cells(clique.slice(clique.indexOf(child) + 1), seen) };
}

/** A quarter of Σ |n·n_xπ − n_x·n_π| / n. @proof docs/proofs/privbayes-score.md */
function productError(counts: Float64Array, { size, stride }: Axis): number {
  const child = new Float64Array(size);
  const parents = new Float64Array(counts.length / size);
  const place = (cell: number): [number, number] => [Math.floor(cell / stride) % size, Math.floor(cell / (stride * size)) * stride + (cell % stride)];
  let n = 0;
  counts.forEach((count, cell) => {
    const [x, parent] = place(cell);
    child[x] += count;
    parents[parent] += count;
    n += count;
  });
  if (n === 0) return 0;
  let sum = 0;
  counts.forEach((count, cell) => {
    const [x, parent] = place(cell);
    sum += Math.abs(n * count - child[x] * parents[parent]);
  });
  return sum / (4 * n);
}
