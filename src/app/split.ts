import { attachFingerprint, openLedger, recordLook, recordSplit } from "../curator/ledger/index.js";
import type { Progress } from "../domain/progress.js";
import { checkFile } from "../table/read/check-file.js";
import { columnSums } from "../table/read/column-sums.js";
import type { Shares } from "../table/split/split.js";
import { prepareTable, schemaHash } from "./prepare.js";
import { rememberTable } from "./seen-tables.js";
import { readSchema, type Workspace } from "./workspace.js";

export interface SplitResult {
  readonly shares: Shares;
  readonly version: number;
  /** Budgets in the folder that could not be asked whether they know the table, for want of their key. */
  readonly unasked: readonly string[];
}

/** Fix the shares of holdout and reference in the ledger and attach the table: before anything else learns from it. */
export async function splitDataset(workspace: Workspace, shares: Shares, progress?: Progress): Promise<SplitResult> {
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  await openLedger(workspace.budgets, workspace.dataset);
  await checkFile(workspace.table, domain);
  await recordSplit(workspace.budgets, workspace.dataset, shares);
  return { shares, ...(await attach(workspace, schemaHash(schema), domain, shares, progress)) };
}

/** Record the present table as a version of the dataset. The look is on record before it happens. */
export async function attachTable(workspace: Workspace, note: string | undefined, progress?: Progress): Promise<{ version: number; added: boolean; unasked: readonly string[] }> {
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  const ledger = await openLedger(workspace.budgets, workspace.dataset);
  await checkFile(workspace.table, domain);
  return await attach(workspace, schemaHash(schema), domain, ledger.state.split ?? { holdout: 0, reference: 0 }, progress, note);
}

async function attach(
  workspace: Workspace,
  schemaSha256: string,
  domain: Parameters<typeof prepareTable>[1],
  shares: Shares,
  progress?: Progress,
  note?: string,
): Promise<{ version: number; added: boolean; unasked: readonly string[] }> {
  await recordLook(workspace.budgets, workspace.dataset, { act: "split" });
  const sums = columnSums();
  const { digest } = await prepareTable(workspace, domain, shares, { sums, ...(progress === undefined ? {} : { progress }) });
  const { version, added, unasked } = await attachFingerprint(workspace.budgets, workspace.dataset, { units: digest, columns: sums.columns() }, note);
  await rememberTable(workspace, schemaSha256, version);
  return { version, added, unasked };
}
