import { canonicalJson } from "../base/hash.js";
import { add, compare, mul, parse, type Rational, rational } from "../base/rational.js";
import { decimal } from "../curator/accounting/directed.js";
import { priceOf } from "../curator/accounting/price.js";
import type { Ledger } from "../curator/ledger/index.js";
import type { ManifestFile } from "../formats/manifest.js";
import type { PublicFindingsFile } from "../formats/public-findings.js";
import type { Check } from "./receipt-check.js";

/** What published counts must be by themselves: of this release, and at the ε that they name. */
export function findingsChecks({ subject, privacy, findings }: PublicFindingsFile, { release, model, schemaSha256 }: ManifestFile): Check[] {
  const ofThis = subject.releaseSha256 === release.sha256 && subject.schemaSha256 === schemaSha256 && (subject.modelSha256 === null || subject.modelSha256 === model.sha256);
  const spent = pureEpsilon(privacy.events);
  return [
    { name: "findings release", ok: ofThis, detail: "the published counts are of this release, its model and its schema" },
    { name: "findings events", ok: privacy.events.length === findings.length, detail: "each published finding has an event of its own" },
    { name: "findings price", ok: canonicalJson(priceOf(privacy.events)) === canonicalJson(privacy.price), detail: "the events cost what the file says" },
    { name: "findings epsilon", ok: spent !== undefined && compare(spent, decimal(privacy.epsilon)) <= 0, detail: `the noise is that of ε = ${privacy.epsilon}, or more` },
    { name: "findings noise", ok: privacy.noise === "secure", detail: privacy.noise === "secure" ? "the noise came from the operating system's generator" : "these counts are TEST ONLY" },
  ];
}

/** The same file against the ledger. @pre the ledger is sound */
export function findingsOnRecord({ dataset, privacy }: PublicFindingsFile, ledger: Ledger): Check[] {
  const { seq } = privacy.ledger;
  const at = ledger.entries.find((entry) => entry.seq === seq)?.body;
  const commit = at?.kind === "commit" && at.fit === privacy.spend ? at : undefined;
  const same = (a: unknown, b: unknown): boolean => a !== undefined && canonicalJson(a) === canonicalJson(b);
  return [
    { name: "findings spend", ok: commit !== undefined && ledger.budget.dataset === dataset, detail: `entry ${seq} commits the spend that the published counts name` },
    {
      name: "findings on record",
      ok: same(commit?.price, privacy.price) && same(commit?.events, privacy.events) && commit?.noise === privacy.noise,
      detail: `entry ${seq} has their price, events and source of noise`,
    },
  ];
}

/** Σ Δ/b over discrete Laplace events; undefined where an event is something else. */
function pureEpsilon(events: PublicFindingsFile["privacy"]["events"]): Rational | undefined {
  let sum = rational(0);
  for (const event of events) {
    const scale = event.type === "discrete-laplace" ? parse(event.scale) : undefined;
    if (event.type !== "discrete-laplace" || scale === undefined || scale.num <= 0n) return undefined;
    sum = add(sum, mul(rational(event.l1Sensitivity), rational(scale.den, scale.num)));
  }
  return sum;
}
