import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { append } from "./append.js";
import type { LedgerOptions } from "./io.js";

/** A report as an audit wrote it, and the release it speaks of. */
export type ReportRecord = Omit<Extract<EntryBody, { kind: "report" }>, "kind">;

/** Record a report's hash, so that a gate can tell it from one that was edited or made elsewhere. */
export async function recordReport(folder: string, dataset: string, record: ReportRecord, options: LedgerOptions = {}): Promise<LedgerHead> {
  const { head } = await append(folder, dataset, { kind: "report", ...record }, options);
  return head;
}
