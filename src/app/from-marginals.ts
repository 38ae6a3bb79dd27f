import { dirname, join } from "node:path";
import { fault } from "../base/errors.js";
import { requireDecided } from "../domain/declarations.js";
import type { Progress } from "../domain/progress.js";
import type { StatedReceipt } from "../formats/ledger.js";
import { type MarginalsFile, marginalsFile } from "../formats/marginals.js";
import { type ModelFile, modelFile } from "../formats/model.js";
import { fitStated, STATED_METHOD } from "../synth/stated/fit-stated.js";
import { pendingFile } from "../table/write/atomic.js";
import { toDiscover } from "./discover.js";
import { readJsonFile, writeJsonFile } from "./files.js";
import { schemaHash } from "./prepare.js";
import { type Declared, datasetName, type Overrides, openWorkspace, readSchema } from "./workspace.js";

export interface FromMarginalsResult {
  readonly model: ModelFile;
  readonly receipt: StatedReceipt;
  readonly path: string;
  readonly sha256: string;
}

/**
 * A model of noisy tables that somebody else measured. No table is opened, no ledger is asked and nothing is spent: noise and
 * price are the word of whoever measured, and the receipt says so.
 */
export async function fitFromMarginals(path: string, overrides: Overrides = {}, progress?: Progress): Promise<FromMarginalsResult> {
  const next = "Write it as docs/formats.md says, one entry a table, with listed cells and the noise's sigma.";
  const { value: marginals, sha256: marginalsSha256 } = readJsonFile(marginalsFile, path, "DPS-E530", "a file of noisy marginals", next);
  const schemaPath = overrides.schema ?? process.env.DPSYNTH_SCHEMA ?? join(dirname(path), marginals.schema);
  const workspace = openWorkspace({ ...overrides, schema: schemaPath }, process.env, { dataset: datasetName(path), table: "(none)" });
  const declared = readSchema(schemaPath, true);
  requireUsable(declared, schemaPath, marginals, path);
  await (await pendingFile(workspace.model)).discard();
  const receipt = statedReceipt(marginals, marginalsSha256, workspace.dataset);
  const model = modelFile.parse({ ...fitStated(marginals, declared.domain, path, progress), receipt });
  return { model, receipt, path: workspace.model, sha256: await writeJsonFile(workspace.model, model, 0) };
}

function requireUsable({ schema }: Declared, schemaPath: string, { schemaSha256 }: MarginalsFile, path: string): void {
  requireDecided(schema, schemaPath);
  const open = toDiscover(schema)[0];
  if (open !== undefined)
    throw fault("DPS-E534", `${schemaPath}: ${open.name}`, "declared where no data is looked at", '"source": "discover"', "Declare its values or bounds, as the tables were made with.");
  if (schemaSha256 !== undefined && schemaSha256 !== schemaHash(schema))
    throw fault("DPS-E534", `${path}: schemaSha256`, "the hash of the schema that is used", "another one", "Use the schema that the tables were made under, or correct the hash.");
}

function statedReceipt({ source, claim, tables }: MarginalsFile, marginalsSha256: string, dataset: string): StatedReceipt {
  return {
    version: 1,
    statement: "noise and price stated by others, unverified",
    dataset,
    method: STATED_METHOD,
    source,
    epsilon: claim?.epsilon ?? null,
    delta: claim?.delta ?? null,
    unit: claim?.unit ?? null,
    note: claim?.note ?? null,
    tables: tables.length,
    marginalsSha256,
    shareLearned: 1,
  };
}
