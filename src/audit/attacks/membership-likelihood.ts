import type { Finding } from "../../formats/report.js";
import type { EncodedTable } from "../../table/encoded.js";
import type { AuditContext } from "../context.js";
import { cellNumbers, countCells } from "../counts.js";
import type { Words } from "../finding.js";
import { chowLiuCliques } from "./chow-liu.js";
import { membershipFindings } from "./membership.js";
import { maximalCliques, separators } from "./separators.js";

/**
 * Measures: whether the release makes the rows of people learnt from likelier than other people of the population make them,
 * under the generator's own graph: Σ over cliques minus Σ over separators of ln p_S/p_R, each p smoothed by ½ a row
 * a cell (after MAMA-MIA, Golob et al. 2024, and DOMIAS, van Breugel et al. 2023).
 * Matters: it is the strongest cheap attack on generators built from marginals, and costs milliseconds.
 * Cannot show: what an attacker with fits of his own, or with the noisy measurements, would gain on top.
 */
const WORDS: Words = {
  id: "membership-likelihood",
  family: "membership",
  title: "Membership told by likelihood",
  claim: "Knowing which columns the generator measured together, an attacker cannot tell whether a person was learnt from.",
  attackerKnows: "A person's whole row, the release, the cliques of the model, and other people of the same population.",
  cannotShow: "What an attacker gains who can repeat the fit or sees the noisy measurements.",
  measure: "auc",
};

/** Cells above this number cannot be numbered in doubles; such a clique is left out. */
const MAX_CELLS = Number.MAX_SAFE_INTEGER;

/** ln p_S(x) − ln p_R(x) of each target under one table, smoothed by ½. Adds weight × that into `scores`. */
function addLogRatio(
  scores: Float64Array,
  weight: number,
  columns: readonly number[],
  sizes: readonly number[],
  release: EncodedTable,
  real: EncodedTable,
  reference: Uint32Array,
  targets: Uint32Array,
): void {
  const cells = columns.reduce((product, c) => product * sizes[c], 1);
  if (cells > MAX_CELLS) return;
  const synthetic = countCells(cellNumbers(release.codes, sizes, columns, null, release.rows), cells);
  const population = countCells(cellNumbers(real.codes, sizes, columns, reference, 0), cells);
  const at = cellNumbers(real.codes, sizes, columns, targets, 0);
  const constant = Math.log((reference.length + cells / 2) / (release.rows + cells / 2));
  for (let t = 0; t < at.length; t += 1) scores[t] += weight * (Math.log((synthetic.get(at[t]) + 0.5) / (population.get(at[t]) + 0.5)) + constant);
}

/** Tree-normalised log-ratio of each target row of `real`. */
export function logRatioScores(cliques: readonly (readonly number[])[], release: EncodedTable, real: EncodedTable, reference: Uint32Array, targets: Uint32Array): Float64Array {
  const sizes = real.domain.columns.map((column) => column.size);
  const scores = new Float64Array(targets.length);
  for (const clique of cliques) addLogRatio(scores, 1, clique, sizes, release, real, reference, targets);
  for (const separator of separators(cliques)) addLogRatio(scores, -1, separator, sizes, release, real, reference, targets);
  return scores;
}

export function membershipLikelihoodAttack(context: AuditContext): Finding[] {
  const cliques = maximalCliques(context.cliques ?? chowLiuCliques(context.release));
  // Without a reference part, half of the holdout stands for the population and only the other half is attacked.
  const halved = context.referenceUnits.length === 0 && context.holdoutUnits.length > 1;
  const half = Math.floor(context.holdoutUnits.length / 2);
  const reference = halved ? context.holdoutUnits.subarray(half) : context.referenceUnits;
  const others = halved ? context.holdoutUnits.subarray(0, half).subarray(0, context.others.length) : context.others;
  const empty = new Float64Array(0);
  const usable = context.release.rows > 0 && reference.length > 0;
  const score = (targets: Uint32Array): Float64Array => (usable ? logRatioScores(cliques, context.release, context.real, reference, targets) : empty);
  const notes = [
    context.cliques === null ? "The model is not known: a Chow-Liu tree learnt from the release stands for it." : null,
    halved ? "No reference part: half of the holdout stands for the population." : null,
  ];
  const note = notes.filter((text) => text !== null).join(" ");
  const findings = membershipFindings(WORDS, context, { members: score(context.members), others: score(others) }, note === "" ? null : note);
  context.progress?.("membership by likelihood", 1, 1);
  return findings;
}
