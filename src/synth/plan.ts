import { type Rational, rational, toDouble } from "../base/rational.js";
import { cells, subsets } from "../domain/clique.js";
import type { Domain } from "../domain/column.js";
import type { Currency } from "../domain/door.js";
import type { Goal } from "../domain/workload.js";
import type { Method } from "../formats/method.js";
import { tablesOf } from "./aim/aim.js";
import { MODEL_CELLS, offerable } from "./aim/room.js";
import { MEASURE_SHARE, plannedRounds } from "./aim/rounds.js";
import { candidatesOf, LONGEST } from "./aim/workload.js";
import { CANDIDATE_CELLS, levelStride } from "./mosaic/offers.js";
import { allocate, MEAN_ABS, portion, scheduleOf } from "./mosaic/schedule.js";
import { treeCellsMax } from "./mosaic/tree-room.js";
import { PICK_CELLS } from "./privbayes/parents.js";
import { LEAST_ROOM, roomOf, shareOf } from "./privbayes/privbayes.js";
import { CHUNK_ROWS } from "./release/chunk.js";
import { POLISHED_CELLS, POLISHED_CODES } from "./sample/polish.js";
import { selectionEta } from "./select/mst.js";
import { evenNoise, type Payer, third, varianceOf } from "./select/one-way.js";

export interface PlannedMarginal {
  readonly columns: readonly string[];
  readonly cells: number;
  /** Standard deviation of the noise in each cell, in rows. */
  readonly sigma: number;
  /** Expected total variation distance that the noise alone causes, before denoising; null without a row count. */
  readonly expectedTvd: number | null;
}

/** What a fit would do, from public facts alone. */
export interface FitPlan {
  readonly method: Method;
  readonly oneWay: readonly PlannedMarginal[];
  /** The method picks some of these; which, only the data tell. */
  readonly pairs: readonly PlannedMarginal[];
  readonly pairsMeasured: number;
  readonly selections: number;
  /** Expected score error of one private pick, in rows, where there are picks. */
  readonly selectionError: number | null;
  readonly modelCellsMax: number;
  readonly memoryMegabytes: number;
  readonly seconds: number;
}

/** Rows that a plan assumes where nobody gave a guess: they decide how mosaic lays out its budget. */
const ROWS_ASSUMED = 10_000;

/** @param budget ρ in a zcdp account, ε in a pure one  @param rows a public guess of the row count */
export function planFit(method: Method, domain: Domain, account: Currency, budget: Rational, rows: number | undefined, goal: Goal = {}): FitPlan {
  const door = { account, maxRows: domain.maxRows };
  const sizes = domain.columns.map((c) => c.size);
  if (method === "privbayes" && sizes.length > 1) return planPrivBayes(domain, sizes, door, budget, rows);
  if (method === "aim") return planAim(domain, sizes, door, budget, rows, goal);
  return method === "mosaic" ? planMosaic(domain, sizes, door, budget, rows) : planTree(method, domain, sizes, door, budget, rows);
}

function marginalPlanner(domain: Domain, sizes: readonly number[], rows: number | undefined): (clique: readonly number[], sigma: number) => PlannedMarginal {
  return (clique, sigma) => {
    const size = cells(clique, sizes);
    return {
      columns: clique.map((c) => domain.columns[c].name),
      cells: size,
      sigma,
      expectedTvd: rows === undefined || rows === 0 ? null : Math.min(1, (0.5 * MEAN_ABS * sigma * size) / rows),
    };
  };
}

