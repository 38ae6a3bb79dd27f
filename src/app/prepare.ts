import { fault } from "../base/errors.js";
import { canonicalJson, sha256Hex } from "../base/hash.js";
import { derivedKey, type Ledger } from "../curator/ledger/index.js";
import type { Domain } from "../domain/column.js";
import type { TableSchema } from "../formats/table-schema.js";
import { type EncodedTable, PART } from "../table/encoded.js";
import { type ReadOptions, readTable } from "../table/read/read-table.js";
import { contentOf } from "../table/split/content.js";
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
  /** Every row of the file. */
  readonly all: EncodedTable;
  /** Rows that count, each with its part. */
  readonly table: EncodedTable;
  readonly digest: Uint8Array;
  /** For each row of the file: 1 where it counts (at most k rows of a person do). */
  readonly counted: Uint8Array;
}

/** Read the sensitive table, keep at most k rows of each unit, mark each row's part. The caller has charged or recorded the look. */
export async function prepareTable(workspace: Workspace, domain: Domain, shares: Shares, options: Pick<ReadOptions, "values" | "sums" | "progress">): Promise<PreparedTable> {
  const key = await derivedKey(workspace.budgets, workspace.dataset, "split");
  const read = await readTable(workspace.table, domain, options);
  const content = contentOf(read);
  const digest = multisetDigest(content);
  const counted = truncate(content, key);
  const cut = (table: EncodedTable): EncodedTable => (domain.unit.kind === "row" ? table : selectRows(table, counted));
  return { all: read, table: { ...cut(read), parts: splitKeyed(cut(content), key, shares) }, digest, counted };
}

/** For each row of the file: 1 where it counts and falls in the train part (or in any part, where `part` is "all"). */
export function learntRows({ table, counted }: PreparedTable, part: "train" | "all"): Uint8Array {
  let next = 0;
  return counted.map((c) => {
    if (c === 0) return 0;
    const own = table.parts?.[next];
    next += 1;
    return part === "all" || own === PART.train ? 1 : 0;
  });
}
