import { existsSync } from "node:fs";
import { join } from "node:path";
import { fault } from "../base/errors.js";
import { recordLook } from "../curator/ledger/index.js";
import { undecided } from "../domain/declarations.js";
import { domainFromSchema } from "../domain/from-schema.js";
import type { ConfigFile } from "../formats/config.js";
import { parseAs } from "../formats/parse.js";
import { type TableSchema, tableSchema } from "../formats/table-schema.js";
import { checkFile } from "../table/read/check-file.js";
import { draftSchema } from "../table/read/draft.js";
import { writeJsonFile } from "./files.js";
import { publishedSchema } from "./version.js";
import { CONFIG_NAME, datasetName } from "./workspace.js";

const BUDGETS = "privacy-budgets";

export interface InitResult {
  readonly dataset: string;
  readonly schemaPath: string;
  readonly configPath: string;
  readonly schema: TableSchema;
  /** Keys that hold values read from the data and wait for a decision. */
  readonly undecided: readonly { readonly key: string; readonly what: string }[];
  readonly notes: readonly string[];
}

export interface InitRequest {
  readonly table: string;
  /** `row`, or the identifier column that names a person and the rows each may have. */
  readonly unit?: { readonly kind: "row" } | { readonly kind: "person"; readonly column: string; readonly maxRows: number } | undefined;
  readonly force?: boolean | undefined;
}

/** Draft schema and config from a table. Everything read from the data is marked so, and fit refuses it until somebody decides. */
export async function init(request: InitRequest): Promise<InitResult> {
  const dataset = datasetName(request.table);
  const schemaPath = `${dataset}.schema.json`;
  for (const path of [schemaPath, CONFIG_NAME]) {
    if (existsSync(path) && request.force !== true) throw fault("DPS-E130", path, "absent before init writes it", "there already", "Edit it, or give --force to draft it anew.");
  }
  if (existsSync(join(BUDGETS, dataset, "budget.json"))) await recordLook(BUDGETS, dataset, { act: "init" });
  const { schema: drafted, notes } = await draftSchema(request.table);
  const draft = { $schema: publishedSchema("table-schema"), ...(request.unit === undefined ? drafted : withUnit(drafted, request.unit)) };
  const schema = parseAs(tableSchema, draft, schemaPath, "DPS-E201", "This draft is a bug in dpsynth; write the schema by hand.");
  await checkFile(request.table, domainFromSchema(schema, schemaPath, { requireUnit: false }));
  const config: ConfigFile = {
    $schema: publishedSchema("config"),
    version: 1,
    dataset,
    table: request.table,
    schema: schemaPath,
    budgets: BUDGETS,
    budget: { epsilon: 3, delta: 1e-9 },
    split: { holdout: 0.2, reference: 0.1 },
    fit: { epsilon: 1, method: "auto" },
    sample: { seed: 1 },
    audit: { seed: 1, targets: 2000 },
    reports: "reports",
    policy: "public",
  };
  await writeJsonFile(schemaPath, draft);
  await writeJsonFile(CONFIG_NAME, config);
  return { dataset, schemaPath, configPath: CONFIG_NAME, schema, undecided: undecided(schema), notes };
}

function withUnit(draft: unknown, unit: NonNullable<InitRequest["unit"]>): object {
  const schema = draft as { fields: { name: string; type: string }[]; dpsynth: object };
  const fields =
    unit.kind === "row"
      ? schema.fields
      : schema.fields.map((f) => (f.name === unit.column && f.type !== "identifier" ? { name: f.name, type: "identifier", dpsynth: { role: "direct-identifier", release: "drop" } } : f));
  return { ...schema, fields, dpsynth: { ...schema.dpsynth, privacyUnit: unit } };
}