/** PrivBayes: families of as many cells as θ-usefulness allows at the guessed number of rows; listed are the pairs that a family may be made of. */
function planPrivBayes(domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined): FitPlan {
  const d = sizes.length;
  const room = roomOf(door, budget, d, rows ?? ROWS_ASSUMED);
  const useful = room >= LEAST_ROOM;
  const most = Math.max(2, Math.floor(Math.sqrt(room)));
  const groups = sizes.map((n) => Math.min(n, most));
  const marginal = marginalPlanner(domain, sizes, rows);
  const family = marginalPlanner(domain, groups, rows);
  const tables = evenNoise(door, shareOf(budget, "tables"), d - 1);
  const one = Math.sqrt(varianceOf(evenNoise(door, shareOf(budget, "oneWays"), d)));
  const modelCellsMax = (useful ? room * (d - 1) : 0) + sizes.reduce((s, v) => s + v, 0);
  // the last but widest step: half of the columns stand in families, and each of the others may join any of them
  const candidateCells = useful ? Math.min(PICK_CELLS, (d / 2) ** 2 * 3 * room) : 0;
  return {
    method: "privbayes",
    oneWay: sizes.map((_, c) => marginal([c], one)),
    pairs: useful ? subsets(d, 2).map((pair) => family(pair, Math.sqrt(varianceOf(tables)))) : [],
    pairsMeasured: useful ? d - 1 : 0,
    selections: useful ? d - 1 : 0,
    selectionError: useful ? selectionError(door, shareOf(budget, "structure"), d - 1, (d * (d - 1)) / 2) : null,
    modelCellsMax,
    memoryMegabytes: Math.ceil(150 + (candidateCells * 8 + modelCellsMax * 200 + (rows ?? 0) * d * 3) / 1e6),
    seconds: Math.ceil(10 * (0.6 + (candidateCells * d * 4 + modelCellsMax * 150 * 20) / 1e9 + ((rows ?? 0) * d * (120 + d * d)) / 1e9)) / 10,
  };
}

/**
 * AIM: all rounds at the first one's noise, which is the most that there can be. Annealing makes later rounds fewer, and each pair in
 * them more exact; when it happens, only the answers tell.
 */
function planAim(domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined, goal: Goal): FitPlan {
  const { modelCells = MODEL_CELLS, workload = subsets(sizes.length, 2) } = goal;
  const d = sizes.length;
  const marginal = marginalPlanner(domain, sizes, rows);
  const candidates = offerable(candidatesOf(workload, LONGEST), sizes, modelCells);
  const pairCells = tablesOf(candidates, sizes);
  const planned = plannedRounds(d, pairCells, toDouble(budget), rows ?? ROWS_ASSUMED, domain.maxRows);
  const sigma = Math.sqrt(varianceOf(evenNoise(door, portion(budget, candidates.length === 0 ? 1 / d : MEASURE_SHARE / planned), 1)));
  const rounds = candidates.length === 0 ? 0 : Math.ceil(planned - MEASURE_SHARE * d);
  const all = pairCells.reduce((sum, n) => sum + n, 0);
  const oneWays = sizes.reduce((sum, n) => sum + n, 0);
  return {
    method: "aim",
    oneWay: sizes.map((_, c) => marginal([c], sigma)),
    pairs: candidates.flatMap(({ clique }) => (clique.length > 1 ? [marginal(clique, sigma)] : [])),
    pairsMeasured: Math.min(rounds, pairCells.length),
    selections: rounds,
    selectionError: rounds === 0 ? null : selectionError(door, portion(budget, (1 - MEASURE_SHARE) / planned), 1, candidates.length),
    modelCellsMax: Math.max(modelCells, oneWays),
    memoryMegabytes: Math.ceil(150 + (all * 60 + modelCells * 100 + (rows ?? 0) * d * 3) / 1e6),
    seconds: Math.ceil(10 * (1 + Math.min(rounds, 4 * d) * (0.01 + (all * 100 + modelCells * 100) / 1e9) + ((rows ?? 0) * d * 120) / 1e9)) / 10,
  };
}

