import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { unitsOfPart } from "../audit/context.js";
import { type AuditInput, runAudit } from "../audit/run.js";
import { toDouble } from "../base/rational.js";
import { rhoOf } from "../curator/accounting/price.js";
import { attemptsOf, openLedger, recordLook, recordReport, spendsOf } from "../curator/ledger/index.js";
import { asReleased } from "../domain/as-released.js";
import type { Domain } from "../domain/column.js";
import { declarations } from "../domain/declarations.js";
import { domainFromSchema } from "../domain/from-schema.js";
import type { Progress } from "../domain/progress.js";
import type { LedgerHead } from "../formats/common.js";
import type { Receipt } from "../formats/ledger.js";
import { claimOf, type ModelFile, paidReceipt } from "../formats/model.js";
import type { PublicFindingsFile } from "../formats/public-findings.js";
import { type ReportFile, reportFile } from "../formats/report.js";
import type { TableSchema } from "../formats/table-schema.js";
import { type Decidable, smallestDecidable } from "../gate/index.js";
import { type EncodedTable, PART } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { readTable } from "../table/read/read-table.js";
import { writeFault } from "../table/write/atomic.js";
import { type Asked, type AuditFlags, auditAsked, requireColumns } from "./audit-asked.js";
import { type AuditFiles, checkParts, FILES_LIMITS, readParts } from "./audit-files.js";
import { type Publication, publishFindings, reservePublication } from "./audit-public.js";
import { conformityOf } from "./audit-usefulness.js";
import { empiricalFiles, empiricalFindings } from "./empirical-files.js";
import { writeJsonFile } from "./files.js";
import { type FoundRelease, findRelease, namedRelease } from "./find-release.js";
import { cliquesOf, modelTables, noisyTables } from "./model-knowledge.js";
import { loadPolicy } from "./policy.js";
import { prepareTable, requireSplit, schemaHash } from "./prepare.js";
import { shadowFitOf } from "./shadow-fit.js";
import { TOOL } from "./version.js";
import { readSchema, type Workspace } from "./workspace.js";

export interface AuditRequest extends AuditFlags {
  readonly release?: string | undefined;
  /** Release and data as files, for another tool's release or parts made elsewhere; the dataset's own where absent. */
  readonly files?: AuditFiles | undefined;
  readonly progress?: Progress | undefined;
  /** Publish counts of the attacks with noise, at this pure ε, charged before a row is read. */
  readonly publicEpsilon?: number | undefined;
  /** Told before the attacks run: for each rule of the policy, the smallest excess that this many targets can decide. */
  readonly onDecidable?: ((decidable: readonly Decidable[]) => void) | undefined;
}

export interface AuditResult {
  readonly report: ReportFile;
  readonly path: string;
  /** Where counts were published. */
  readonly published: { readonly file: PublicFindingsFile; readonly path: string } | null;
}

/** What is attacked, with everything read. */
interface Staged {
  readonly found: FoundRelease;
  readonly schema: TableSchema;
  readonly domain: Domain;
  /** All parts in one table, with values. */
  readonly real: EncodedTable;
  readonly release: EncodedTable;
  /** The ledger after the look; null where the dataset has no budget here. */
  readonly head: LedgerHead | null;
  readonly limits: readonly string[];
  readonly publication: Publication | null;
}

/**
 * Attack a release with the data at hand. INTERNAL: the report is computed from confidential rows. The look is on record first, the report after.
 * With `files` the data are what somebody handed in, and the release is anybody's: whatever manifest lies beside it, nothing is promised.
 */
export async function audit(workspace: Workspace, request: AuditRequest): Promise<AuditResult> {
  const { policy, sha256: policySha256 } = loadPolicy(workspace.policy);
  const tested = empiricalFiles(workspace.reports);
  const asked = auditAsked(workspace, request);
  const { seed, targets } = asked;
  const { found, schema, domain, real, release, head, limits, publication } =
    request.files === undefined ? await stageDataset(workspace, request, asked) : await stageFiles(workspace, request.files, request, asked);
  const receipt = ownReceipt(found);
  request.onDecidable?.(smallestDecidable(policy, { targets: Math.min(targets, unitsOfPart(real, PART.train)), controls: Math.min(targets, unitsOfPart(real, PART.holdout)) }));
  const subject = { releaseSha256: found.sha256, modelSha256: found.own?.modelSha256 ?? null, schemaSha256: schemaHash(schema) };
  const published = publication === null ? null : await publishFindings(workspace, publication, { subject, domain, real, release, seed, publicTotal: found.own?.model.total ?? null });
  const result = await runAudit({
    real,
    release,
    cliques: found.own === undefined ? null : cliquesOf(found.own.model, domain),
    measurements: found.own === undefined ? null : noisyTables(found.own.model, domain),
    modelTables: found.own === undefined ? null : modelTables(found.own.model, domain),
    shadowFit: asked.shadowFits && receipt !== null ? shadowFitOf(real, domain, receipt) : null,
    skip: asked.skip,
    ...(asked.most === undefined ? {} : { most: asked.most }),
    ceiling: receipt === null ? null : { rho: toDouble(rhoOf(receipt.price)), epsilon: receipt.epsilon, delta: receipt.delta },
    seed,
    targets,
    utility: { ...asked.usefulness, conformity: await conformityOf({ path: found.path, domain: release.domain }, { paths: realPaths(workspace, request), domain }) },
    ...(request.progress === undefined ? {} : { progress: request.progress }),
  } satisfies AuditInput);
  const report: ReportFile = {
    format: "dpsynth-report",
    version: 1,
    audience: "INTERNAL",
    createdAt: new Date().toISOString(),
    tool: TOOL,
    dataset: workspace.dataset,
    subject: { ...subject, policySha256, ledger: head },
    receipt,
    claim: found.own === undefined ? null : claimOf(found.own.model),
    parts: result.parts,
    findings: [...result.findings, ...empiricalFindings(tested, receipt?.method)],
    utility: result.utility,
    attempts: await attempts(workspace, receipt?.fit),
    published: published === null ? null : { epsilon: published.file.privacy.epsilon, spend: published.file.privacy.spend, counts: published.file.findings.length },
    declarations: declarations(schema),
    seed,
    switchedOff: result.switchedOff,
    subsample: result.subsample,
    limits: [...result.limits, ...limits],
  };
  const path = join(workspace.reports, "report.json");
  const reportSha256 = await writeJsonFile(path, reportFile.parse(report));
  if (head !== null) await recordReport(workspace.budgets, workspace.dataset, { ...(receipt === null ? {} : { fit: receipt.fit }), reportSha256, releaseSha256: found.sha256 });
  return { report, path, published };
}

