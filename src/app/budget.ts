import { z } from "zod";
import { attemptsOf, createBudget, type Ledger, type LedgerVerdict, openLedger, raiseCap, verifyLedger } from "../curator/ledger/index.js";
import { ledgerHead } from "../formats/common.js";
import type { BudgetFile } from "../formats/ledger.js";
import { makeFolder } from "./audit.js";
import { readJsonFile } from "./files.js";

export { attachTable } from "./split.js";

export async function budgetCreate(folder: string, dataset: string, epsilon: number, delta: number): Promise<BudgetFile> {
  makeFolder(folder);
  return await createBudget(folder, { dataset, epsilon, delta });
}

export interface BudgetView {
  readonly ledger: Ledger;
  readonly audits: number;
  readonly gates: number;
}

export async function budgetShow(folder: string, dataset: string): Promise<BudgetView> {
  const ledger = await openLedger(folder, dataset);
  const count = (act: "audit" | "gate"): number => ledger.state.fits.reduce((sum, fit) => sum + attemptsOf(ledger.state, act, fit.fit), attemptsOf(ledger.state, act, undefined));
  return { ledger, audits: count("audit"), gates: count("gate") };
}

/** Any artefact that carries a ledger head is a witness: manifest, certificate, report's receipt, model. */
const witnessFile = z.looseObject({ ledger: ledgerHead.optional(), receipt: z.looseObject({ ledger: ledgerHead }).nullish(), subject: z.looseObject({ ledger: ledgerHead.nullish() }).optional() });

export async function budgetVerify(folder: string, dataset: string, witnesses: readonly string[]): Promise<LedgerVerdict> {
  const heads = witnesses.flatMap((path) => {
    const { value } = readJsonFile(witnessFile, path, "DPS-E420", "an artefact that carries a ledger head", "Name a model, manifest, certificate or report.");
    return [value.ledger, value.receipt?.ledger, value.subject?.ledger].filter((h) => h !== undefined && h !== null);
  });
  return await verifyLedger(folder, dataset, heads);
}

export async function budgetRaise(
  folder: string,
  dataset: string,
  raise: { epsilon: number; delta?: number; by: string; reason: string },
): Promise<{ epsilon: number; delta: number; closed: BudgetView["ledger"]["balance"]["closed"] }> {
  return await raiseCap(folder, dataset, raise);
}
