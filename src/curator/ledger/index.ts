/**
 * The ledger: what was spent on a dataset, charged before it is looked at, append-only. One folder per dataset on a local
 * file system: network file systems keep neither O_APPEND nor fsync as promised.
 */
export { type Appended, append, type BodyMaker } from "./append.js";
export { balanceAsOf } from "./as-of.js";
export type { Balance } from "./balance.js";
export type { LedgerFinding } from "./chain.js";
export { createBudget } from "./create.js";
export { type Attached, attachFingerprint, knownFingerprint, requireFirst, type TableDigests } from "./fingerprint.js";
export type { LedgerIo, LedgerOptions } from "./io.js";
export { derivedKey } from "./key.js";
export { type Look, recordLook } from "./look.js";
export { type Ledger, openLedger } from "./open.js";
export { type Raise, raiseCap } from "./raise.js";
export { type ReportRecord, recordReport } from "./record-report.js";
export { mayClose, type ReserveRequest, reserve } from "./reserve.js";
export { recordSign, type Signature } from "./sign.js";
export { recordSplit, type SplitShares, shareLearned } from "./split.js";
export { attemptsOf, type FitSpend, type LedgerState, spendsOf } from "./state.js";
export { type LedgerVerdict, verifyLedger } from "./verify.js";
