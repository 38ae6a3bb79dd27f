import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import type { Words } from "../finding.js";
import { chowLiuCliques } from "./chow-liu.js";
import { logRatioScores, mamaScores } from "./log-ratio.js";
import { membershipFindings } from "./membership.js";
import { maximalCliques } from "./separators.js";

/**
 * Measures: whether the release makes the rows of people learnt from likelier than other people of the population make them,
 * under the generator's own graph: Σ over cliques minus Σ over separators of ln p_S/p_R, each p smoothed by ½ a row
 * a cell (after MAMA-MIA, Golob et al. 2024, and DOMIAS, van Breugel et al. 2023).
 * Matters: it is the strongest cheap attack on generators built from marginals, and costs milliseconds.
 * Cannot show: what an attacker with fits of his own, or with the noisy measurements, would gain on top.
 */
const KNOWN: Words = {
  id: "membership-likelihood",
  family: "membership",
  title: "Membership told by likelihood",
  claim: "Knowing which columns the generator measured together, an attacker cannot tell whether a person was learnt from.",
  attackerKnows: "A person's whole row, the release, the cliques of the model, and other people of the same population.",
  cannotShow: "What an attacker gains who can repeat the fit or sees the noisy measurements.",
  measure: "auc",
};

/**
 * Measures: the same where the attacker has to guess the graph: a Chow-Liu tree learnt from the release.
 * Matters: it shows what keeping the model to oneself is worth, and is all that can be tried on another tool's release.
 * Cannot show: what knowing the true graph adds.
 */
const GUESSED: Words = {
  ...KNOWN,
  id: "membership-likelihood-guessed",
  title: "Membership told by likelihood, with a guessed model",
  claim: "With the release and other people of the population alone, an attacker cannot tell by likelihood whether a person was learnt from.",
  attackerKnows: "A person's whole row, the release, and other people of the same population; which columns depend on each other he takes from the release.",
  cannotShow: "What an attacker gains who knows the generator's graph.",
};

/**
 * Measures: the score that MAMA-MIA's authors published: the mean over cliques of p_S/p_R, without logarithm, smoothing or separators.
 * Matters: it lets the figures be compared with theirs.
 * Cannot show: more than the likelihood above, which mostly beats it.
 */
const PUBLISHED: Words = {
  ...KNOWN,
  id: "membership-mama",
  title: "Membership told by MAMA-MIA's score",
  claim: "By the published marginal-ratio score, an attacker cannot tell whether a person was learnt from.",
  cannotShow: "More than the likelihood shows, which weighs the same counts better.",
};

type Score = (rows: Uint32Array) => Float64Array;

function usable(context: AuditContext): boolean {
  return context.release.rows > 0 && context.population.length > 0;
}

/** Where half of the holdout had to stand for the population, the note says so. */
export function populationNote(context: AuditContext): string | null {
  return context.referenceUnits.length === 0 ? "No reference part: half of the holdout stands for the population." : null;
}

const joined = (...notes: readonly (string | null)[]): string | null => {
  const kept = notes.filter((note) => note !== null);
  return kept.length === 0 ? null : kept.join(" ");
};

const MISSING = "Needs released rows and people who stand for the population.";

export function membershipLikelihoodAttack(context: AuditContext): Finding[] {
  const scoreBy =
    (cliques: readonly (readonly number[])[]): Score =>
    (rows) =>
      logRatioScores(cliques, context.release, context.real, context.population, rows);
  const ready = usable(context);
  const note = ready ? populationNote(context) : MISSING;
  const known = context.cliques === null ? [] : membershipFindings(KNOWN, context, ready ? scoreBy(context.cliques) : null, note);
  const guessed = membershipFindings(GUESSED, context, ready ? scoreBy(chowLiuCliques(context.release)) : null, note);
  context.progress?.("membership by likelihood", 1, 1);
  return [...known, ...guessed];
}

export function membershipMamaAttack(context: AuditContext): Finding[] {
  if (!usable(context)) return membershipFindings(PUBLISHED, context, null, MISSING);
  const cliques = maximalCliques(context.cliques ?? chowLiuCliques(context.release));
  const weights = cliques.map(() => 1);
  const guess = context.cliques === null ? "The model is not known: a Chow-Liu tree learnt from the release stands for it." : null;
  return membershipFindings(PUBLISHED, context, (rows) => mamaScores(cliques, weights, context.release, context.real, context.population, rows), joined(guess, populationNote(context)));
}
