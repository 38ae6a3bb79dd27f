import { canonicalJson, sha256Hex } from "../base/hash.js";
import { format } from "../base/rational.js";
import type { Clique } from "../domain/clique.js";
import { type Coarsening, type View, viewSizes } from "../domain/coarsening.js";
import type { Domain } from "../domain/column.js";
import type { NoisyMarginal } from "../domain/marginal.js";
import { type Measurement, MOST_ROWS, type ModelBody } from "../formats/model.js";
import type { Calibrated } from "./infer/pair-marginals.js";

/** Clique probabilities become integers out of this many: cells below 2⁻³³ are impossible in the rows. */
const WEIGHT_SCALE = 2 ** 32;
/** Targets steer rows and are not sampled from: cells below 2⁻²⁵ are aimed at zero. */
const TARGET_SCALE = 2 ** 24;

/** A noisy table, and the resolution at which it was counted: full where absent. */
export interface Published {
  readonly marginal: NoisyMarginal;
  readonly view?: View | undefined;
  readonly partition?: Coarsening | undefined;
}

/** What a mechanism learnt, whichever it was. Everything in it is noisy or public. */
export interface Fitted {
  /** All that the door let out, as it was let out. */
  readonly noisy: readonly Published[];
  /** Noisy or public number of rows. */
  readonly total: number;
  /** The calibrated tree over the columns' model codes. */
  readonly calibrated: Calibrated;
  /** Per column, the codes that each model code stands for, with integer weights. */
  readonly expansions: readonly (readonly { readonly codes: readonly number[]; readonly weights: readonly number[] }[])[];
  /** Pairs to be imposed on the rows; absent where rows are not polished. */
  readonly targets?: readonly { readonly pair: Clique; readonly groups: readonly Coarsening[]; readonly counts: Float64Array }[];
}

/** Put a fit on paper, all but its receipt. */
export function modelOf(domain: Domain, fitted: Fitted, method: string, publicTotal: number | undefined): ModelBody {
  const names = domain.columns.map((c) => c.name);
  const full = domain.columns.map((c) => c.size);
  const { tree, sizes, within } = fitted.calibrated;
  const beliefs = within(tree.map((node) => node.clique));
  return {
    format: "dpsynth-model",
    version: 1,
    schema: domain.schema,
    schemaSha256: sha256Hex(canonicalJson(domain.schema)),
    method,
    total: Math.min(publicTotal ?? fitted.total, MOST_ROWS),
    totalIsPublic: publicTotal !== undefined,
    measurements: fitted.noisy.map((table) => measurementOf(table, names, full)),
    expansions: Object.fromEntries(fitted.expansions.map((groups, c) => [names[c], groups.map(({ codes, weights }) => ({ codes: [...codes], weights: [...weights] }))])),
    cliques: tree.map((node, i) => ({
      columns: node.clique.map((c) => names[c]),
      shape: node.clique.map((c) => sizes[c]),
      weights: Array.from(beliefs[i], (p) => Math.round(p * WEIGHT_SCALE)),
    })),
    ...(fitted.targets === undefined ? {} : { targets: fitted.targets.map((target) => targetOf(target, names)) }),
  };
}

function measurementOf({ marginal: { clique, noise, variance, counts }, view, partition }: Published, names: readonly string[], full: readonly number[]): Measurement {
  const groups = clique.some((c) => view?.[c] !== undefined) ? { groups: clique.map((c) => [...(view?.[c]?.of ?? Array(full[c]).keys())]) } : {};
  return {
    columns: clique.map((c) => names[c]),
    shape: clique.map((c) => viewSizes(full, view)[c]),
    ...groups,
    ...(partition === undefined ? {} : { parts: [...partition.of] }),
    noise,
    variance: format(variance),
    counts: [...counts],
  };
}

function targetOf({ pair, groups, counts }: NonNullable<Fitted["targets"]>[number], names: readonly string[]): NonNullable<ModelBody["targets"]>[number] {
  const sum = counts.reduce((s, v) => s + v, 0);
  return {
    columns: pair.map((c) => names[c]),
    shape: groups.map((g) => g.size),
    groups: groups.map((g) => [...g.of]),
    weights: Array.from(counts, (v) => Math.round((v / sum) * TARGET_SCALE)),
  };
}
