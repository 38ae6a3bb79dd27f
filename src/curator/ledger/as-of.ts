import { type Balance, balanceOf } from "./balance.js";
import type { Ledger } from "./open.js";
import { foldEntries } from "./state.js";

/** The balance as it was once entry `seq` stood in the ledger: what a receipt of that entry must say. */
export function balanceAsOf(ledger: Ledger, seq: number): Balance {
  const lines = ledger.entries.filter((entry) => entry.seq <= seq).map((entry) => ({ entry, line: entry.seq + 1 }));
  return balanceOf(foldEntries(lines).state);
}
