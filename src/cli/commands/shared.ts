import type { Command } from "commander";
import type { Overrides } from "../../app/workspace.js";
import { type Terminal, terminal } from "../terminal.js";

export interface CommonFlags extends Overrides {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly yes?: boolean;
}

/** Flags of every verb that works in a workspace. */
export function withWorkspace(command: Command): Command {
  return withOutput(
    command
      .option("--config <file>", "configuration file (default: dpsynth.config.json)")
      .option("--dataset <name>", "name of the dataset and its budget")
      .option("--table <file>", "the sensitive table: csv, tsv or jsonl, also gzipped, parquet or arrow")
      .option("--schema <file>", "the table's schema")
      .option("--budgets <folder>", "folder of the budgets (default: privacy-budgets)"),
  );
}

export function withOutput(command: Command): Command {
  return command.option("--json", "one JSON object on stdout").option("-q, --quiet", "no words on stderr");
}

export function overridesOf(flags: CommonFlags): Overrides {
  const { config, dataset, table, schema, budgets, reports, policy, model } = flags;
  return Object.fromEntries(Object.entries({ config, dataset, table, schema, budgets, reports, policy, model }).filter(([, v]) => v !== undefined));
}

export function terminalOf(flags: CommonFlags): Terminal {
  return terminal({ quiet: flags.quiet === true, json: flags.json === true });
}
