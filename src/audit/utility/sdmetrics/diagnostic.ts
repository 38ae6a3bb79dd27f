import type { Domain } from "../../../domain/column.js";
import type { Utility } from "../../../formats/utility.js";
import type { Side } from "./column.js";
import { mean } from "./quality.js";

type Diagnostic = NonNullable<NonNullable<Utility["compat"]>["sdmetrics"]>["diagnostic"];

/**
 * The Diagnostic report: are released values within the real table's range and categories, and are columns of the same types? Its
 * ideal is the real table's exact extremes and rare categories, which a private release must not give away: read it as a check of
 * form, and see the schema's own conformity for what the release promises.
 */
export function diagnostic(domain: Domain, real: readonly Side[], made: readonly Side[]): Diagnostic {
  const columns = domain.columns.map(({ name }, c) => {
    const continuous = real[c].values !== null;
    return { column: name, metric: continuous ? "BoundaryAdherence" : "CategoryAdherence", score: continuous ? boundaryAdherence(real[c], made[c]) : categoryAdherence(real[c], made[c]) };
  });
  const validity = mean(columns.map((column) => column.score));
  const structure = tableStructure(domain, real, made);
  return { overall: mean([validity, structure]), dataValidity: validity, dataStructure: structure, columns };
}

/** Share of released values within [min, max] of the real ones; nulls do not count where the real column has some, and are wrong where it has none. */
function boundaryAdherence(real: Side, made: Side): number | null {
  let [low, high, nullable] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
  for (const value of real.values as Float64Array) {
    if (Number.isNaN(value)) nullable = true;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  let [within, all] = [0, 0];
  for (const value of made.values as Float64Array) {
    if (nullable && Number.isNaN(value)) continue;
    all += 1;
    if (value >= low && value <= high) within += 1;
  }
  return all === 0 ? null : within / all;
}

/** Share of released values that the real column has; null counts as one of its values. */
function categoryAdherence(real: Side, made: Side): number | null {
  const known = new Uint8Array(real.levelCount);
  for (let i = 0; i < real.rows; i += 1) known[real.levels[i]] = 1;
  let within = 0;
  for (let i = 0; i < made.rows; i += 1) within += known[made.levels[i]];
  return made.rows === 0 ? null : within / made.rows;
}

/** Columns of the same name and type, over all such pairs of either table. */
function tableStructure(domain: Domain, real: readonly Side[], made: readonly Side[]): number | null {
  const same = domain.columns.filter((_, c) => real[c].type === made[c].type).length;
  const all = 2 * domain.columns.length - same;
  return all === 0 ? null : same / all;
}
