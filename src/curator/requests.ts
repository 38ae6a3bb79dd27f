import { EXIT, fault } from "../base/errors.js";
import type { Rational } from "../base/rational.js";
import { type Clique, cells } from "../domain/clique.js";
import { type Coarsening, type View, viewSizes } from "../domain/coarsening.js";
import type { Candidate, MeasureRequest, SelectRequest } from "../domain/door.js";
import { sha256 } from "../formats/common.js";
import { MAX_CANDIDATES } from "./mechanism/exponential.js";
import { SCORES } from "./mechanism/score.js";
import type { Reservation } from "./reservation.js";

/** Cells of one marginal that may be asked for: 1 GB of counts. */
const MAX_CELLS = 2 ** 27;
/** σ² and b beyond this serve nobody. */
const MAX_SPREAD = 2n ** 80n;
const MAX_PICKS = 2 ** 20;
const MAX_WEIGHT = 2 ** 20;

/** Throws unless the request is well formed and has a price in this account. `sizes`: of the columns at full resolution. */
export function checkMeasure({ clique, noise, view, partition }: MeasureRequest, sizes: readonly number[], account: Reservation["account"]): void {
  checkView(view, sizes);
  const seen = viewSizes(sizes, view);
  checkClique(clique, seen);
  checkPartition(partition, cells(clique, seen));
  if (noise.kind === "gaussian" && account === "pure") {
    throw fault("DPS-E444", "curator", "an event with a pure price", "Gaussian noise in a pure account", "Use Laplace noise, or a budget whose account is zcdp.", EXIT.budgetRefused);
  }
  const spread = noise.kind === "gaussian" ? noise.sigma2 : noise.kind === "laplace" ? noise.scale : undefined;
  if (spread === undefined || !isPositive(spread) || spread.num > MAX_SPREAD * spread.den) throw badRequest("a positive noise parameter of at most 2^80");
}

/** Throws unless score, candidates and their public numbers are well formed. */
export function checkSelect({ score, candidates, eta, picks = 1, inARow = 1 }: SelectRequest, fullSizes: readonly number[]): void {
  if (!Object.hasOwn(SCORES, score)) throw badRequest("a named score");
  if (candidates.length === 0 || candidates.length > MAX_CANDIDATES) throw badRequest("1 to 2^23 candidates");
  if (!isPositive(eta)) throw badRequest("a positive eta");
  if (!isWhole(picks, 1, MAX_PICKS) || !isWhole(inARow, 1, MAX_PICKS)) throw badRequest("a whole number of picks");
  for (const view of new Set(candidates.map((c) => c.view))) checkView(view, fullSizes);
  const { needs } = SCORES[score];
  for (const candidate of candidates) {
    const sizes = viewSizes(fullSizes, candidate.view);
    checkCandidate(candidate, sizes);
    if (needs === "estimate") checkEstimate(candidate, sizes);
    else if (candidate.partition !== undefined) throw badRequest("no partition where a child is scored");
    else if (candidate.child === undefined || !candidate.clique.includes(candidate.child)) throw badRequest("a child that is a column of the clique");
  }
}

function checkEstimate({ clique, partition, estimate }: Candidate, sizes: readonly number[]): void {
  if (!(estimate instanceof Float64Array)) throw badRequest("an estimate of type Float64Array");
  if (estimate.length !== (partition?.size ?? cells(clique, sizes)) || !allFinite(estimate)) throw badRequest("a finite estimate for each cell");
}

/** x − x is 0 where x is finite and NaN elsewhere: estimates have millions of cells, and a call for each would be felt. */
function allFinite(values: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] - values[i];
  return sum === 0;
}

function checkCandidate({ clique, partition, weight = 1, handicap = 0, group = 0 }: Candidate, sizes: readonly number[]): void {
  checkClique(clique, sizes);
  checkPartition(partition, cells(clique, sizes));
  if (!isWhole(weight, 1, MAX_WEIGHT)) throw badRequest("a whole weight from 1 to 2^20");
  if (typeof handicap !== "number" || !Number.isFinite(handicap)) throw badRequest("a finite handicap");
  if (!isWhole(group, 0, Number.MAX_SAFE_INTEGER)) throw badRequest("a whole group number");
}

function isWhole(x: unknown, from: number, to: number): boolean {
  return typeof x === "number" && Number.isInteger(x) && x >= from && x <= to;
}

/** What the commit entry is to name must be a hash: an entry that no reader accepts would break the ledger. */
export function checkModelHash(modelSha256: string | undefined): void {
  if (modelSha256 !== undefined && !sha256.safeParse(modelSha256).success) throw badRequest("a SHA-256 in lower-case hex");
}

/** A view must map every code of every column, and to one coarse code only: then a row still stands in one cell. */
function checkView(view: View | undefined, sizes: readonly number[]): void {
  if (view === undefined) return;
  if (view.length !== sizes.length) throw badRequest("a view with one entry for each column");
  for (let i = 0; i < sizes.length; i += 1) {
    const coarsening = view[i];
    if (coarsening === undefined) continue;
    checkCoarsening(coarsening, sizes[i]);
  }
}

/** The same of the cells of one table. */
function checkPartition(partition: Coarsening | undefined, cellCount: number): void {
  if (partition !== undefined) checkCoarsening(partition, cellCount);
}

function checkCoarsening({ size, of }: Coarsening, codes: number): void {
  // a plain array can hold −1, ½ or a hole, each of which is below the size
  if (!(of instanceof Uint32Array)) throw badRequest("a coarsening of type Uint32Array");
  if (!isWhole(size, 1, codes) || of.length !== codes || !allBelow(of, size)) throw badRequest("a coarsening that maps every code below its size, which is at most their number");
}

/** There are as many as cells of all candidates, and a call for each would be felt. */
function allBelow(codes: Uint32Array, size: number): boolean {
  let most = 0;
  for (let i = 0; i < codes.length; i += 1) if (codes[i] > most) most = codes[i];
  return most < size;
}

function checkClique(clique: Clique, sizes: readonly number[]): void {
  const ascending = clique.every((c, i) => Number.isInteger(c) && c >= 0 && c < sizes.length && (i === 0 || clique[i - 1] < c));
  if (!ascending || !(cells(clique, sizes) <= MAX_CELLS)) throw badRequest("a set of columns, ascending, of at most 2^27 cells");
}

function isPositive(x: Rational): boolean {
  return x.num > 0n && x.den > 0n;
}

function badRequest(must: string): Error {
  return fault("DPS-E445", "curator", must, "something else", "This is a bug in the mechanism that asked; nothing was released.", EXIT.internal);
}
