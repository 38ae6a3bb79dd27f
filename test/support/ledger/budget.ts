import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DpsynthError, type Fault } from "../../../src/base/errors.js";
import { fitBudget } from "../../../src/curator/accounting/account.js";
import type { ReserveRequest } from "../../../src/curator/ledger/index.js";

/** A folder of budgets that is gone after `act`. */
export async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function ledgerPath(folder: string, dataset = "people"): string {
  return join(folder, dataset, "ledger.jsonl");
}

export function ledgerLines(folder: string, dataset = "people"): string[] {
  return readFileSync(ledgerPath(folder, dataset), "utf8").split("\n").slice(0, -1);
}

export function writeLines(folder: string, lines: readonly string[], dataset = "people"): void {
  writeFileSync(ledgerPath(folder, dataset), lines.map((line) => `${line}\n`).join(""));
}

/** The fault that a promise ends in. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DpsynthError) return error.fault;
    throw error;
  }
  throw new Error("no fault was thrown");
}

/** A pure fit of price ε. */
export function pureFit(fit: string, epsilon: number, more: Partial<ReserveRequest> = {}): ReserveRequest {
  return { fit, epsilon, delta: 0, price: fitBudget({ account: "pure", epsilon, delta: 0 }), method: "mst", part: "train", ...more };
}

/** A zcdp fit of (ε, δ). */
export function zcdpFit(fit: string, epsilon: number, delta: number, discoveryDelta = 0): ReserveRequest {
  return { fit, epsilon, delta, price: fitBudget({ account: "zcdp", epsilon, delta, discoveryDelta }), method: "mst", part: "train" };
}
