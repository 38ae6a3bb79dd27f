import { auditMechanism } from "../audit/empirical/audit-mechanism.js";
import { mechanismFindings } from "../audit/empirical/finding.js";
import type { Progress } from "../domain/progress.js";
import type { EmpiricalFile } from "../formats/empirical.js";
import { chooseMethod } from "../synth/choose-method.js";
import { makeFolder } from "./audit.js";
import { writeEmpirical } from "./empirical-files.js";
import { type Tested, trialOf } from "./trial-fits.js";
import { requireEpsilon, type Workspace } from "./workspace.js";

export interface MechanismRequest {
  readonly mechanism: Tested;
  readonly epsilon?: number | undefined;
  /** 0 asks for the pure account; 0.01 where absent, at which few fits show much. */
  readonly delta?: number | undefined;
  /** Fits of each of two tables; 2000 where absent. */
  readonly runs?: number | undefined;
  readonly progress?: Progress | undefined;
}

export interface MechanismResult {
  readonly result: Extract<EmpiricalFile, { kind: "mechanism" }>;
  readonly path: string;
}

/** Fit made-up worst-case tables over and over, and say which ε that proves. No ledger and no table of anybody's is opened; later reports of the folder carry the finding. */
export async function auditOfMechanism(workspace: Pick<Workspace, "reports">, request: MechanismRequest): Promise<MechanismResult> {
  const { mechanism, delta = 0.01, runs = 2000, progress } = request;
  const trial = trialOf(mechanism, { epsilon: requireEpsilon(request.epsilon ?? 1, "--epsilon"), delta });
  if (mechanism !== "selection") chooseMethod(mechanism, trial.worlds[0].domain, delta === 0 ? "pure" : "zcdp"); // refuses what has no pure price
  makeFolder(workspace.reports);
  const audit = await auditMechanism({ ...trial, runs, ...(progress === undefined ? {} : { progress }) });
  const { claim, alpha, muImplied, violated, worlds } = audit;
  const findings = mechanismFindings(mechanism, audit);
  return await writeEmpirical(workspace.reports, mechanism, { kind: "mechanism", audience: "PUBLIC", method: mechanism, claim, violated, findings, runs, alpha, muImplied, worlds: [...worlds] });
}
