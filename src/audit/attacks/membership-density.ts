import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { type MixedTable, takeRows } from "../distance/mixed.js";
import { nearest } from "../distance/nearest.js";
import type { Words } from "../finding.js";
import { membershipFindings } from "./membership.js";
import { populationNote } from "./membership-likelihood.js";

/**
 * Measures: whether the release is denser around people learnt from than the population is: ln p_S(x)/p_R(x) by kernel estimates (DOMIAS, van
 * Breugel et al. 2023). The kernel exp(−d/h) of the mixed distance is a product of Laplace kernels on numbers and Aitchison-Aitken
 * kernels on categories, in place of a Gaussian one, whose covariance has no inverse where columns are categories.
 * Matters: it is the strongest attack that needs no knowledge of the generator on many deep models.
 * Cannot show: what more released rows would show than the number it stops at; leaks of single rows in dense regions.
 */
const WORDS: Words = {
  id: "membership-density",
  family: "membership",
  title: "Membership told by density",
  claim: "From how dense the release is around a person, against the population, an attacker cannot tell whether the person was learnt from.",
  attackerKnows: "A person's whole row, the release, and other people of the same population.",
  cannotShow: "Leaks through what a few thousand released rows do not show.",
  measure: "auc",
};

/** Rows of release and of population: each target is held against all of them. */
const MOST_ROWS = 1_500;
const LEAST_WIDTH = 0.05;

export function membershipDensityAttack(context: AuditContext): Finding[] {
  if (context.release.rows === 0 || context.population.length < 2) return membershipFindings(WORDS, context, null, "Needs released rows and people who stand for the population.");
  const size = Math.min(MOST_ROWS, context.population.length, context.release.rows);
  const population = takeRows(context.realPoints, context.population.subarray(0, size));
  const released = takeRows(context.releasePoints, context.releaseOrder.subarray(0, size));
  const width = kernelWidth(population);
  const score = (rows: Uint32Array): Float64Array => {
    const targets = takeRows(context.realPoints, rows);
    const there = logDensity(targets, released, width);
    const here = logDensity(targets, population, width);
    return there.map((p, i) => p - here[i]);
  };
  const note = `Estimated on ${size} released rows and as many people of the population.`;
  const also = populationNote(context);
  const findings = membershipFindings(WORDS, context, score, also === null ? note : `${note} ${also}`);
  context.progress?.("membership by density", 1, 1);
  return findings;
}

/** The population's median distance to its nearest other row: a kernel that sees some neighbours and no crowd. */
function kernelWidth(population: MixedTable): number {
  const { distances } = nearest(population, population, 2);
  const own = Float64Array.from({ length: population.rows }, (_, i) => distances[2 * i + 1]).sort();
  return Math.max(LEAST_WIDTH, own[own.length >> 1]);
}

/** ln of Σ exp(−d(x, y)/h) over the rows y, up to a constant. The nearest row's distance is taken out first, so that nothing underflows. */
function logDensity(targets: MixedTable, rows: MixedTable, width: number): Float64Array {
  const out = new Float64Array(targets.rows);
  const distances = new Float64Array(rows.rows);
  for (let t = 0; t < targets.rows; t += 1) {
    distances.fill(0);
    for (const [c, column] of targets.numeric.entries()) addNumeric(distances, column[t], rows.numeric[c]);
    for (const [c, column] of targets.categorical.entries()) addCategorical(distances, column[t], rows.categorical[c]);
    let least = Number.POSITIVE_INFINITY;
    for (let r = 0; r < distances.length; r += 1) if (distances[r] < least) least = distances[r];
    let sum = 0;
    for (let r = 0; r < distances.length; r += 1) sum += Math.exp((least - distances[r]) / width);
    out[t] = Math.log(sum) - least / width;
  }
  return out;
}

function addNumeric(distances: Float64Array, x: number, column: Float64Array): void {
  const missing = Number.isNaN(x);
  for (let r = 0; r < distances.length; r += 1) {
    const d = Math.abs(x - column[r]);
    distances[r] += Number.isNaN(d) ? (missing && Number.isNaN(column[r]) ? 0 : 1) : d;
  }
}

function addCategorical(distances: Float64Array, code: number, column: ArrayLike<number>): void {
  for (let r = 0; r < distances.length; r += 1) if (column[r] !== code) distances[r] += 1;
}
