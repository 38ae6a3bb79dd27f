import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fault } from "../../base/errors.js";
import { canonicalJson } from "../../base/hash.js";
import { type BudgetFile, LEDGER_VERSION, type LedgerEntry } from "../../formats/ledger.js";
import { budgetText } from "./budget-file.js";
import { ZERO_HASH } from "./chain.js";
import { diskFault, type LedgerIo, type LedgerOptions, nodeIo, onDisk, readIfThere, syncFolder, systemCode, writeNew } from "./io.js";
import { keyIdOf, macOf } from "./key.js";
import { type BudgetPaths, budgetPaths, filesOf } from "./paths.js";

/** Largest cap, far above any that protects: keeps every later sum exact. */
const MOST_EPSILON = 1e6;

/**
 * Make `<folder>/<dataset>/`: budget.json, ledger.jsonl, the key (mode 0600) and a .gitignore that names it. δ = 0 makes
 * a pure account. All of it appears at once or not at all. Throws DPS-E402 where the budget exists, DPS-E403 on a cap
 * that is none.
 */
export async function createBudget(folder: string, request: { dataset: string; epsilon: number; delta: number }, options: LedgerOptions = {}): Promise<BudgetFile> {
  const { dataset, epsilon, delta } = request;
  const io = options.io ?? nodeIo;
  const paths = budgetPaths(folder, dataset);
  checkCap(epsilon, delta);
  if (readIfThere(io, paths.budget) !== undefined) throw exists(paths, dataset);
  const key = randomBytes(32);
  const createdAt = new Date().toISOString();
  const account = delta === 0 ? "pure" : "zcdp";
  const budget: BudgetFile = { version: LEDGER_VERSION, dataset, account, epsilon, delta, neighbours: "add-remove-one-unit", createdAt, keyId: keyIdOf(key) };
  const fields: Omit<LedgerEntry, "mac"> = { seq: 0, at: createdAt, prev: ZERO_HASH, body: { kind: "create", account, epsilon, delta } };
  const text = `${canonicalJson({ ...fields, mac: macOf(key, fields) })}\n`;
  const draft = filesOf(join(folder, `.${dataset}.${randomBytes(6).toString("hex")}.draft`));
  onDisk(folder, "writable", () => io.mkdir(draft.home));
  try {
    writeNew(io, draft.ignore, "key\nlock\nlock.*\n*.draft\ntables.json\n");
    writeNew(io, draft.key, `${key.toString("hex")}\n`, 0o600);
    writeNew(io, draft.ledger, text);
    writeNew(io, draft.budget, budgetText(budget));
    syncFolder(io, draft.home);
    moveIn(io, draft, paths, dataset);
  } catch (error) {
    io.removeFolder(draft.home);
    throw error;
  }
  syncFolder(io, folder);
  return budget;
}

/** A cap in words that the command line can show. δ = 0 is the pure account. */
export function checkCap(epsilon: number, delta: number): void {
  if (!(epsilon > 0 && epsilon <= MOST_EPSILON))
    throw fault("DPS-E403", "epsilon", `a number above 0, at most ${MOST_EPSILON}`, String(epsilon), "Give the largest ε that all fits together may cost, such as 3.");
  if (!(delta >= 0 && delta < 1)) throw fault("DPS-E403", "delta", "at least 0 and less than 1", String(delta), "Give a δ such as 1e-9, or 0 for a pure account.");
}

function moveIn(io: LedgerIo, draft: BudgetPaths, paths: BudgetPaths, dataset: string): void {
  try {
    io.rename(draft.home, paths.home);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    throw ["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM"].includes(code) ? exists(paths, dataset) : diskFault(paths.home, "writable", code);
  }
}

function exists(paths: BudgetPaths, dataset: string): Error {
  return fault(
    "DPS-E402",
    paths.home,
    "free for a new budget",
    "there already",
    `Use it (\`dpsynth budget show ${dataset}\`), raise it (\`dpsynth budget raise\`), or choose another name for another dataset.`,
  );
}
