import { fault } from "../base/errors.js";
import { canonicalJson, sha256Hex } from "../base/hash.js";
import { derivedKey, type Ledger } from "../curator/ledger/index.js";
import type { Domain } from "../domain/column.js";
import type { Progress } from "../domain/progress.js";
import type { TableSchema } from "../formats/table-schema.js";
import type { EncodedTable } from "../table/encoded.js";
import { readTable } from "../table/read/read-table.js";
import { multisetDigest } from "../table/split/digest.js";
import { selectRows } from "../table/split/select.js";
import { type Shares, splitKeyed } from "../table/split/split.js";
import { truncate } from "../table/split/truncate.js";
import type { Workspace } from "./workspace.js";

export function schemaHash(schema: TableSchema): string {
  return sha256Hex(canonicalJson(schema));
}

/** The recorded split, or a fault: which part a person falls in is fixed before anything learns. */
export function requireSplit(ledger: Ledger): Shares {
  const shares = ledger.state.split;
  if (shares === undefined) {
    throw fault(
      "DPS-E121",
      ledger.budget.dataset,
      "split before it is learnt from",
      "not split",
      "Run `dpsynth split --holdout 0.2 --reference 0.1` first (or --holdout 0 --reference 0 to give up the audit's control group).",
    );
  }
  return shares;
}

export interface PreparedTable {
  readonly table: EncodedTable;
  readonly digest: Uint8Array;
}

/** Read the sensitive table, keep at most k rows of each unit, mark each row's part. The caller has charged or recorded the look. */
export async function prepareTable(workspace: Workspace, domain: Domain, shares: Shares, values: boolean, progress?: Progress): Promise<PreparedTable> {
  const key = await derivedKey(workspace.budgets, workspace.dataset, "split");
  const read = await readTable(workspace.table, domain, { values, ...(progress === undefined ? {} : { progress }) });
  const digest = multisetDigest(read);
  const kept = domain.unit.kind === "row" ? read : selectRows(read, truncate(read, key));
  return { table: { ...kept, parts: splitKeyed(kept, key, shares) }, digest };
}
