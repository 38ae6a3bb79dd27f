import { compare } from "../base/rational.js";
import { decimal } from "../curator/accounting/directed.js";
import { exactPriceOf } from "../curator/accounting/price.js";
import type { Ledger } from "../curator/ledger/index.js";
import type { ManifestFile } from "../formats/manifest.js";
import type { PublicFindingsFile } from "../formats/public-findings.js";
import { type Check, commitOf, costs, holds, same } from "./receipt-check.js";

/** What published counts must be by themselves: of this release, and at the ε that they name. */
export function findingsChecks({ subject, privacy, findings }: PublicFindingsFile, { release, model, schemaSha256 }: ManifestFile): Check[] {
  const ofThis = subject.releaseSha256 === release.sha256 && subject.schemaSha256 === schemaSha256 && (subject.modelSha256 === null || subject.modelSha256 === model.sha256);
  return [
    { name: "findings release", ok: ofThis, detail: "the published counts are of this release, its model and its schema" },
    { name: "findings events", ok: privacy.events.length === findings.length, detail: "each published finding has an event of its own" },
    { name: "findings price", ok: costs(privacy), detail: "the events cost what the file says" },
    { name: "findings epsilon", ok: holds(() => staysWithin(privacy)), detail: `the noise is that of ε = ${privacy.epsilon}, or more` },
    { name: "findings noise", ok: privacy.noise === "secure", detail: privacy.noise === "secure" ? "the noise came from the operating system's generator" : "these counts are TEST ONLY" },
  ];
}

/** The same file against the ledger. @pre the ledger is sound */
export function findingsOnRecord({ dataset, privacy }: PublicFindingsFile, ledger: Ledger): Check[] {
  const { seq } = privacy.ledger;
  const commit = commitOf(ledger, seq, privacy.spend);
  return [
    { name: "findings spend", ok: commit !== undefined && ledger.budget.dataset === dataset, detail: `entry ${seq} commits the spend that the published counts name` },
    {
      name: "findings on record",
      ok: same(commit?.price, privacy.price) && same(commit?.events, privacy.events) && commit?.noise === privacy.noise,
      detail: `entry ${seq} has their price, events and source of noise`,
    },
  ];
}

/** Is all of it discrete Laplace noise, and the pure price at most what is said? */
function staysWithin({ events, epsilon }: PublicFindingsFile["privacy"]): boolean {
  const spent = exactPriceOf(events).epsilon;
  return events.every(({ type }) => type === "discrete-laplace") && spent !== undefined && compare(spent, decimal(epsilon)) <= 0;
}
