import { Command } from "commander";
import { TOOL } from "../app/version.js";
import { addAudit, addGate, addReport, addVerify } from "./commands/audit.js";
import { addBudget } from "./commands/budget.js";
import { addFit, addPlan, addSample } from "./commands/fit.js";
import { addCheck, addInit, addSplit } from "./commands/prepare.js";
import { addDemo, addRun } from "./commands/run.js";

/** The whole command line; docs/cli.md is generated from it. */
export function program(): Command {
  const root = new Command("dpsynth")
    .description("Differentially private synthetic tables, with a budget ledger, an auditor and a gate")
    .version(TOOL.version)
    .helpCommand(false)
    .showSuggestionAfterError(true);
  for (const add of [addDemo, addInit, addBudget, addSplit, addCheck, addPlan, addFit, addSample, addAudit, addReport, addGate, addVerify, addRun]) add(root);
  return root;
}