/** The dataset's own table, in the parts of its recorded split. */
async function stageDataset(workspace: Workspace, { release: name, progress, publicEpsilon, usefulness }: AuditRequest, asked: Asked): Promise<Staged> {
  const found = await findRelease(workspace, name);
  const shares = requireSplit(await openLedger(workspace.budgets, workspace.dataset));
  const { schema, domain } = declared(workspace, found.own?.model);
  requireColumns(domain, asked.usefulness, usefulness);
  const released = found.own === undefined ? domain : asReleased(domain);
  await checkFile(found.path, released, { release: true });
  await checkFile(workspace.table, domain);
  makeFolder(workspace.reports);
  const receipt = ownReceipt(found);
  const { head } = await recordLook(workspace.budgets, workspace.dataset, { act: "audit", releaseSha256: found.sha256, ...(receipt === null ? {} : { fit: receipt.fit }) });
  const publication = publicEpsilon === undefined ? null : await reservePublication(workspace, domain, publicEpsilon);
  const { table } = await prepareTable(workspace, domain, shares, { values: true, ...(progress === undefined ? {} : { progress }) });
  const release = await readTable(found.path, released, { values: true, release: true });
  return { found, schema, domain, real: table, release, head, limits: twinLimit(found.own?.model), publication };
}

/** A release and parts as files. Where the dataset has a budget here, the look goes on its record. */
async function stageFiles(workspace: Workspace, files: AuditFiles, { progress, usefulness }: AuditRequest, asked: Asked): Promise<Staged> {
  const found = await namedRelease(files.release);
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  requireColumns(domain, asked.usefulness, usefulness);
  await checkFile(found.path, domain, { release: true });
  await checkParts(files, domain);
  makeFolder(workspace.reports);
  const head = hasBudget(workspace) ? (await recordLook(workspace.budgets, workspace.dataset, { act: "audit", releaseSha256: found.sha256 })).head : null;
  const real = await readParts(files, domain, progress);
  const release = await readTable(found.path, domain, { values: true, release: true });
  return { found, schema, domain, real, release, head, limits: FILES_LIMITS, publication: null };
}

export function hasBudget({ budgets, dataset }: Workspace): boolean {
  return existsSync(join(budgets, dataset, "budget.json"));
}

/** The schema the release was made under: the model's own where there is one, for discovery may have filled it. */
export function declared(workspace: Workspace, model: ModelFile | undefined): ReturnType<typeof readSchema> {
  if (model === undefined) return readSchema(workspace.schemaPath, true);
  return { schema: model.schema, domain: domainFromSchema(model.schema, workspace.model, { requireUnit: true }) };
}

async function attempts(workspace: Workspace, fit: string | undefined): Promise<ReportFile["attempts"]> {
  if (!hasBudget(workspace)) return { audits: 1, gates: 0, fits: null };
  const ledger = await openLedger(workspace.budgets, workspace.dataset);
  return { audits: attemptsOf(ledger.state, "audit", fit), gates: attemptsOf(ledger.state, "gate", fit), fits: spendsOf(ledger.state).length };
}

function ownReceipt({ own }: FoundRelease): Receipt | null {
  return own === undefined ? null : paidReceipt(own.model);
}

/** The real rows' files. */
function realPaths({ table }: Workspace, { files }: AuditRequest): string[] {
  if (files === undefined) return [table];
  return [files.train, files.holdout, ...(files.reference === undefined ? [] : [files.reference])];
}

function twinLimit(model: ModelFile | undefined): string[] {
  if (model === undefined) return [];
  if (claimOf(model) !== null)
    return [
      "This model was made from tables that others measured, of which rows nobody here can tell: where they counted the units held out, those are no fair control, and a difference of zero shows nothing.",
    ];
  return paidReceipt(model)?.part === "all"
    ? [
        "This model learnt from the whole table, so no unit is a fair control: the attacks here compare units that were all learnt from. Read the report of its twin, fitted on the train part under the same settings.",
      ]
    : [];
}

export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw writeFault(path, error);
  }
}
