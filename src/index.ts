/** The library's front door, at parity with the command line. */

export { type AuditRequest, type AuditResult, audit } from "./app/audit.js";
export { attachTable, type BudgetView, budgetCreate, budgetRaise, budgetShow, budgetVerify } from "./app/budget.js";
export { check } from "./app/check.js";
export { type FitRequest, type FitResult, fit } from "./app/fit.js";
export { type FromMarginalsResult, fitFromMarginals } from "./app/from-marginals.js";
export { type GateRequest, type GateResult, gate } from "./app/gate.js";
export { type InitRequest, type InitResult, init } from "./app/init.js";
export { type Plan, type PlanRequest, planOf as plan } from "./app/plan.js";
export { type ReleasesRequest, sampleReleases } from "./app/releases.js";
export { type ReportResult, writeReport } from "./app/report.js";
export { type RunListener, type RunResult, run } from "./app/run.js";
export { loadModel, type SampleRequest, type SampleResult, sample } from "./app/sample.js";
export { type SplitResult, splitDataset as split } from "./app/split.js";
export { type Check, type VerifyResult, verify } from "./app/verify.js";
export { type Overrides, openWorkspace, type Workspace } from "./app/workspace.js";
export { DpsynthError, type ErrorCode, EXIT, type ExitCode, type Fault } from "./base/errors.js";
export type { CertificateFile } from "./formats/certificate.js";
export type { ConfigFile } from "./formats/config.js";
export type { PrivacyEvent } from "./formats/event.js";
export type { BudgetFile, LedgerEntry, Receipt, StatedReceipt } from "./formats/ledger.js";
export type { ManifestFile } from "./formats/manifest.js";
export type { MarginalsFile } from "./formats/marginals.js";
export type { ModelFile } from "./formats/model.js";
export type { PolicyFile } from "./formats/policy.js";
export type { Finding, ReportFile, VerdictFile } from "./formats/report.js";
export type { TableSchema } from "./formats/table-schema.js";
