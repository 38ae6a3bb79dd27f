import { join } from "node:path";
import { fault } from "../../base/errors.js";
import { budgetFile } from "../../formats/ledger.js";

/** The files of one dataset's budget. */
export interface BudgetPaths {
  readonly home: string;
  readonly budget: string;
  readonly ledger: string;
  /** The right to spend: 32 random bytes, never in git. */
  readonly key: string;
  readonly lock: string;
  readonly ignore: string;
}

/** `<folder>/<dataset>/…`. Throws DPS-E403 where the name could leave the folder or is none. */
export function budgetPaths(folder: string, dataset: string): BudgetPaths {
  if (!budgetFile.shape.dataset.safeParse(dataset).success) {
    throw fault("DPS-E403", "dataset", "a name of letters, digits, dot, dash and underscore, at most 100", "something else", "Choose such a name, as in `dpsynth budget create people`.");
  }
  return filesOf(join(folder, dataset));
}

/** The same files in a folder of any name. */
export function filesOf(home: string): BudgetPaths {
  return { home, budget: join(home, "budget.json"), ledger: join(home, "ledger.jsonl"), key: join(home, "key"), lock: join(home, "lock"), ignore: join(home, ".gitignore") };
}
