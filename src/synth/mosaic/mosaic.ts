import { type Rational, toDouble } from "../../base/rational.js";
import { type Clique, cliqueKey, subsets } from "../../domain/clique.js";
import type { View } from "../../domain/coarsening.js";
import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { NoisyMarginal } from "../../domain/marginal.js";
import type { Progress } from "../../domain/progress.js";
import { inRows, pairMarginals } from "../infer/pair-marginals.js";
import type { Published } from "../model.js";
import { projectToSimplex } from "../select/denoise.js";
import { selectionEta } from "../select/mst.js";
import { evenNoise, varianceOf } from "../select/one-way.js";
import { denoise } from "./denoise.js";
import { levelsOf } from "./levels.js";
import { offersOf } from "./offers.js";
import { type MeasuredPair, type PairTable, type Pyramid, resample, viewsOf } from "./resolution.js";
import { allocate, COUNT_SHARE, picksByRound, portion, type Schedule, scheduleOf } from "./schedule.js";
import { tilt } from "./tilt.js";
import { fitTree, type OneWayEvidence, type TreeModel } from "./tree-model.js";
import { type TreeRoom, treeCellsMax, treeRoom } from "./tree-room.js";

/** Histograms with this many cells enter the fit denoised. */
const DENOISED_MIN = 32;

/** A fitted mosaic: a tree, pairs beyond it, and everything the door let out. */
export interface Mosaic {
  readonly noisy: readonly Published[];
  readonly pyramid: Pyramid;
  readonly tree: TreeModel;
  /** Targets of pairs that the tree does not hold, in rows. */
  readonly beyond: readonly PairTable[];
  readonly total: number;
  readonly schedule: Schedule;
}

interface State {
  readonly door: Door;
  readonly pyramid: Pyramid;
  readonly views: readonly View[];
  readonly oneWays: readonly OneWayEvidence[];
  readonly total: number;
  readonly noisy: Published[];
  /** Measured pairs that the tree holds, and those that it does not. */
  readonly inside: MeasuredPair[];
  readonly extras: MeasuredPair[];
  readonly room: TreeRoom;
  readonly schedule: Schedule;
  tree: TreeModel;
}

/**
 * MOSAIC: one-ways first, then three rounds of private picks among all pairs at all of their nested coarse levels; what
 * fits a small junction tree goes into it, other pairs become targets that are imposed on the rows.
 * @cite docs/notes/mosaic.md derives it; docs/proofs/mosaic.md proves its price
 */
export async function measureMosaic(door: Door, domain: Domain, publicTotal: number | undefined, progress?: Progress): Promise<Mosaic> {
  const budget = door.left();
  const rho = toDouble(budget);
  const sizes = domain.columns.map((c) => c.size);
  const noisy: State["noisy"] = [];
  const known = publicTotal === undefined ? undefined : Math.max(1, publicTotal);
  const rows = known ?? (await countRows(door, portion(budget, COUNT_SHARE), noisy));
  const schedule = scheduleOf(sizes, rho, rows, domain.maxRows);
  const measured = await measureOneWays(door, schedule.oneWayCells, portion(budget, schedule.oneWayShare));
  noisy.push(...measured.noisy.map((marginal) => ({ marginal })));
  const total = known ?? measured.total;
  const shares = measured.evidence.map(({ counts, variance }, c) => projectToSimplex(denoise(counts, variance, domain.columns[c], total), total).map((n) => n / total));
  const pyramid: Pyramid = { shares, levels: shares.map((p, c) => levelsOf(p, domain.columns[c].ordered)) };
  const oneWays = measured.evidence.map((e, c) => (e.counts.length >= DENOISED_MIN ? { ...e, counts: shares[c].map((p) => p * total) } : e));
  const room = treeRoom(pyramid);
  const tree = fitTree(pyramid, room.granularity(), oneWays, [], total, undefined, { gapMax: 0.05, sweepsMax: 100 });
  const state: State = { door, pyramid, views: viewsOf(pyramid), oneWays, total, noisy, inside: [], extras: [], room, schedule, tree };
  const rest = door.left();
  const rounds = picksByRound(schedule.picks);
  for (const [round, picks] of rounds.entries()) {
    if (picks > 0) await runRound(state, portion(rest, picks / schedule.picks), picks);
    refit(state, round === rounds.length - 1, progress);
  }
  return { noisy, pyramid, tree: state.tree, beyond: [...tablesBeyond(state).values()], total, schedule };
}

async function countRows(door: Door, share: Rational, noisy: State["noisy"]): Promise<number> {
  const [marginal] = await door.measure([{ clique: [], noise: evenNoise(door, share, 1) }]);
  noisy.push({ marginal });
  return Math.max(1, marginal.counts[0]);
}

