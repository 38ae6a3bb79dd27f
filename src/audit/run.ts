import type { Progress } from "../domain/progress.js";
import type { Finding, ReportFile, Utility } from "../formats/report.js";
import type { EncodedTable } from "../table/encoded.js";
import { closestRecordAttack, closestRecords, neighbourRatioAttack } from "./attacks/closest-record.js";
import { copiesAttack } from "./attacks/copies.js";
import { inferenceAttacks } from "./attacks/inference.js";
import { linkabilityAttack } from "./attacks/linkability.js";
import { membershipDistanceAttack } from "./attacks/membership-distance.js";
import { membershipLikelihoodAttack } from "./attacks/membership-likelihood.js";
import { type AuditContext, auditContext, unitsIn } from "./context.js";
import type { DeclaredPrice } from "./stats/theory.js";
import { associations } from "./utility/associations.js";
import { columnShares } from "./utility/columns.js";
import { learning } from "./utility/learning.js";
import { similarity } from "./utility/similarity.js";

export interface AuditInput {
  /** All parts in one table, with values, parts and units. A table without parts counts as train only. */
  readonly real: EncodedTable;
  /** The same domain, with values. */
  readonly release: EncodedTable;
  /** The model's cliques as column indices; null for anybody's release. */
  readonly cliques: readonly (readonly number[])[] | null;
  /** Declared price; null where nothing is promised. */
  readonly ceiling: DeclaredPrice | null;
  readonly seed: string;
  /** Units attacked per part, at most. */
  readonly targets: number;
  readonly progress?: Progress;
}

export interface AuditResult {
  readonly findings: Finding[];
  readonly utility: Utility;
  /** Sizes in units; the release in rows. */
  readonly parts: ReportFile["parts"];
  readonly limits: string[];
}

/**
 * The audit's suite. The same tables in any row order and the same seed give the same findings.
 * Missing parts never throw: what cannot be said has a null estimate or a null excess.
 */
export async function runAudit(input: AuditInput): Promise<AuditResult> {
  const context = auditContext(input);
  const records = closestRecords(context);
  await breathe();
  const findings: Finding[] = [copiesAttack(context), closestRecordAttack(context, records), neighbourRatioAttack(context, records)];
  await breathe();
  findings.push(...membershipLikelihoodAttack(context));
  await breathe();
  findings.push(...membershipDistanceAttack(context));
  await breathe();
  findings.push(linkabilityAttack(context));
  await breathe();
  findings.push(...inferenceAttacks(context));
  await breathe();
  const utility = await measureUtility(context);
  return { findings, utility, parts: partSizes(context), limits: limits(context) };
}

/** Lets a progress bar draw, and an interrupt arrive, between attacks. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function measureUtility(context: AuditContext): Promise<Utility> {
  const compared = similarity(context);
  await breathe();
  const columns = columnShares(context);
  const pairs = associations(context);
  await breathe();
  const learnt = learning(context);
  const two = compared.similarity.find((entry) => entry.ways === 2);
  return { ...compared, columns, associations: pairs, learning: learnt, summary: summary(two, learnt) };
}

function summary(two: Utility["similarity"][number] | undefined, learnt: Utility["learning"]): string {
  if (two === undefined || two.release === null) return "There is too little data to say anything about utility.";
  const beside = two.resample === null ? "" : ` (${two.resample.toFixed(3)} for other real rows)`;
  const best = learnt.reduce<Utility["learning"][number] | null>((top, entry) => (top === null || entry.tstr > top.tstr ? entry : top), null);
  const models =
    best === null ? "" : `; a model that predicts whether ${best.target} reaches AUC ${best.tstr.toFixed(3)} when trained on the release and ${best.trtr.toFixed(3)} when trained on real rows`;
  return `Pairs of columns differ from the real table by ${two.release.toFixed(3)} on average${beside}${models}.`;
}

function partSizes(context: AuditContext): ReportFile["parts"] {
  const { units } = context.real;
  return {
    train: unitsIn(context.train, units),
    holdout: unitsIn(context.holdout, units),
    reference: unitsIn(context.reference, units),
    release: context.release.rows,
    unit: context.unit,
  };
}

function limits(context: AuditContext): string[] {
  const out = [
    "Attacks find leaks; they cannot prove that there are none. The guarantee is the differential privacy of the fit, not this page.",
    "Attacks here see one release. An attacker who can repeat the fit, or who holds other releases of the same people, was not tried.",
  ];
  if (context.holdoutUnits.length === 0) out.push("There is no holdout: no attack has a control, and the verdict can only be inconclusive.");
  if (context.referenceUnits.length === 0) out.push("There is no reference part: half of the holdout, or nothing, stood for the population.");
  if (context.release.rows === 0) out.push("The release has no rows.");
  const unseen = context.holdout.length + context.reference.length;
  if (unseen > 0 && unseen < context.release.rows)
    out.push(`Real rows for comparison are ${unseen}, fewer than the release's ${context.release.rows}: their distance from the train part is on the high side.`);
  return out;
}
