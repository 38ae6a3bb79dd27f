import { existsSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/errors.js";
import { openLedger } from "../curator/ledger/index.js";
import type { Progress } from "../domain/progress.js";
import { checkFile } from "../table/read/check-file.js";
import { type AuditRequest, type AuditResult, audit } from "./audit.js";
import { auditAsked, requireColumns } from "./audit-asked.js";
import { budgetCreate } from "./budget.js";
import { empiricalFiles } from "./empirical-files.js";
import { type FitResult, fit } from "./fit.js";
import { type GateResult, gate } from "./gate.js";
import { type Plan, planOf } from "./plan.js";
import { loadPolicy } from "./policy.js";
import { schemaHash } from "./prepare.js";
import { type SampleResult, sample } from "./sample.js";
import { requireSeen } from "./seen-tables.js";
import { splitDataset } from "./split.js";
import { readSchema, type Workspace } from "./workspace.js";

export interface RunListener {
  /** Asked with the plan before anything is spent; false ends the run with nothing spent. */
  confirm(plan: Plan): Promise<boolean>;
  stage(name: "budget" | "split" | "fit" | "sample" | "audit" | "gate"): void;
  readonly progress?: Progress | undefined;
  readonly onDecidable?: AuditRequest["onDecidable"];
}

export interface RunResult {
  readonly fit: FitResult;
  readonly sample: SampleResult;
  readonly audit: AuditResult;
  readonly gate: GateResult;
}

/** What fit would refuse of the table, before anybody is asked whether to spend. */
async function requireAttached(workspace: Workspace): Promise<void> {
  const { schema, domain } = readSchema(workspace.schemaPath, true);
  await checkFile(workspace.table, domain);
  requireSeen(workspace, schemaHash(schema));
}

/** What the audit would refuse is refused before anything is spent: its keys in the configuration, the policy, and what lies beside its report. */
function requireAuditable(workspace: Workspace): void {
  requireColumns(readSchema(workspace.schemaPath, true).domain, auditAsked(workspace, {}).usefulness, undefined);
  loadPolicy(workspace.policy);
  empiricalFiles(workspace.reports);
}

/**
 * Budget, split, plan, fit, sample, audit, report and gate from one config. What exists already is kept; a fit is always new. A dataset's first table is attached;
 * another one is refused with DPS-E120, as fit refuses it, unless `attach` or the config's key says to record it as a version.
 */
export async function run(workspace: Workspace, listener: RunListener, { attach = workspace.config.attach ?? false }: { readonly attach?: boolean | undefined } = {}): Promise<RunResult> {
  const { config, dataset, budgets } = workspace;
  requireAuditable(workspace);
  if (!existsSync(join(budgets, dataset, "budget.json"))) {
    if (config.budget === undefined)
      throw fault("DPS-E131", "dpsynth.config.json: budget", "given, or created before", "missing", `Run \`dpsynth budget create ${dataset} --epsilon 3 --delta 1e-9\`.`);
    listener.stage("budget");
    await budgetCreate(budgets, dataset, config.budget.epsilon, config.budget.delta);
  }
  const ledger = await openLedger(budgets, dataset);
  const settled = ledger.state.versions.length > 0 && !attach;
  if (settled) await requireAttached(workspace);
  const plan = await planOf(workspace, {});
  if (!(await listener.confirm(plan))) throw fault("DPS-E132", "dpsynth run", "confirmed before it spends", "declined", "Nothing was spent. Run again, or give --yes.");
  if (!settled || ledger.state.split === undefined) {
    listener.stage("split");
    await splitDataset(workspace, ledger.state.split ?? config.split, listener.progress);
  }
  listener.stage("fit");
  const fitted = await fit(workspace, { progress: listener.progress });
  listener.stage("sample");
  const sampled = await sample({
    model: fitted.path,
    output: config.sample.output ?? `${dataset}.release.csv`,
    rows: config.sample.rows,
    seed: String(config.sample.seed),
    progress: listener.progress,
  });
  listener.stage("audit");
  const audited = await audit(workspace, { release: config.sample.output ?? `${dataset}.release.csv`, progress: listener.progress, onDecidable: listener.onDecidable });
  listener.stage("gate");
  const gated = await gate(workspace, { release: config.sample.output ?? `${dataset}.release.csv` });
  return { fit: fitted, sample: sampled, audit: audited, gate: gated };
}
