import { type Rational, rational, toDouble } from "../base/rational.js";
import { cells, subsets } from "../domain/clique.js";
import type { Domain } from "../domain/column.js";
import type { Method } from "../formats/method.js";
import { CANDIDATE_CELLS, TREE_CELLS } from "./mosaic/mosaic.js";
import { allocate, MEAN_ABS, portion, SELECT_SHARE, scheduleOf } from "./mosaic/schedule.js";
import { selectionEta } from "./select/mst.js";
import { evenNoise, third, varianceOf } from "./select/one-way.js";

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
export function planFit(method: Method, domain: Domain, account: "zcdp" | "pure", budget: Rational, rows: number | undefined): FitPlan {
  const door = { account, maxRows: domain.maxRows };
  const sizes = domain.columns.map((c) => c.size);
  return method === "mosaic" ? planMosaic(domain, sizes, door, budget, rows) : planTree(method, domain, sizes, door, budget, rows);
}

type Payer = Parameters<typeof evenNoise>[0];

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

/** MST and independent: even shares, one tree of pairs. */
function planTree(method: "mst" | "independent", domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined): FitPlan {
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

/** Mosaic: the schedule's shares; a pair's error is that of its best level, since the noise decides at which it is measured. */
function planMosaic(domain: Domain, sizes: readonly number[], door: Payer, budget: Rational, rows: number | undefined): FitPlan {
  const schedule = scheduleOf(sizes, toDouble(budget), rows ?? ROWS_ASSUMED, domain.maxRows);
  const marginal = marginalPlanner(domain, sizes, rows);
  const sigmaOf = (share: number): number => Math.sqrt(varianceOf(evenNoise(door, portion(budget, Math.max(share, 1e-12)), 1)));
  const shares = allocate(sizes);
  const left = 1 - schedule.oneWayShare;
  const sigma = schedule.pairs === 0 ? 0 : sigmaOf((left * (1 - SELECT_SHARE)) / schedule.pairs);
  const pairs = schedule.pairs === 0 ? [] : subsets(sizes.length, 2).map((pair) => marginal(pair, sigma));
  const allPairs = sizes.reduce((sum, n) => sum + n, 0) ** 2 / 2;
  const candidateCells = Math.min(CANDIDATE_CELLS, 3 * allPairs);
  return {
    method: "mosaic",
    oneWay: sizes.map((_, c) => marginal([c], sigmaOf(schedule.oneWayShare * shares[c]))),
    pairs,
    pairsMeasured: schedule.pairs,
    selections: schedule.pairs,
    selectionError: schedule.pairs === 0 ? null : selectionError(door, portion(budget, left * SELECT_SHARE), schedule.pairs, pairs.length),
    modelCellsMax: TREE_CELLS,
    memoryMegabytes: Math.ceil(180 + (candidateCells * 16 + allPairs * 30 + TREE_CELLS * 200 + (rows ?? 0) * sizes.length * 3) / 1e6),
    seconds: Math.ceil(10 * (1 + (candidateCells * 100 + TREE_CELLS * 1500 * 10 + allPairs * 400) / 1e9 + ((rows ?? 0) * sizes.length * 2000) / 1e9)) / 10,
  };
}

function selectionError(door: Payer, share: Rational, picks: number, candidates: number): number {
  return (2 * door.maxRows * Math.log(candidates)) / Math.max(1e-300, toDouble(selectionEta(door.account, share, picks)));
}

/** ρ or ε of a price as a rational. */
export function budgetOf(price: { readonly rhoFemto: string; readonly epsilonFemto?: string | undefined }, account: "zcdp" | "pure"): Rational {
  return rational(BigInt(account === "zcdp" ? price.rhoFemto : (price.epsilonFemto ?? "0")), 10n ** 15n);
}
