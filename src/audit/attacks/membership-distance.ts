import type { Finding } from "../../formats/report.js";
import { type AuditContext, shared } from "../context.js";
import { takeRows } from "../distance/mixed.js";
import { nearest } from "../distance/nearest.js";
import type { Words } from "../finding.js";
import { membershipFindings } from "./membership.js";
import { populationNote } from "./membership-likelihood.js";
import { targetNeighbours } from "./target-neighbours.js";

/**
 * Measures: whether people learnt from have closer released rows than people who were not. The score is −d_S/(d_S + d_R): the
 * distance to the release, against the distance to reference people, which tells a near row in an empty region from a crowd.
 * Matters: it needs no knowledge of the generator, and sees copies at once.
 * Cannot show: what a model gives away through its statistics, without any near row.
 */
const RATIO: Words = {
  id: "membership-distance",
  family: "membership",
  title: "Membership told by distance",
  claim: "From the distance of a person's row to the release, an attacker cannot tell whether the person was learnt from.",
  attackerKnows: "A person's whole row, the release, and other people of the same population.",
  cannotShow: "Leaks through statistics that put no released row near the person.",
  measure: "auc",
};

/**
 * Measures: the same with the difference −(d_S − d_R) (DCR-difference of Synth-MIA, Wang et al. 2025), which weighs people in sparse
 * regions more.
 * Matters: no one attack is strongest on every release.
 * Cannot show: as above.
 */
const DIFFERENCE: Words = {
  ...RATIO,
  id: "membership-distance-difference",
  title: "Membership told by difference of distances",
  claim: "From how much nearer the release comes to a person than other people do, an attacker cannot tell whether the person was learnt from.",
};

export function membershipDistanceAttack(context: AuditContext): Finding[] {
  if (context.release.rows === 0) return [RATIO, DIFFERENCE].flatMap((words) => membershipFindings(words, context, null, "Needs released rows."));
  const references = takeRows(context.realPoints, context.population);
  const distances = (rows: Uint32Array): { release: Float64Array; reference: Float64Array } =>
    shared(context, "distances of membership", () => {
      const { first } = targetNeighbours(context);
      return { release: Float64Array.from(rows, (row) => first[row]), reference: nearest(takeRows(context.realPoints, rows), references, 1).distances };
    });
  const near = (rows: Uint32Array): Float64Array => {
    const { first } = targetNeighbours(context);
    return Float64Array.from(rows, (row) => -first[row]);
  };
  if (references.rows === 0) return membershipFindings(RATIO, context, near, "Nobody stands for the population: plain distance to the release.");
  const ratio = (rows: Uint32Array): Float64Array => {
    const { release, reference } = distances(rows);
    return release.map((d, i) => (d + reference[i] === 0 ? -0.5 : -d / (d + reference[i])));
  };
  const difference = (rows: Uint32Array): Float64Array => {
    const { release, reference } = distances(rows);
    return release.map((d, i) => reference[i] - d);
  };
  const note = populationNote(context);
  return [...membershipFindings(RATIO, context, ratio, note), ...membershipFindings(DIFFERENCE, context, difference, note)];
}
