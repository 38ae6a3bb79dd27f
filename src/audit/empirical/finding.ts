import type { Finding } from "../../formats/report.js";
import type { Claim, MechanismAudit } from "./audit-mechanism.js";
import type { OneRunResult } from "./one-run.js";

const BLANK: Pick<Finding, "family" | "interval" | "control" | "baseline" | "excess" | "residualRisk" | "smallestDetectable" | "seed" | "curves" | "breakdown"> = {
  family: "mechanism",
  interval: null,
  control: null,
  baseline: 0,
  excess: null,
  residualRisk: null,
  smallestDetectable: null,
  seed: "none: random bits of the operating system",
  curves: [],
  breakdown: [],
};

const CANNOT_SHOW = "It is a lower bound. One above the promise shows a broken implementation; one below it shows nothing: no test can show that a promise is kept.";

/** What fits of made-up tables proved, as findings: a lower bound of ε and, in a zCDP account, of ρ, each with the promise as its ceiling. */
export function mechanismFindings(method: string, audit: MechanismAudit): Finding[] {
  const { claim, worlds, alpha, runs } = audit;
  const words = (quantity: string): Omit<Finding, "id" | "measure" | "estimate" | "theoryCeiling" | "note"> => ({
    ...BLANK,
    title: `Least ${quantity} that ${method} can have`,
    claim: "Two tables that differ in one person cannot be told apart better than the promise allows.",
    attackerKnows: "Every row but one person's, the settings, and every noisy number and choice that left the curator. The tables are made up to be the worst case.",
    cannotShow: CANNOT_SHOW,
    level: 1 - alpha,
    n: runs,
    tieRule: "A statistic equal to its threshold counts as beyond it.",
    attacks: 2 * runs * worlds.length,
    publishable: true,
    sensitivity: 0,
    breakdown: worlds.map((w) => ({ name: `μ in the tables “${w.id}”${ofImplied(audit.muImplied)}`, measure: "mu", estimate: w.mu.estimate, interval: null, n: w.trials.runs, control: null })),
  });
  const rhoLower = Math.max(...worlds.map((w) => w.rhoLower));
  const epsilon: Finding = {
    ...words("ε"),
    id: `empirical-epsilon-${method}`,
    measure: "epsilon-lower",
    estimate: audit.epsilonLower,
    theoryCeiling: claim.epsilon,
    note: sentence(runs, audit.epsilonLower, claim),
  };
  if (claim.rho === null) return [epsilon];
  return [epsilon, { ...words("ρ"), id: `empirical-rho-${method}`, measure: "rho-lower", estimate: rhoLower, theoryCeiling: claim.rho, note: null }];
}

/** What one twin fit with canaries proved. Computed from confidential rows. */
export function oneRunFinding(method: string, claim: Claim, result: OneRunResult, unit: string): Finding {
  return {
    ...BLANK,
    id: `one-run-epsilon-${method}`,
    title: `Least ε that one twin fit of ${method} shows`,
    claim: "Made-up records that were put in or left out by a coin cannot be told apart better than the promise allows.",
    attackerKnows: "Every real row, every made-up record, and every noisy number that left the curator; not the coins.",
    cannotShow: CANNOT_SHOW,
    measure: "epsilon-lower",
    estimate: result.epsilonLower999,
    theoryCeiling: claim.epsilon,
    level: 0.999,
    n: result.canaries,
    attacks: result.guesses,
    tieRule: "Equal scores in the order in which the records were made.",
    note: `${result.correct} of ${result.guesses} guesses about made-up ${unit}s were right, which no fit with ε below ${result.epsilonLower999.toFixed(3)} makes likely; the promise is ${claim.epsilon}.`,
    publishable: false,
    sensitivity: null,
  };
}

function ofImplied(mu: number | null): string {
  return mu === null ? "" : `, where √(2ρ) is ${mu.toFixed(3)}`;
}

function sentence(runs: number, epsilonLower: number, claim: Claim): string {
  return `${runs} fits of each of two neighbouring tables prove ε ≥ ${epsilonLower.toFixed(3)} at δ = ${claim.delta}; the promise is ${claim.epsilon}.`;
}
