import type { LedgerHead } from "../../formats/common.js";
import type { BudgetFile, LedgerEntry } from "../../formats/ledger.js";
import { type Balance, balanceOf } from "./balance.js";
import { headOf } from "./chain.js";
import { type LedgerOptions, nodeIo } from "./io.js";
import { type Loaded, loadSound } from "./load.js";
import { budgetPaths } from "./paths.js";
import type { LedgerState } from "./state.js";

/** A ledger as it stood when it was read. */
export interface Ledger {
  readonly budget: BudgetFile;
  readonly entries: readonly LedgerEntry[];
  readonly head: LedgerHead;
  readonly state: LedgerState;
  readonly balance: Balance;
  /** False in a clone without the key: the hashes were checked, the macs were not. */
  readonly macsChecked: boolean;
  /** Bytes of a last line that a crash cut short; 0 for none. */
  readonly tornBytes: number;
}

/** Read a ledger; nothing is written. Throws DPS-E401 where there is none, DPS-E406 where its chain is broken. */
export async function openLedger(folder: string, dataset: string, options: LedgerOptions = {}): Promise<Ledger> {
  return ledgerOf(loadSound(options.io ?? nodeIo, budgetPaths(folder, dataset), dataset));
}

function ledgerOf({ budget, chain, state, key }: Loaded): Ledger {
  return { budget, entries: chain.accepted.map((line) => line.entry), head: headOf(chain), state, balance: balanceOf(state), macsChecked: key !== undefined, tornBytes: chain.tornBytes };
}