/** One-ways with budget in proportion to visible cells^(2/3); the number of rows is the inverse-variance mean of their sums. */
async function measureOneWays(door: Door, cells: readonly number[], share: Rational): Promise<{ noisy: NoisyMarginal[]; evidence: OneWayEvidence[]; total: number }> {
  const shares = allocate(cells);
  const noises = shares.map((fraction) => evenNoise(door, portion(share, fraction), 1));
  const noisy = await door.measure(noises.map((noise, c) => ({ clique: [c], noise })));
  const evidence = noisy.map((m, c) => ({ counts: m.counts, variance: varianceOf(noises[c]) }));
  let [sum, weights] = [0, 0];
  for (const { counts, variance } of evidence) {
    const weight = 1 / (counts.length * variance);
    sum += weight * counts.reduce((s, v) => s + v, 0);
    weights += weight;
  }
  return { noisy, evidence, total: Math.max(1, sum / weights) };
}

async function runRound(state: State, share: Rational, picks: number): Promise<void> {
  const { door, pyramid, views, noisy, schedule, total } = state;
  const toSelect = portion(share, schedule.selectShare);
  const toMeasure = portion(share, 1 - schedule.selectShare);
  const sigma = Math.sqrt(varianceOf(evenNoise(door, toMeasure, picks)));
  const pairs = subsets(pyramid.levels.length, 2).filter((pair) => pair.every((c) => pyramid.shares[c].length > 1));
  const offers = offersOf(pyramid, views, pairTables(state, pairs), sigma, total);
  if (offers.length === 0) return;
  const picked = await door.select({ score: "marginal-l1-error", candidates: offers.map((o) => o.candidate), eta: selectionEta(door.account, toSelect, picks), picks });
  const chosen = picked.map((i) => offers[i]);
  const shares = allocate(chosen.map(({ candidate }) => candidate.estimate.length));
  const requests = chosen.map(({ query }, i) => ({ ...query, noise: evenNoise(door, portion(toMeasure, shares[i]), 1) }));
  const answers = await door.measure(requests);
  answers.forEach((marginal, i) => {
    const { clique, view, partition } = requests[i];
    noisy.push({ marginal, view, partition });
    place(state, { pair: clique, level: chosen[i].level, partition, counts: marginal.counts, variance: varianceOf(requests[i].noise) });
  });
}

function refit(state: State, last: boolean, progress?: Progress): void {
  const effort = last ? { gapMax: 0.001, sweepsMax: 1500 } : { gapMax: 0.03, sweepsMax: 300 };
  state.tree = fitTree(state.pyramid, state.room.granularity(), state.oneWays, state.inside, state.total, state.tree.potentials, { ...effort, ...(progress === undefined ? {} : { progress }) });
}

/** Put a measured pair into the tree where it fits, and beside it where not. */
function place({ room, inside, extras, total, schedule }: State, measured: MeasuredPair): void {
  const limit = (treeCellsMax(total) * (inside.length + extras.length + 1)) / schedule.picks;
  if (room.take(measured, limit)) inside.push(measured);
  else extras.push(measured);
}

/** Every pair in rows: the tree's own, or tilted to what was measured beyond it. */
function pairTables(state: State, pairs: readonly Clique[]): PairTable[] {
  const { tree, total } = state;
  const { granularity } = tree;
  const beyond = tablesBeyond(state);
  const plain = pairs.filter((pair) => !beyond.has(cliqueKey(pair)));
  const model = pairMarginals(tree.inference, plain);
  const at = new Map(plain.map((pair, i) => [cliqueKey(pair), model[i]]));
  return pairs.map((pair) => beyond.get(cliqueKey(pair)) ?? { pair, level: pair.map((c) => granularity[c]), counts: inRows(at.get(cliqueKey(pair)) as Float64Array, total) });
}

function tablesBeyond({ tree, pyramid, total, extras }: State): Map<string, PairTable> {
  const { granularity } = tree;
  const byPair = new Map<string, MeasuredPair[]>();
  for (const extra of extras) byPair.set(cliqueKey(extra.pair), [...(byPair.get(cliqueKey(extra.pair)) ?? []), extra]);
  const groups = [...byPair.values()];
  const model = pairMarginals(
    tree.inference,
    groups.map(([{ pair }]) => pair),
  );
  return new Map(
    groups.map((measured, i) => {
      const [{ pair }] = measured;
      const own = pair.map((c) => granularity[c]);
      const level = own.map((l, axis) => Math.max(l, ...measured.map((m) => m.level[axis])));
      const counts = resample(pyramid, pair, inRows(model[i], total), own, level);
      return [cliqueKey(pair), tilt(pyramid, { pair, level, counts }, measured)];
    }),
  );
}
