import type { Compat } from "../../formats/compat.js";
import type { Utility } from "../../formats/utility.js";
import type { AuditContext } from "../context.js";
import { associationChange, associations } from "./associations.js";
import { columnShares } from "./columns.js";
import { columnCoverage } from "./coverage.js";
import { kMarginal } from "./k-marginal.js";
import { learning } from "./learning.js";
import { partsOf } from "./part.js";
import { propensity } from "./propensity.js";
import { sdmetricsScores } from "./sdmetrics/scores.js";
import { similarity } from "./similarity.js";
import { subgroups } from "./subgroups.js";

export interface UtilityOptions {
  /** Column that models predict; sensitive ones where absent. */
  readonly predict?: string | undefined;
  readonly compat?: readonly Compat[] | undefined;
  /** Columns of the k-marginal score; all where absent. */
  readonly features?: readonly string[] | undefined;
  /** Cells that the schema does not allow, counted on the files. */
  readonly conformity?: Utility["conformity"] | undefined;
}

/** Everything that is said of usefulness. `breathe` is awaited between steps, so that a bar can draw and an interrupt arrive. */
export async function measureUtility(context: AuditContext, options: UtilityOptions, breathe: () => Promise<void>): Promise<Utility> {
  const { domain } = context.real;
  const parts = partsOf(context);
  const { pairs, ...compared } = similarity(context, parts);
  await breathe();
  const pairwise = associations(context, parts);
  await breathe();
  const told = propensity(context, parts);
  await breathe();
  const learnt = learning(context, parts, options.predict);
  await breathe();
  const groups = subgroups(context, parts, learnt.scored);
  const there = parts.train.rows > 0 && parts.release.rows > 0;
  const asked = there ? (options.compat ?? []) : [];
  return {
    ...compared,
    columns: columnShares(context),
    associations: pairwise,
    associationChange: associationChange(pairwise),
    propensity: told,
    coverage: there ? { columns: columnCoverage(context, parts), pairs } : null,
    conformity: options.conformity ?? null,
    learning: learnt.entries,
    subgroups: groups,
    compat:
      asked.length === 0
        ? null
        : {
            sdmetrics: asked.includes("sdmetrics") ? sdmetricsScores(domain, parts.train, parts.release) : null,
            kMarginal: asked.includes("nist") ? kMarginal(context, parts, options.features) : null,
          },
    summary: summary(compared.similarity, learnt.entries),
  };
}

function summary(similar: Utility["similarity"], learnt: Utility["learning"]): string {
  const told = similar.find((entry) => entry.ways === 2 && entry.release !== null) ?? similar.find((entry) => entry.ways === 1);
  if (told === undefined || told.release === null) return "There is too little data to say anything about utility.";
  const beside = told.resample === null ? "" : ` (${told.resample.toFixed(3)} for other real rows)`;
  const best = learnt.reduce<Utility["learning"][number] | null>((top, entry) => (top === null || entry.tstr > top.tstr ? entry : top), null);
  const models =
    best === null ? "" : `; a model that predicts whether ${best.target} reaches AUC ${best.tstr.toFixed(3)} when trained on the release and ${best.trtr.toFixed(3)} when trained on real rows`;
  return `${told.ways === 2 ? "Pairs of columns" : "Columns"} differ from the real table by ${told.release.toFixed(3)} on average${beside}${models}.`;
}
