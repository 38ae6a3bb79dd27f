import { type Rational, rational, toDouble } from "../base/rational.js";
import { cells, subsets } from "../domain/clique.js";
import type { Domain } from "../domain/column.js";
import { selectionEta } from "./select/mst.js";
import { evenNoise, third, varianceOf } from "./select/one-way.js";

export const METHODS = ["mst", "independent"] as const;
export type Method = (typeof METHODS)[number];

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

/** Mean absolute value of a standard Gaussian. */
const MEAN_ABS = Math.sqrt(2 / Math.PI);

/** @param budget ρ in a zcdp account, ε in a pure one  @param rows a public guess of the row count */
export function planFit(method: Method, domain: Domain, account: "zcdp" | "pure", budget: Rational, rows: number | undefined): FitPlan {
  const sizes = domain.columns.map((c) => c.size);
  const d = sizes.length;
  const withPairs = method === "mst" && d > 1;
  const door = { account, maxRows: domain.maxRows };
  const share = withPairs ? third(budget) : budget;
  const sigma = (count: number): number => Math.sqrt(varianceOf(evenNoise(door, share, count)));
  const marginal = (clique: readonly number[], noise: number): PlannedMarginal => {
    const size = cells(clique, sizes);
    return {
      columns: clique.map((c) => domain.columns[c].name),
      cells: size,
      sigma: noise,
      expectedTvd: rows === undefined || rows === 0 ? null : Math.min(1, (0.5 * MEAN_ABS * noise * size) / rows),
    };
  };
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
    selectionError: withPairs ? (2 * domain.maxRows * Math.log(pairs.length)) / Math.max(1e-300, toDouble(selectionEta(account, share, d - 1))) : null,
    modelCellsMax,
    memoryMegabytes: Math.ceil(150 + (allPairs * 24 + modelCellsMax * 100 + (rows ?? 0) * d * 3) / 1e6),
    seconds: Math.ceil(10 * (0.6 + (withPairs ? (modelCellsMax * 150 * 20 + allPairs * 40) / 1e9 : 0) + ((rows ?? 0) * d * 120) / 1e9)) / 10,
  };
}

/** ρ or ε of a price as a rational. */
export function budgetOf(price: { readonly rhoFemto: string; readonly epsilonFemto?: string | undefined }, account: "zcdp" | "pure"): Rational {
  return rational(BigInt(account === "zcdp" ? price.rhoFemto : (price.epsilonFemto ?? "0")), 10n ** 15n);
}
