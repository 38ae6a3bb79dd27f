import type { ReportFile } from "../formats/report.js";
import type { GateContext } from "./context.js";
import { conclude, type RuleVerdict, shown } from "./rule-verdict.js";

const BINDING = { id: "binding", title: "The report speaks of these files and of this ledger", source: "A verdict on other bytes is no verdict", severity: "block" } as const;
const PROVENANCE = { id: "provenance", title: "Real noise, with its price on record", source: "Differential privacy is a property of the mechanism, not of the rows", severity: "block" } as const;

/** Present hashes against the report's; every mismatch is named, and any of them makes the gate inconclusive. */
export function weighBinding(report: ReportFile, context: GateContext): RuleVerdict {
  const faults = [...otherBytes(report, context), ...otherLedger(report, context)];
  if (faults.length === 0) return conclude(BINDING, "pass", "Release, model, schema, policy and ledger are the ones the report speaks of.");
  return conclude(BINDING, "inconclusive", `${faults.join(" ")} Run the audit again.`);
}

/** Without a receipt that the ledger bears out, or with test noise, no audit can lead to a pass. */
export function weighProvenance(report: ReportFile, context: GateContext): RuleVerdict {
  if (report.claim !== null)
    return conclude(
      PROVENANCE,
      "inconclusive",
      `No receipt of ours: noise and price are stated by others, unverified (${report.claim.source}). Their claim, ${claimed(report.claim)}, is repeated and not weighed.`,
    );
  if (report.receipt === null) return conclude(PROVENANCE, "inconclusive", "No receipt: nobody vouches for how these rows were made. The most an audit can say of them is that it found no leakage.");
  if (report.receipt.noise !== "secure") return conclude(PROVENANCE, "inconclusive", "The model was made with test noise (TEST ONLY): it protects nobody.");
  if (context.receiptOnRecord !== true) {
    return conclude(PROVENANCE, "inconclusive", "Receipt and model are not what the ledger's entries on the fit say. Run `dpsynth verify` on the release's manifest: it names what differs.");
  }
  return conclude(PROVENANCE, "pass", "The receipt names secure noise, and the ledger holds its price, its events and its model.");
}

/** ε and δ as somebody else states them. */
export function claimed({ epsilon, delta }: NonNullable<ReportFile["claim"]>): string {
  if (epsilon === null) return "no ε named";
  return `ε = ${shown(epsilon)}${delta === null ? "" : ` at δ = ${shown(delta)}`}`;
}

function otherBytes({ subject }: ReportFile, { now }: GateContext): string[] {
  const out: string[] = [];
  if (subject.releaseSha256 !== now.releaseSha256) out.push("The report speaks of another release.");
  if (subject.modelSha256 !== now.modelSha256) out.push("The report speaks of another model.");
  if (subject.schemaSha256 !== now.schemaSha256) out.push("The report speaks of another schema.");
  if (subject.policySha256 === null) out.push("The report was made without a policy.");
  else if (subject.policySha256 !== now.policySha256) out.push("The report speaks of another policy.");
  return out;
}

function otherLedger({ subject, receipt }: ReportFile, context: GateContext): string[] {
  if (receipt === null && subject.ledger === null) return [];
  if (subject.ledger === null) return ["The report speaks of no ledger."];
  if (context.ledgerHead === null) return ["There is no ledger to compare the report with."];
  const out: string[] = [];
  if (context.reportOnRecord !== true) out.push("The ledger does not hold this report: it was edited, or no audit of this dataset wrote it.");
  if (receipt !== null && subject.ledger.seq < receipt.ledger.seq) out.push("The report speaks of a ledger older than the fit.");
  if (context.ledgerHead.seq < subject.ledger.seq) out.push("The ledger is shorter than when the report was made.");
  else if (context.ledgerHead.seq === subject.ledger.seq && context.ledgerHead.hash !== subject.ledger.hash) out.push("The ledger is not the one the report speaks of.");
  else if (context.ledgerHoldsReportHead !== true) out.push("The ledger does not hold the entry that the report speaks of.");
  return out;
}
