import { fault } from "../../base/errors.js";
import { type BudgetFile, budgetFile } from "../../formats/ledger.js";
import { parseAs, parseJson } from "../../formats/parse.js";
import { type LedgerIo, readIfThere } from "./io.js";
import type { BudgetPaths } from "./paths.js";

const NEXT = "Take the file back from version control; a budget is never repaired by hand.";

/** The budget's declaration. Throws DPS-E401 where there is no such budget, DPS-E416 where the file is broken. */
export function readBudget(io: LedgerIo, paths: BudgetPaths, dataset: string): BudgetFile {
  const bytes = readIfThere(io, paths.budget);
  if (bytes === undefined) {
    throw fault("DPS-E401", paths.home, "a budget", "missing", `Make one with \`dpsynth budget create ${dataset} --epsilon E --delta D\`, or name the folder of budgets.`);
  }
  const budget = parseAs(budgetFile, parseJson(bytes.toString("utf8"), paths.budget, "DPS-E416", NEXT), paths.budget, "DPS-E416", NEXT);
  if (budget.dataset !== dataset)
    throw fault(
      "DPS-E416",
      `${paths.budget}: dataset`,
      "the name of its folder",
      "another name",
      "Give the folder its old name back: a copy under a new name would be a second budget for the same data.",
    );
  return budget;
}

/** How budget.json is written: two spaces, so that a review shows one line per change. */
export function budgetText(budget: BudgetFile): string {
  return `${JSON.stringify(budget, null, 2)}\n`;
}
