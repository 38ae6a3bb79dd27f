import { type Rational, toDouble } from "../../base/rational.js";
import { type Clique, cells, subsets } from "../../domain/clique.js";
import type { Domain } from "../../domain/column.js";
import type { Door } from "../../domain/door.js";
import type { NoisyMarginal } from "../../domain/marginal.js";
import type { Progress } from "../../domain/progress.js";
import type { Goal } from "../../domain/workload.js";
import { makeConsistent, type NoisyTable } from "../infer/consistent.js";
import { treeCells } from "../infer/junction-tree.js";
import { COUNT_SHARE, MEAN_ABS, portion } from "../mosaic/schedule.js";
import { selectionEta } from "../select/mst.js";
import { evenNoise, measureOneWays, varianceOf } from "../select/one-way.js";
import { type AimModel, type Effort, expected, refit } from "./aim-model.js";
import { MODEL_CELLS, offerable, requireRoom, roomIn } from "./room.js";
import { ANNEAL, MEASURE_SHARE, nextRound, plannedRounds } from "./rounds.js";
import { candidatesOf, LONGEST, type Weighted } from "./workload.js";

/** What AIM leaves behind: everything the door let out, the model, and how it came about. */
export interface Aim {
  readonly noisy: readonly NoisyMarginal[];
  readonly model: AimModel;
  /** One entry a round. Made of noisy and public numbers. */
  readonly rounds: readonly { readonly clique: Clique; readonly sigma: number; readonly limit: number; readonly modelCells: number }[];
}

/** The cap on the model's cells is on its junction tree when the whole budget is used. */
export interface AimOptions extends Goal {
  /** Number of rows, where it is public. */
  readonly publicTotal?: number | undefined;
  readonly progress?: Progress | undefined;
}

interface State {
  readonly door: Door;
  readonly sizes: readonly number[];
  readonly total: number;
  readonly candidates: readonly Weighted[];
  readonly noisy: NoisyMarginal[];
  readonly measured: NoisyTable[];
  model: AimModel;
}

/** A refit between rounds stops where its error is a third of the noise; the last one goes on to a sixth. */
const BETWEEN: Effort = { gapMax: 0.05, sweepsMax: 300 };
const FINAL: Effort = { gapMax: 0.015, sweepsMax: 1500 };

/**
 * AIM for a workload, all pairs of columns where none is given: one-ways first, then rounds that each choose the candidate of which the model knows
 * least, measure it and refit, until the budget is used. Where a round taught less than its noise, later ones spend more each.
 * @pre a zcdp account
 * @cite McKenna, Mullins, Sheldon, Miklau 2022, "AIM: an adaptive and iterative mechanism", arXiv:2201.12677
 * @proof docs/proofs/aim.md
 */
export async function measureAim(door: Door, domain: Domain, options: AimOptions = {}): Promise<Aim> {
  const { modelCells = MODEL_CELLS, progress } = options;
  const sizes = domain.columns.map((c) => c.size);
  const workload = options.workload ?? subsets(sizes.length, 2);
  requireRoom(sizes, modelCells);
  const budget = door.left();
  const rho = toDouble(budget);
  const candidates = offerable(candidatesOf(workload, LONGEST), sizes, modelCells);
  const { state, share } = await begin(door, domain, budget, candidates, options.publicTotal);
  const rounds: { clique: Clique; sigma: number; limit: number; modelCells: number }[] = [];
  let roundRho = share;
  for (let done = candidates.length === 0; !done; ) {
    const next = nextRound(door.left(), roundRho);
    const limit = (modelCells * (rho - toDouble(door.left()) + next.rho)) / rho;
    const effort = next.last ? { ...FINAL, ...(progress === undefined ? {} : { progress }) } : BETWEEN;
    const { clique, sigma, learnt } = await runRound(state, next.rho, limit, effort);
    rounds.push({ clique, sigma, limit, modelCells: treeCells(state.model.inference.tree, sizes) });
    if (!learnt) roundRho *= ANNEAL;
    done = next.last;
    progress?.("select", Math.round(100 * (1 - toDouble(door.left()) / rho)), 100);
  }
  return { noisy: state.noisy, model: state.model, rounds };
}

/** Number of rows where it is not public, then one-ways at the σ of the first round; without candidates they take the whole budget. */
async function begin(door: Door, domain: Domain, budget: Rational, candidates: readonly Weighted[], publicTotal: number | undefined): Promise<{ state: State; share: number }> {
  const sizes = domain.columns.map((c) => c.size);
  const rho = toDouble(budget);
  const noisy: NoisyMarginal[] = [];
  const known: NoisyTable[] = [];
  if (publicTotal === undefined) {
    const noise = evenNoise(door, portion(budget, COUNT_SHARE), 1);
    noisy.push(...(await door.measure([{ clique: [], noise }])));
    known.push({ clique: [], counts: noisy[0].counts, variance: varianceOf(noise) });
  }
  const planned = plannedRounds(sizes.length, tablesOf(candidates, sizes), rho, publicTotal ?? known[0].counts[0], domain.maxRows);
  const oneWays = await measureOneWays(door, domain, candidates.length === 0 ? door.left() : portion(budget, (MEASURE_SHARE * sizes.length) / planned));
  noisy.push(...oneWays.noisy);
  const measured = oneWays.columns.map(({ counts, variance }, c) => ({ clique: [c], counts, variance }));
  const total = publicTotal ?? Math.max(1, makeConsistent([...known, ...measured], sizes).total);
  const model = refit(measured, sizes, Math.max(1, total), undefined, candidates.length === 0 ? FINAL : BETWEEN);
  return { state: { door, sizes, total: model.total, candidates, noisy, measured, model }, share: rho / planned };
}

/** Cells of the candidates that hold a dependence: all but single columns. */
export function tablesOf(candidates: readonly Weighted[], sizes: readonly number[]): number[] {
  return candidates.flatMap(({ clique }) => (clique.length > 1 ? [cells(clique, sizes)] : []));
}

/** Choose, measure, refit. `learnt` tells whether the model's answer for what was measured moved by more than the expected noise. */
async function runRound(state: State, rho: number, limit: number, effort: Effort): Promise<{ clique: Clique; sigma: number; learnt: boolean }> {
  const { door, sizes, noisy, measured } = state;
  const left = door.left();
  const share = rho / toDouble(left);
  const noise = evenNoise(door, portion(left, MEASURE_SHARE * share), 1);
  const sigma = Math.sqrt(varianceOf(noise));
  const noiseOf = (clique: Clique): number => MEAN_ABS * sigma * cells(clique, sizes);
  const hasRoom = roomIn(
    sizes,
    measured.map((m) => m.clique),
    limit,
  );
  const offered = state.candidates.filter(({ clique }) => hasRoom(clique));
  const before = expected(
    state.model,
    offered.map((c) => c.clique),
  );
  const [picked] = await door.select({
    score: "marginal-l1-error",
    candidates: offered.map(({ clique, weight }, i) => ({ clique, weight, estimate: before[i], handicap: noiseOf(clique) })),
    eta: selectionEta(door.account, portion(left, (1 - MEASURE_SHARE) * share), 1),
  });
  const { clique } = offered[picked];
  const [answer] = await door.measure([{ clique, noise }]);
  noisy.push(answer);
  measured.push({ clique, counts: answer.counts, variance: varianceOf(noise) });
  state.model = refit(measured, sizes, state.total, state.model, effort);
  const [after] = expected(state.model, [clique]);
  const moved = after.reduce((sum, v, i) => sum + Math.abs(v - before[picked][i]), 0);
  return { clique, sigma, learnt: moved > noiseOf(clique) };
}
