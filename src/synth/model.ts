import { canonicalJson, sha256Hex } from "../base/hash.js";
import { format, toDouble } from "../base/rational.js";
import { viewSizes } from "../domain/coarsening.js";
import type { Domain } from "../domain/column.js";
import { MOST_ROWS, type ModelBody } from "../formats/model.js";
import type { Fit } from "./infer/estimate.js";
import { spread } from "./select/compress.js";
import type { Measured } from "./select/result.js";

/** Clique probabilities become integers out of this many: cells below 2⁻³³ are impossible in the rows. */
const WEIGHT_SCALE = 2 ** 32;

/** Put a fit on paper, all but its receipt. Everything written is noisy or public. */
export function modelOf(domain: Domain, measured: Measured, fit: Fit, method: string, publicTotal: number | undefined): ModelBody {
  const names = domain.columns.map((c) => c.name);
  const full = domain.columns.map((c) => c.size);
  const beliefs = fit.inference.within(fit.inference.tree.map((node) => node.clique));
  const oneWay = new Map(measured.noisy.filter((m) => m.marginal.clique.length === 1 && m.view === undefined).map((m) => [m.marginal.clique[0], m.marginal]));
  return {
    format: "dpsynth-model",
    version: 1,
    schema: domain.schema,
    schemaSha256: sha256Hex(canonicalJson(domain.schema)),
    method,
    total: Math.min(publicTotal ?? fit.total, MOST_ROWS),
    totalIsPublic: publicTotal !== undefined,
    measurements: measured.noisy.map(({ marginal, view }) => ({
      columns: marginal.clique.map((c) => names[c]),
      shape: marginal.clique.map((c) => viewSizes(full, view)[c]),
      noise: marginal.noise,
      variance: format(marginal.variance),
      counts: [...marginal.counts],
    })),
    expansions: Object.fromEntries(
      measured.compressions.map(({ groups }, c) => [
        names[c],
        groups.map((codes) => {
          const counts = oneWay.get(c);
          const variance = counts === undefined ? 0 : toDouble(counts.variance);
          return {
            codes: [...codes],
            weights:
              counts === undefined
                ? codes.map(() => 1)
                : spread(
                    codes.map((code) => counts.counts[code]),
                    variance,
                  ),
          };
        }),
      ]),
    ),
    cliques: fit.inference.tree.map((node, i) => ({
      columns: node.clique.map((c) => names[c]),
      shape: node.clique.map((c) => measured.sizes[c]),
      weights: Array.from(beliefs[i], (p) => Math.round(p * WEIGHT_SCALE)),
    })),
  };
}
