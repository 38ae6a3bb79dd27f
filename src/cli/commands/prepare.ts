import type { Command } from "commander";
import { fault } from "../../base/errors.js";
import { shareFlag, wholeFlag } from "../numbers.js";
import { type CommonFlags, overridesOf, terminalOf, withOutput, withWorkspace } from "./shared.js";

export function addInit(program: Command): void {
  withOutput(
    program
      .command("init")
      .description("draft a schema and dpsynth.config.json from a table; each value read from the data is marked so")
      .argument("<table>", "the sensitive table")
      .option("--unit <row|column>", "the privacy unit: row, or the column that names a person")
      .option("--max-rows <k>", "rows that count per person, with --unit COLUMN", wholeFlag("--max-rows", 1))
      .option("--force", "replace files that are there"),
  ).action(async (table: string, flags: CommonFlags & { unit?: string; maxRows?: number; force?: boolean }) => {
    const t = terminalOf(flags);
    const { init } = await import("../../app/init.js");
    const result = await init({ table, unit: unitOf(flags), force: flags.force });
    if (t.json) t.print(JSON.stringify({ schema: result.schemaPath, config: result.configPath, undecided: result.undecided }));
    t.say(`Drafted ${result.schemaPath} (${result.schema.fields.length} columns) and ${result.configPath}.`);
    for (const note of result.notes) t.say(`  ${note}`);
    if (result.undecided.length > 0) {
      t.say(`${result.undecided.length} facts were read from the data. A fit refuses them until you decide each:`);
      t.say(
        `  change it to what is known from outside and set "source": "public"; or add "reason" and "by" to declare it public as it is; or take its values out and set "source": "discover" to pay for it.`,
      );
    }
    if (flags.unit === undefined) t.say(`Add the privacy unit under dpsynth.privacyUnit: {"kind": "row"}, or {"kind": "person", "column": …, "maxRows": …}. There is no default.`);
  });
}

function unitOf(flags: { unit?: string; maxRows?: number }): { kind: "row" } | { kind: "person"; column: string; maxRows: number } | undefined {
  if (flags.unit === undefined) return undefined;
  if (flags.unit === "row") return { kind: "row" };
  if (flags.maxRows === undefined) throw fault("DPS-E111", "--max-rows", "given with --unit COLUMN", "missing", "Say how many rows of one person may count, such as --max-rows 5.");
  return { kind: "person", column: flags.unit, maxRows: flags.maxRows };
}

export function addCheck(program: Command): void {
  withWorkspace(program.command("check").description("INTERNAL: count the cells that encoding would coerce; recorded in the ledger as an unprotected look")).action(async (flags: CommonFlags) => {
    const t = terminalOf(flags);
    const [{ openWorkspace }, { check }] = await Promise.all([import("../../app/workspace.js"), import("../../app/check.js")]);
    const result = await check(openWorkspace(overridesOf(flags)));
    if (t.json) {
      t.print(JSON.stringify(result));
      return;
    }
    t.say(t.strong("INTERNAL: exact counts from confidential rows. This look is on record."));
    t.print(checkTable(result.columns));
  });
}

interface Row {
  readonly name: string;
  readonly nulls: number;
  readonly nullable: boolean;
  readonly unseen: number;
  readonly unparsable: number;
  readonly outOfBounds: number;
}

function checkTable(columns: readonly Row[]): string {
  const width = Math.max(6, ...columns.map((c) => c.name.length));
  const head = ["unseen", "unparsable", "out of bounds", "null", "null in a column without null"];
  const cells = (c: Row): number[] => [c.unseen, c.unparsable, c.outOfBounds, c.nulls, c.nullable ? 0 : c.nulls];
  const line = (c: Row): string =>
    `${c.name.padEnd(width)}  ${cells(c)
      .map((v, i) => String(v).padStart(head[i].length))
      .join("  ")}`;
  return [`${"column".padEnd(width)}  ${head.join("  ")}`, ...columns.map(line)].join("\n");
}

export function addSplit(program: Command): void {
  withWorkspace(
    program
      .command("split")
      .description("fix which share of the units is held out, and attach the table to its budget; by unit, stable, before anything else")
      .option("--holdout <share>", "units kept for the audit's control (default: 0.2)", shareFlag("--holdout"))
      .option("--reference <share>", "units the audit's attacker may know (default: 0.1)", shareFlag("--reference")),
  ).action(async (flags: CommonFlags & { holdout?: number; reference?: number }) => {
    const t = terminalOf(flags);
    const [{ openWorkspace }, { splitDataset }] = await Promise.all([import("../../app/workspace.js"), import("../../app/split.js")]);
    const workspace = openWorkspace(overridesOf(flags));
    const shares = { holdout: flags.holdout ?? workspace.config.split.holdout, reference: flags.reference ?? workspace.config.split.reference };
    const result = await splitDataset(workspace, shares, t.progress);
    if (t.json) t.print(JSON.stringify(result));
    t.say(
      `Split on record: ${share(1 - shares.holdout - shares.reference)} train, ${share(shares.holdout)} holdout, ${share(shares.reference)} reference, by secret key; table attached as version ${result.version}.`,
    );
    if (result.unasked.length > 0) t.say(`Could not ask ${result.unasked.length} other budget(s) whether they know this table: their key is not here.`);
  });
}

function share(x: number): string {
  return `${Math.round(x * 1000) / 10} %`;
}
