import { openLedger, recordLook } from "../curator/ledger/index.js";
import { checkFile } from "../table/read/check-file.js";
import { type ColumnCheck, checkTable } from "../table/read/check-table.js";
import { readSchema, type Workspace } from "./workspace.js";

/** INTERNAL: what encoding would coerce, with exact counts. An unprotected look, recorded in the ledger before it happens. */
export async function check(workspace: Workspace): Promise<{ rows: number; columns: ColumnCheck[] }> {
  const { domain } = readSchema(workspace.schemaPath, false);
  await openLedger(workspace.budgets, workspace.dataset);
  await checkFile(workspace.table, domain);
  await recordLook(workspace.budgets, workspace.dataset, { act: "check" });
  return await checkTable(workspace.table, domain);
}
