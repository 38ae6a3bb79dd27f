import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { compare } from "../base/rational.js";
import { priceOf } from "../curator/accounting/price.js";
import { type LedgerVerdict, verifyLedger } from "../curator/ledger/index.js";
import type { Progress } from "../domain/progress.js";
import { budgetOf } from "../synth/plan.js";
import { rowHasher } from "../synth/release/row-hash.js";
import { sha256OfFile } from "./files.js";
import { readManifest } from "./find-release.js";
import { loadModel, rowChunks } from "./sample.js";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface VerifyResult {
  readonly checks: readonly Check[];
  readonly sound: boolean;
  /** Null where the ledger is not at hand. */
  readonly ledger: LedgerVerdict | null;
}

/** Re-derive a release and its price without the data: hashes, the rows from (model, seed), the price from the events, the ledger as witness. */
export async function verify(manifestPath: string, budgets: string, progress?: Progress): Promise<VerifyResult> {
  const manifest = readManifest(manifestPath);
  const folder = dirname(manifestPath);
  const checks: Check[] = [];
  const check = (name: string, ok: boolean, detail: string): void => void checks.push({ name, ok, detail });
  const releasePath = join(folder, manifest.release.file);
  check(
    "release file",
    (await sha256OfFile(releasePath, "DPS-E521", "Put the release beside its manifest.")) === manifest.release.sha256,
    `${manifest.release.file} has the bytes that the manifest names`,
  );
  const { model, sha256 } = loadModel(join(folder, manifest.model.file));
  check("model file", sha256 === manifest.model.sha256, `${manifest.model.file} has the bytes that the manifest names`);
  check("receipt", JSON.stringify(model.receipt) === JSON.stringify(manifest.receipt), "model and manifest carry the same receipt");
  const { columns, chunks } = await rowChunks(model, manifest.release.rows, manifest.seed);
  const hash = rowHasher(columns);
  let done = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    done += chunk.rows;
    progress?.("sample again", done, manifest.release.rows);
  }
  check("rows", hash.digest() === manifest.release.rowHash, "the same rows come from the model and the seed");
  const { account, events, price, noise } = model.receipt;
  const again = priceOf(events);
  check("price", compare(budgetOf(again, account), budgetOf(price, account)) === 0 && again.deltaAtto === price.deltaAtto, "the events cost what the receipt says");
  check("noise", noise === "secure", noise === "secure" ? "the noise came from the operating system's generator" : "this artefact is TEST ONLY");
  const ledger = existsSync(join(budgets, model.receipt.dataset, "budget.json")) ? await verifyLedger(budgets, model.receipt.dataset, [model.receipt.ledger, manifest.ledger]) : null;
  if (ledger !== null) check("ledger", ledger.sound, ledger.sound ? "the ledger is whole and holds this fit's entry" : ledger.findings.map((f) => f.text).join(" "));
  return { checks, sound: checks.every((c) => c.ok), ledger };
}