/** MST and independent: even shares, one tree of pairs. */
function planTree(method: "mst" | "independent" | "privbayes", domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined): FitPlan {
  const d = sizes.length;
  const withPairs = method === "mst" && d > 1;
  const share = withPairs ? third(budget) : budget;
  const sigma = (count: number): number => Math.sqrt(varianceOf(evenNoise(door, share, count)));
  const marginal = marginalPlanner(domain, sizes, rows);
  const one = sigma(d);
  const two = withPairs ? sigma(d - 1) : 0;
  const pairs = withPairs ? subsets(d, 2).map((pair) => marginal(pair, two)) : [];
  const largest = pairs.map((p) => p.cells).sort((a, b) => b - a);
  const modelCellsMax = largest.slice(0, Math.max(0, d - 1)).reduce((s, v) => s + v, 0) + sizes.reduce((s, v) => s + v, 0);
  const allPairs = largest.reduce((s, v) => s + v, 0);
  return {
    method,
    oneWay: sizes.map((_, c) => marginal([c], one)),
    pairs,
    pairsMeasured: withPairs ? d - 1 : 0,
    selections: withPairs ? d - 1 : 0,
    selectionError: withPairs ? selectionError(door, share, d - 1, pairs.length) : null,
    modelCellsMax,
    memoryMegabytes: Math.ceil(150 + (allPairs * 24 + modelCellsMax * 100 + (rows ?? 0) * d * 3) / 1e6),
    seconds: Math.ceil(10 * (0.6 + (withPairs ? (modelCellsMax * 150 * 20 + allPairs * 40) / 1e9 : 0) + ((rows ?? 0) * d * 120) / 1e9)) / 10,
  };
}

/** Resolutions at which a pair is offered, about: levels of columns of a few to a hundred codes, and adaptive cells. */
const RESOLUTIONS_OFFERED = 10;

/** Codes of a long column in a model, about. */
const LONG_COLUMN = 64;

/** Mosaic: the schedule's shares; a pair's error is that of its best level, since the noise decides at which it is measured. */
function planMosaic(domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined): FitPlan {
  const schedule = scheduleOf(sizes, toDouble(budget), rows ?? ROWS_ASSUMED, domain.maxRows);
  const marginal = marginalPlanner(domain, sizes, rows);
  const sigmaOf = (share: number): number => Math.sqrt(varianceOf(evenNoise(door, portion(budget, Math.max(share, 1e-12)), 1)));
  const shares = allocate(schedule.oneWayCells);
  const left = 1 - schedule.oneWayShare;
  const sigma = schedule.picks === 0 ? 0 : sigmaOf((left * (1 - schedule.selectShare)) / schedule.picks);
  const pairs = schedule.picks === 0 ? [] : subsets(sizes.length, 2).map((pair) => marginal(pair, sigma));
  // long columns, and what is beyond so many cells, are seen at the model's resolution, by the fit and by the rows
  const allPairs = Math.min(POLISHED_CELLS, sizes.reduce((sum, n) => sum + (n > POLISHED_CODES ? LONG_COLUMN : n), 0) ** 2 / 2);
  const treeCells = treeCellsMax(rows ?? ROWS_ASSUMED);
  const candidateCells = Math.min(CANDIDATE_CELLS, 3 * allPairs);
  const candidates = (RESOLUTIONS_OFFERED * pairs.length) / levelStride(pairs.length);
  return {
    method: "mosaic",
    oneWay: sizes.map((_, c) => marginal([c], sigmaOf(schedule.oneWayShare * shares[c]))),
    pairs,
    pairsMeasured: Math.min(schedule.picks, pairs.length),
    selections: schedule.picks,
    selectionError: schedule.picks === 0 ? null : selectionError(door, portion(budget, left * schedule.selectShare), schedule.picks, pairs.length),
    modelCellsMax: treeCells,
    memoryMegabytes: Math.ceil(
      180 + (candidateCells * 16 + candidates * 1000 + allPairs * 16 + treeCells * 400 + (rows ?? 0) * sizes.length * 8 + Math.min(rows ?? 0, CHUNK_ROWS) * sizes.length * 6) / 1e6,
    ),
    seconds: Math.ceil(10 * (1 + (candidateCells * 100 + candidates * 120_000 + treeCells * 10_000 + allPairs * 400) / 1e9 + ((rows ?? 0) * sizes.length * 2500) / 1e9)) / 10,
  };
}

function selectionError(door: Payer, share: Rational, picks: number, candidates: number): number {
  return (2 * door.maxRows * Math.log(candidates)) / Math.max(1e-300, toDouble(selectionEta(door.account, share, picks)));
}

/** ρ or ε of a price as a rational. */
export function budgetOf(price: { readonly rhoFemto: string; readonly epsilonFemto?: string | undefined }, account: Currency): Rational {
  return rational(BigInt(account !== "pure" ? price.rhoFemto : (price.epsilonFemto ?? "0")), 10n ** 15n);
}
