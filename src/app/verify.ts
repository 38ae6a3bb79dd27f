import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { canonicalJson, sha256Hex } from "../base/hash.js";
import { type LedgerVerdict, openLedger, verifyLedger } from "../curator/ledger/index.js";
import type { Progress } from "../domain/progress.js";
import type { ManifestFile } from "../formats/manifest.js";
import { isPaid, type ModelFile, type PaidModel, paidReceipt } from "../formats/model.js";
import { type PublicFindingsFile, publicFindingsFile } from "../formats/public-findings.js";
import { rowHasher } from "../synth/release/row-hash.js";
import { readJsonFile, sha256OfFile } from "./files.js";
import { readManifest } from "./find-release.js";
import { findingsChecks, findingsOnRecord } from "./findings-check.js";
import { type Check, ledgerChecks, receiptChecks } from "./receipt-check.js";
import { loadModel, rowChunks } from "./sample.js";

export type { Check } from "./receipt-check.js";

export interface VerifyResult {
  readonly checks: readonly Check[];
  readonly sound: boolean;
  /** Null where the ledger is not at hand. */
  readonly ledger: LedgerVerdict | null;
}

export interface VerifyRequest {
  readonly budgets: string;
  /** `public-findings.json` of this release, to be held against it and the ledger too. */
  readonly findings?: string | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * Re-derive a release and its price without the data: hashes, the rows from (model, seed), the price from the events, ε from
 * the price, and where the ledger is at hand, receipt and model against its entries; the same of counts that an audit published.
 */
export async function verify(manifestPath: string, { budgets, findings, progress }: VerifyRequest): Promise<VerifyResult> {
  const manifest = readManifest(manifestPath);
  const published = findings === undefined ? undefined : readJsonFile(publicFindingsFile, findings, "DPS-E803", "published counts", "Name the file that `dpsynth audit --public` wrote.").value;
  const folder = dirname(manifestPath);
  const { model, sha256 } = loadModel(join(folder, manifest.model.file));
  const released = await sha256OfFile(join(folder, manifest.release.file), "DPS-E521", "Put the release beside its manifest.");
  const { checks: priced, verdict } = await priceChecks(model, manifest, budgets, published);
  const checks: Check[] = [
    { name: "release file", ok: released === manifest.release.sha256, detail: `${manifest.release.file} has the bytes that the manifest names` },
    { name: "model file", ok: sha256 === manifest.model.sha256, detail: `${manifest.model.file} has the bytes that the manifest names` },
    { name: "receipt", ok: isOf(manifest, model), detail: "model and manifest carry the same receipt" },
    { name: "rows", ok: (await rowHashOf(model, manifest, progress)) === manifest.release.rowHash, detail: "the same rows come from the model and the seed" },
    ...priced,
    ...(published === undefined ? [] : findingsChecks(published, manifest)),
  ];
  return { checks, sound: checks.every((c) => c.ok), ledger: verdict };
}

/** Price and noise against the receipt's events and the ledger. What others state of them cannot be checked, and so is not sound. */
async function priceChecks(model: ModelFile, manifest: ManifestFile, budgets: string, published: PublicFindingsFile | undefined): Promise<{ checks: Check[]; verdict: LedgerVerdict | null }> {
  if (!isPaid(model)) {
    const schema = { name: "schema", ok: sha256Hex(canonicalJson(model.schema)) === model.schemaSha256, detail: "the model's schema has the hash that it names" };
    return { checks: [schema, { name: "price", ok: false, detail: "noise and price are stated by others, and nothing here can verify them" }], verdict: null };
  }
  const { noise } = model.receipt;
  const { checks: onRecord, verdict } = await ledgerSays(model, manifest, budgets, published);
  const secure = { name: "noise", ok: noise === "secure", detail: noise === "secure" ? "the noise came from the operating system's generator" : "this artefact is TEST ONLY" };
  return { checks: [...receiptChecks(model), secure, ...onRecord], verdict };
}

/** What a manifest repeats of its model is what the model says. */
function isOf({ receipt, ledger, schemaSha256, shareLearned }: ManifestFile, model: ModelFile): boolean {
  const told = { receipt, ledger, schemaSha256, shareLearned };
  const own = { receipt: model.receipt, ledger: paidReceipt(model)?.ledger ?? null, schemaSha256: model.schemaSha256, shareLearned: model.receipt.shareLearned };
  return canonicalJson(told) === canonicalJson(own);
}

async function rowHashOf(model: ModelFile, { release: { rows }, seed }: ManifestFile, progress: Progress | undefined): Promise<string> {
  const { columns, chunks } = await rowChunks(model, rows, seed);
  const hash = rowHasher(columns);
  let done = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    done += chunk.rows;
    progress?.("sample again", done, rows);
  }
  return hash.digest();
}

/** The ledger as a whole, receipt and manifest being its witnesses; then, where it is sound, its entries on this fit. */
async function ledgerSays(model: PaidModel, manifest: ManifestFile, budgets: string, published: PublicFindingsFile | undefined): Promise<{ checks: Check[]; verdict: LedgerVerdict | null }> {
  const { dataset, ledger: head } = model.receipt;
  if (!existsSync(join(budgets, dataset, "budget.json"))) return { checks: [], verdict: null };
  const witnesses = [head, ...(manifest.ledger === null ? [] : [manifest.ledger]), ...(published === undefined ? [] : [published.privacy.ledger])];
  const verdict = await verifyLedger(budgets, dataset, witnesses);
  const whole = { name: "ledger", ok: verdict.sound, detail: verdict.sound ? "the ledger is whole and holds the receipt's entry" : verdict.findings.map((f) => f.text).join(" ") };
  if (!verdict.sound) return { checks: [whole], verdict };
  const ledger = await openLedger(budgets, dataset);
  return { checks: [whole, ...ledgerChecks(model, ledger), ...(published === undefined ? [] : findingsOnRecord(published, ledger))], verdict };
}
