import type { Finding } from "../../formats/report.js";
import type { AuditContext } from "../context.js";
import { contentHashes } from "../distance/content-order.js";
import { rateFinding, type Tally, type Words } from "../finding.js";
import { targetNeighbours } from "./target-neighbours.js";

/**
 * Measures: how many people whose row nobody else in the table has reappear, value for value, in the release.
 * Matters: such a row can only have come from that person, or from chance, and the holdout measures chance.
 * Cannot show: rows copied almost exactly; and that few copies mean privacy.
 * Where no row of the train part is anybody's own, there is nothing to copy: everybody was looked at, and nobody's row was found.
 */
const EXACT: Words = {
  id: "copies",
  family: "copies",
  title: "Exact copies of one person's row",
  claim: "Rows that only one person has do not reappear in the release more often for people learnt from than for people who were not.",
  attackerKnows: "A person's whole row.",
  cannotShow: "Rows copied almost exactly, and anything about a release that copies nothing.",
  measure: "rate",
};

/**
 * Measures: how many people have a released row that is theirs but for rounding: every category equal, and the numbers within 1/30 of
 * their range on average (SynthEval's hitting rate); where there are no numbers, all columns but one.
 * Matters: rounding or jittering a copy hides it from the exact comparison and from nobody else.
 * Cannot show: copies with several columns redrawn.
 */
const NEAR: Words = {
  id: "copies-near",
  family: "copies",
  title: "Near copies of a person's row",
  claim: "The release comes as close as rounding to people learnt from no more often than to people who were not.",
  attackerKnows: "A person's whole row.",
  cannotShow: "Copies with several columns redrawn, and anything about a release that copies nothing.",
  measure: "rate",
};

export function copiesAttack(context: AuditContext): Finding[] {
  return [exactCopies(context), nearCopies(context)];
}

function exactCopies(context: AuditContext): Finding {
  const real = contentHashes(context.realPoints, `${context.seed} copies`);
  const released = new Set(contentHashes(context.releasePoints, `${context.seed} copies`));
  const { units } = context.real;
  const owner = new Map<number, number>();
  const shared = new Set<number>();
  for (let row = 0; row < real.length; row += 1) {
    const unit = units === undefined ? row : units[row];
    const before = owner.get(real[row]);
    if (before === undefined) owner.set(real[row], unit);
    else if (before !== unit) shared.add(real[row]);
  }
  const tally = (rows: Uint32Array): Tally => {
    const copied = new Map<number, boolean>();
    for (const row of rows) {
      if (shared.has(real[row])) continue;
      const unit = units === undefined ? row : units[row];
      copied.set(unit, (copied.get(unit) ?? false) || released.has(real[row]));
    }
    return { k: Array.from(copied.values()).filter((hit) => hit).length, n: copied.size };
  };
  const train = tally(context.train);
  if (train.n === 0 && context.trainUnits.length > 0) {
    const nobody = (people: Uint32Array): Tally => ({ k: 0, n: people.length });
    const note = `Nobody learnt from has a row of their own (${context.trainUnits.length} were looked at), so no row can be copied that tells of one person.`;
    return rateFinding(EXACT, context, nobody(context.trainUnits), nobody(context.holdoutUnits), { sensitivity: null, note });
  }
  return rateFinding(EXACT, context, train, tally(context.holdout), {
    sensitivity: null,
    note: `${train.n} people learnt from have a row that nobody else in the table has; values must be equal in every column.`,
  });
}

/** Tolerance of a near copy, summed over columns. */
function nearness(context: AuditContext): number {
  const numbers = context.space.numericColumns.length;
  return numbers === 0 ? 1 : numbers / 30;
}

function nearCopies(context: AuditContext): Finding {
  const { first } = targetNeighbours(context);
  const limit = nearness(context);
  const tally = (rows: Uint32Array): Tally => ({ k: rows.reduce((sum, row) => sum + (first[row] <= limit ? 1 : 0), 0), n: rows.length });
  const note = context.space.numericColumns.length === 0 ? "Near: all columns equal but one." : "Near: every category equal, and numbers apart by 1/30 of their range on average.";
  return rateFinding(NEAR, context, tally(context.members), tally(context.others), { note });
}
