import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { takeRows } from "../distance/mixed.js";
import { nearest, stage } from "../distance/nearest.js";
import type { Words } from "../finding.js";
import { membershipFindings } from "./membership.js";

/**
 * Measures: whether people learnt from have closer released rows than people who were not. The score is −d_S/(d_S + d_R): the
 * distance to the release, against the distance to reference people, which tells a near row in an empty region from a crowd.
 * Matters: it needs no knowledge of the generator, and sees copies at once.
 * Cannot show: what a model gives away through its statistics, without any near row.
 */
const WORDS: Words = {
  id: "membership-distance",
  family: "membership",
  title: "Membership told by distance",
  claim: "From the distance of a person's row to the release, an attacker cannot tell whether the person was learnt from.",
  attackerKnows: "A person's whole row, the release, and other people of the same population.",
  cannotShow: "Leaks through statistics that put no released row near the person.",
  measure: "auc",
};

export function membershipDistanceAttack(context: AuditContext): Finding[] {
  const references = takeRows(context.realPoints, context.referenceUnits);
  const score = (rows: Uint32Array, name: string): Float64Array => {
    if (context.release.rows === 0) return new Float64Array(0);
    const points = takeRows(context.realPoints, rows);
    const toRelease = nearest(points, context.releasePoints, 1, { progress: stage(context.progress, name) }).distances;
    if (references.rows === 0) return toRelease.map((d) => -d);
    const toReference = nearest(points, references, 1).distances;
    return toRelease.map((d, i) => (d + toReference[i] === 0 ? -0.5 : -d / (d + toReference[i])));
  };
  const scores = { members: score(context.members, "membership by distance, train"), others: score(context.others, "membership by distance, holdout") };
  return membershipFindings(WORDS, context, scores, references.rows === 0 ? "No reference part: plain distance to the release." : null);
}
