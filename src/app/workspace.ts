import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fault } from "../base/errors.js";
import type { Domain } from "../domain/column.js";
import { domainFromSchema } from "../domain/from-schema.js";
import { type ConfigFile, configFile } from "../formats/config.js";
import { parseAs } from "../formats/parse.js";
import { type TableSchema, tableSchema } from "../formats/table-schema.js";
import { readJsonFile } from "./files.js";

export const CONFIG_NAME = "dpsynth.config.json";

/** What a caller may set by hand; it wins over DPSYNTH_* variables, which win over the config file. */
export interface Overrides {
  readonly config?: string;
  readonly dataset?: string;
  readonly table?: string;
  readonly schema?: string;
  readonly budgets?: string;
  readonly reports?: string;
  readonly policy?: string;
  readonly model?: string;
}

/** Where everything of one dataset is. Paths are relative to the working folder. */
export interface Workspace {
  readonly config: ConfigFile;
  readonly dataset: string;
  readonly table: string;
  readonly schemaPath: string;
  readonly budgets: string;
  readonly reports: string;
  readonly policy: string;
  readonly model: string;
}

const NEXT = "Run `dpsynth init TABLE` to draft one, name the file with --config, or do without by --schema, --dataset and --table.";

type Env = Readonly<Record<string, string | undefined>>;

const configPath = (overrides: Overrides, env: Env): string => overrides.config ?? env.DPSYNTH_CONFIG ?? CONFIG_NAME;

/** Whether there is a configuration at all, or one was named: for verbs that can do without. */
export function hasConfig(overrides: Overrides, env: Env = process.env): boolean {
  return overrides.config !== undefined || env.DPSYNTH_CONFIG !== undefined || existsSync(configPath(overrides, env));
}

/** What a verb that works on named files alone takes where neither flags nor a configuration say. */
export type Fallback = Pick<Overrides, "dataset" | "table" | "schema">;

/** The fallback of verbs that work on a release and never open the table: the dataset is called after the release. */
export function onRelease(release: string | undefined): Fallback {
  return { table: "(none)", ...(release === undefined ? {} : { dataset: datasetName(release) }) };
}

/** `data/People 2019.csv.gz` → `People-2019`: a name that a folder may have. */
export function datasetName(path: string): string {
  return basename(path)
    .replace(/(\.gz)?$/i, "")
    .replace(/\.[^.]+$/, "")
    .replace(/[^A-Za-z0-9._-]/g, "-");
}

/** Flags over DPSYNTH_* over dpsynth.config.json over defaults; without a configuration, over `fallback`. */
export function openWorkspace(overrides: Overrides = {}, env: Env = process.env, fallback: Fallback = {}): Workspace {
  const path = configPath(overrides, env);
  const pick = (name: Exclude<keyof Overrides, "config">): string | undefined => overrides[name] ?? env[`DPSYNTH_${name.toUpperCase()}`];
  const given = { dataset: pick("dataset"), table: pick("table"), schema: pick("schema") };
  const alone = { dataset: given.dataset ?? fallback.dataset, table: given.table ?? fallback.table, schema: given.schema ?? fallback.schema };
  const complete = alone.dataset !== undefined && alone.table !== undefined && alone.schema !== undefined;
  const config =
    !existsSync(path) && complete && overrides.config === undefined
      ? parseAs(configFile, { version: 1, ...alone }, path, "DPS-E101", NEXT)
      : readJsonFile(configFile, path, "DPS-E101", "a dpsynth configuration", NEXT).value;
  const dataset = given.dataset ?? config.dataset;
  return {
    config,
    dataset,
    table: given.table ?? config.table,
    schemaPath: given.schema ?? config.schema,
    budgets: pick("budgets") ?? config.budgets,
    reports: join(pick("reports") ?? config.reports, dataset),
    policy: pick("policy") ?? config.policy,
    model: pick("model") ?? config.fit.model ?? `${dataset}.model.json`,
  };
}

/** The folder of the budgets, for verbs that need no table: flag over DPSYNTH_BUDGETS over the configuration, where there is one, over the default. */
export function budgetsFolder(flag: string | undefined, env: Env = process.env): string {
  const named = flag ?? env.DPSYNTH_BUDGETS;
  if (named !== undefined) return named;
  return hasConfig({}, env) ? readJsonFile(configFile, configPath({}, env), "DPS-E101", "a dpsynth configuration", NEXT).value.budgets : "privacy-budgets";
}

export interface Declared {
  readonly schema: TableSchema;
  readonly domain: Domain;
}

/** The schema and its domain. @param requireUnit refuse a schema without a declared privacy unit */
export function readSchema(path: string, requireUnit: boolean): Declared {
  const schema = readJsonFile(tableSchema, path, "DPS-E201", "a table schema", "Mend the key; `dpsynth init TABLE` drafts a whole schema.").value;
  return { schema, domain: domainFromSchema(schema, path, { requireUnit }) };
}

/** ε as given by flag or config, or a fault that names where it belongs. */
export function requireEpsilon(epsilon: number | undefined, where: string): number {
  if (epsilon === undefined) throw fault("DPS-E110", where, "a number above 0", "missing", "Say how much privacy loss this fit may cost, such as --epsilon 1.0.");
  if (!(Number.isFinite(epsilon) && epsilon > 0)) throw fault("DPS-E110", where, "a finite number above 0", String(epsilon), "Give a number such as 1.0.");
  return epsilon;
}
