import { DpsynthError } from "../base/errors.js";
import type { Reservation } from "../curator/index.js";
import { knownFingerprint, requireFirst } from "../curator/ledger/index.js";
import type { Domain } from "../domain/column.js";
import type { Progress } from "../domain/progress.js";
import { columnSums } from "../table/read/column-sums.js";
import type { Shares } from "../table/split/split.js";
import { type PreparedTable, prepareTable } from "./prepare.js";
import { unknownTable } from "./seen-tables.js";
import type { Workspace } from "./workspace.js";

/**
 * Read the table that a reservation pays for. A file that could not be opened gives the reservation back, since no row was read; a table that
 * the budget does not know, or that is another budget's, leaves it spent.
 */
export async function readPaid(workspace: Workspace, domain: Domain, shares: Shares, reservation: Reservation, progress?: Progress): Promise<PreparedTable> {
  const sums = columnSums();
  const prepared = await prepareTable(workspace, domain, shares, { sums, ...(progress === undefined ? {} : { progress }) }).catch(async (error: unknown) => {
    if (beforeAnyRow(error)) await reservation.cancel("the file could not be opened; no row was read");
    throw error;
  });
  if ((await knownFingerprint(workspace.budgets, workspace.dataset, prepared.digest)) === undefined)
    throw unknownTable(workspace.table, "another one than was attached; the reservation stays spent, since rows were read");
  await requireFirst(workspace.budgets, workspace.dataset, { units: prepared.digest, columns: sums.columns() });
  return prepared;
}

/** Faults of opening a table, E301 to E309, come before its first row; any later one has spent the reservation. */
function beforeAnyRow(error: unknown): boolean {
  return error instanceof DpsynthError && /^DPS-E30[1-9]$/.test(error.fault.code);
}
