import type { Domain } from "../domain/column.js";
import { type Goal, workloadOf } from "../domain/workload.js";
import { workloadFile } from "../formats/config.js";
import { readJsonFile } from "./files.js";
import type { Workspace } from "./workspace.js";

const NEXT = 'List marginals as column names, such as [["age", "income"], ["sex", "town"]].';

/** What a fit is for: flags over the configuration. */
export interface GoalRequest {
  /** File with a list of marginals, each a list of column names. */
  readonly workload?: string | undefined;
  /** Largest model in megabytes of doubles, as AIM counts it. */
  readonly maxModelSize?: number | undefined;
}

export function goalOf(workspace: Workspace, request: GoalRequest, domain: Domain): Goal {
  const { fit } = workspace.config;
  const stated = request.workload === undefined ? fit.workload : readJsonFile(workloadFile, request.workload, "DPS-E134", "a list of marginals", NEXT).value;
  const megabytes = request.maxModelSize ?? fit.maxModelSize;
  return {
    ...(stated === undefined ? {} : { workload: workloadOf(stated, domain, request.workload ?? "fit.workload") }),
    ...(megabytes === undefined ? {} : { modelCells: Math.floor((megabytes * 2 ** 20) / 8) }),
  };
}
