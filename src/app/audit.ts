import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runAudit } from "../audit/run.js";
import { toDouble } from "../base/rational.js";
import { rhoOf } from "../curator/accounting/price.js";
import { attemptsOf, type Ledger, openLedger, recordLook, recordReport } from "../curator/ledger/index.js";
import { asReleased } from "../domain/as-released.js";
import type { Domain } from "../domain/column.js";
import { declarations } from "../domain/declarations.js";
import { domainFromSchema } from "../domain/from-schema.js";
import type { Progress } from "../domain/progress.js";
import type { ModelFile } from "../formats/model.js";
import { type ReportFile, reportFile } from "../formats/report.js";
import { type Decidable, smallestDecidable } from "../gate/index.js";
import { type EncodedTable, PART } from "../table/encoded.js";
import { checkFile } from "../table/read/check-file.js";
import { readTable } from "../table/read/read-table.js";
import { writeFault } from "../table/write/atomic.js";
import { writeJsonFile } from "./files.js";
import { findRelease } from "./find-release.js";
import { loadPolicy } from "./policy.js";
import { prepareTable, requireSplit, schemaHash } from "./prepare.js";
import { TOOL } from "./version.js";
import { readSchema, type Workspace } from "./workspace.js";

export interface AuditRequest {
  readonly release?: string | undefined;
  readonly targets?: number | undefined;
  readonly seed?: string | undefined;
  readonly progress?: Progress | undefined;
  /** Told before the attacks run: for each rule of the policy, the smallest excess that this many targets can decide. */
  readonly onDecidable?: ((decidable: readonly Decidable[]) => void) | undefined;
}

export interface AuditResult {
  readonly report: ReportFile;
  readonly path: string;
}

/** Attack a release with the data at hand. INTERNAL: the report is computed from confidential rows. The look is on record first, the report after. */
export async function audit(workspace: Workspace, request: AuditRequest): Promise<AuditResult> {
  const found = await findRelease(workspace, request.release);
  const { policy, sha256: policySha256 } = loadPolicy(workspace.policy);
  const ledger = await openLedger(workspace.budgets, workspace.dataset);
  const shares = requireSplit(ledger);
  const { schema, domain } = declared(workspace, found.own?.model);
  const released = found.own === undefined ? domain : asReleased(domain);
  await checkFile(found.path, released, { release: true });
  await checkFile(workspace.table, domain);
  makeFolder(workspace.reports);
  const receipt = found.own?.model.receipt ?? null;
  const { head } = await recordLook(workspace.budgets, workspace.dataset, { act: "audit", releaseSha256: found.sha256, ...(receipt === null ? {} : { fit: receipt.fit }) });
  const { table } = await prepareTable(workspace, domain, shares, true, request.progress);
  const release = await readTable(found.path, released, { values: true, release: true });
  const seed = request.seed ?? String(workspace.config.audit.seed);
  const targets = request.targets ?? workspace.config.audit.targets;
  request.onDecidable?.(smallestDecidable(policy, { targets: Math.min(targets, unitsIn(table, PART.train)), controls: Math.min(targets, unitsIn(table, PART.holdout)) }));
  const result = await runAudit({
    real: table,
    release,
    cliques: found.own === undefined ? null : cliquesOf(found.own.model, domain),
    ceiling: receipt === null ? null : { rho: toDouble(rhoOf(receipt.price)), epsilon: receipt.epsilon, delta: receipt.delta },
    seed,
    targets,
    ...(request.progress === undefined ? {} : { progress: request.progress }),
  });
  const report: ReportFile = {
    format: "dpsynth-report",
    version: 1,
    audience: "INTERNAL",
    createdAt: new Date().toISOString(),
    tool: TOOL,
    dataset: workspace.dataset,
    subject: { releaseSha256: found.sha256, modelSha256: found.own?.modelSha256 ?? null, schemaSha256: schemaHash(schema), policySha256, ledger: head },
    receipt,
    parts: result.parts,
    findings: result.findings,
    utility: result.utility,
    attempts: await attempts(workspace, receipt?.fit),
    declarations: declarations(schema),
    seed,
    limits: [...result.limits, ...twinLimit(found.own?.model)],
  };
  const path = join(workspace.reports, "report.json");
  const reportSha256 = await writeJsonFile(path, reportFile.parse(report));
  await recordReport(workspace.budgets, workspace.dataset, { ...(receipt === null ? {} : { fit: receipt.fit }), reportSha256, releaseSha256: found.sha256 });
  return { report, path };
}

/** Units of one part. */
function unitsIn(table: EncodedTable, part: number): number {
  const { parts, units } = table;
  if (parts === undefined) return 0;
  if (units === undefined) return parts.reduce((n, p) => n + (p === part ? 1 : 0), 0);
  const seen = new Set<number>();
  for (let row = 0; row < table.rows; row += 1) if (parts[row] === part) seen.add(units[row]);
  return seen.size;
}

/** The schema the release was made under: the model's own where there is one, for discovery may have filled it. */
export function declared(workspace: Workspace, model: ModelFile | undefined): ReturnType<typeof readSchema> {
  if (model === undefined) return readSchema(workspace.schemaPath, true);
  return { schema: model.schema, domain: domainFromSchema(model.schema, workspace.model, { requireUnit: true }) };
}

function cliquesOf(model: ModelFile, domain: Domain): number[][] {
  const index = new Map(domain.columns.map((c, i) => [c.name, i]));
  return model.cliques.map(({ columns }) => columns.map((name) => index.get(name) as number));
}

async function attempts(workspace: Workspace, fit: string | undefined): Promise<ReportFile["attempts"]> {
  const ledger: Ledger = await openLedger(workspace.budgets, workspace.dataset);
  return { audits: attemptsOf(ledger.state, "audit", fit), gates: attemptsOf(ledger.state, "gate", fit) };
}

function twinLimit(model: ModelFile | undefined): string[] {
  return model?.receipt.part === "all"
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
