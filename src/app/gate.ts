import { join } from "node:path";
import { EXIT, type ExitCode, fault } from "../base/errors.js";
import { attemptsOf, type Ledger, openLedger, recordLook, recordSign, spendsOf, verifyLedger } from "../curator/ledger/index.js";
import type { ModelFile } from "../formats/model.js";
import { type ReportFile, type VerdictFile, verdictFile } from "../formats/report.js";
import { decide, formatVerdict, type GateContext, type VerdictFormat } from "../gate/index.js";
import { declared, hasBudget } from "./audit.js";
import { writeJsonFile } from "./files.js";
import { type FoundRelease, findRelease } from "./find-release.js";
import { loadPolicy } from "./policy.js";
import { schemaHash } from "./prepare.js";
import { ledgerChecks, receiptChecks } from "./receipt-check.js";
import { readReport, writeReport } from "./report.js";
import type { Workspace } from "./workspace.js";

export interface GateRequest {
  readonly release?: string | undefined;
  readonly sign?: string | undefined;
  readonly note?: string | undefined;
}

export interface GateResult {
  readonly verdict: VerdictFile;
  readonly exit: ExitCode;
  readonly path: string;
  /** The report's page, rendered anew with the verdict on it. */
  readonly html: string;
}

/** A verdict for people, pipelines or test runners. */
export function verdictText(verdict: VerdictFile, format: VerdictFormat): string {
  return formatVerdict(verdict, format);
}

const VERDICT_EXIT: Record<VerdictFile["verdict"], ExitCode> = { pass: EXIT.done, fail: EXIT.gateFailed, inconclusive: EXIT.inconclusive };

/** Policy × report × ledger → verdict, bound to the bytes as they are now. The run is a numbered ledger entry. */
export async function gate(workspace: Workspace, request: GateRequest): Promise<GateResult> {
  if (request.note !== undefined && request.sign === undefined) throw fault("DPS-E710", "--note", "given together with --sign", "alone", "Add --sign NAME.");
  const { report, sha256: reportSha256 } = readReport(workspace);
  const { policy, sha256: policySha256 } = loadPolicy(workspace.policy);
  const found = await findRelease(workspace, request.release);
  const context = await contextOf(workspace, report, reportSha256, found, policySha256);
  const verdict = decide(policy, report, context);
  const fit = report.receipt?.fit;
  if (context.ledgerHead !== null)
    await recordLook(workspace.budgets, workspace.dataset, { act: "gate", outcome: verdict.verdict, reportSha256, releaseSha256: found.sha256, ...(fit === undefined ? {} : { fit }) });
  const path = join(workspace.reports, "verdict.json");
  await writeJsonFile(path, verdictFile.parse(verdict));
  if (request.sign !== undefined) {
    const hashes = { report: reportSha256, release: found.sha256, policy: policySha256, ...(found.own === undefined ? {} : { model: found.own.modelSha256 }) };
    await recordSign(workspace.budgets, workspace.dataset, { by: request.sign, note: request.note ?? "", verdict: verdict.verdict, hashes });
  }
  const { html } = await writeReport(workspace);
  return { verdict, exit: VERDICT_EXIT[verdict.verdict], path, html };
}

async function contextOf(workspace: Workspace, report: ReportFile, reportSha256: string, found: FoundRelease, policySha256: string): Promise<GateContext> {
  const ledger = await ledgerFor(workspace, report);
  const witness = report.subject.ledger;
  const checked = witness === null ? null : await verifyLedger(workspace.budgets, workspace.dataset, [witness]);
  const model = found.own?.model;
  const { train, holdout, reference } = report.parts;
  return {
    now: {
      releaseSha256: found.sha256,
      modelSha256: found.own?.modelSha256 ?? null,
      schemaSha256: schemaHash(declared(workspace, model).schema),
      policySha256,
    },
    ledgerHead: ledger?.head ?? null,
    ledgerHoldsReportHead: checked === null ? null : checked.sound,
    reportOnRecord: ledger === null ? null : ledger.state.reports.some((known) => known.reportSha256 === reportSha256 && known.releaseSha256 === found.sha256),
    receiptOnRecord: model === undefined || ledger === null ? null : await isOnRecord(workspace, report, model, ledger),
    attempts: ledger === null ? null : attemptsOf(ledger.state, "gate", report.receipt?.fit) + 1,
    budget: ledger === null ? null : budgetNow(ledger),
    releaseRows: report.parts.release * (found.own?.manifest.series?.of ?? 1),
    learnedRows: model === undefined ? null : model.total,
    learnedUnits: model === undefined || model.schema.dpsynth.privacyUnit?.kind !== "row" ? null : model.total,
    holdout: { units: holdout, share: ledger?.state.split?.holdout ?? holdout / Math.max(1, train + holdout + reference) },
  };
}

/** The dataset's ledger; null where a release of unknown making was audited with files that belong to no budget here. */
async function ledgerFor(workspace: Workspace, { receipt, subject }: ReportFile): Promise<Ledger | null> {
  const needed = receipt !== null || subject.ledger !== null || hasBudget(workspace);
  return needed ? await openLedger(workspace.budgets, workspace.dataset) : null;
}

function budgetNow({ state, balance }: Ledger): GateContext["budget"] {
  const { spentEpsilon, capEpsilon, capDelta } = balance;
  return { fits: spendsOf(state).length, spentEpsilon, capEpsilon, capDelta };
}

/** The report's receipt, together with the present model, against itself and the ledger: what `verify` compares. */
async function isOnRecord(workspace: Workspace, { receipt }: ReportFile, model: ModelFile, ledger: Ledger): Promise<boolean | null> {
  if (receipt === null) return null;
  const held = await verifyLedger(workspace.budgets, workspace.dataset, [receipt.ledger]);
  const claimed = { ...model, receipt };
  return held.sound && [...receiptChecks(claimed), ...ledgerChecks(claimed, ledger)].every((check) => check.ok);
}
