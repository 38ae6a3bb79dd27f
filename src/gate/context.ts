import type { LedgerHead } from "../formats/common.js";

/** What stands on disk and in the ledger now: the gate compares it with what the report says of the time of the audit. Plain data. */
export interface GateContext {
  /** Hashes of the files as they are now; `modelSha256` is null for somebody else's release. */
  readonly now: { readonly releaseSha256: string; readonly modelSha256: string | null; readonly schemaSha256: string; readonly policySha256: string };
  /** Present end of the dataset's ledger; null where there is none. */
  readonly ledgerHead: LedgerHead | null;
  /** Whether the present ledger holds the report's ledger head, hash and all; null where nobody looked. */
  readonly ledgerHoldsReportHead: boolean | null;
  /** Whether the ledger holds the present report's hash for the present release; null where nobody looked. */
  readonly reportOnRecord: boolean | null;
  /** Whether the report's receipt and the present model are what the ledger's entries on the fit say; null where nobody looked. */
  readonly receiptOnRecord: boolean | null;
  /** Gate runs on this fit, this one included; null without a ledger. */
  readonly attempts: number | null;
  /** Fits that have drawn on the dataset's budget, unfinished ones included; ε of all they spent, at the cap's δ; and the cap. Null without a ledger. */
  readonly budget: { readonly fits: number; readonly spentEpsilon: number; readonly capEpsilon: number; readonly capDelta: number } | null;
  /** Rows of the release, together with those of the other releases of its series. */
  readonly releaseRows: number;
  /** Noisy (or public) number of rows, and of units, that the model learnt from; null where unknown. */
  readonly learnedRows: number | null;
  readonly learnedUnits: number | null;
  /** Units held out, and their public share of the table. */
  readonly holdout: { readonly units: number; readonly share: number };
}
