import { type DpsynthError, fault } from "../../base/errors.js";
import type { BudgetFile } from "../../formats/ledger.js";
import { readBudget } from "./budget-file.js";
import { type Chain, type GenuineLines, type LedgerFinding, readChain } from "./chain.js";
import { type LedgerIo, readIfThere } from "./io.js";
import { readKey } from "./key.js";
import type { BudgetPaths } from "./paths.js";
import { foldEntries, type LedgerState } from "./state.js";

/** A budget's files as they stand now, judged but not refused. */
export interface Loaded {
  readonly budget: BudgetFile;
  readonly key: Buffer | undefined;
  readonly chain: Chain;
  readonly state: LedgerState;
  /** Everything wrong, the chain's findings first. Empty: sound, as far as what is here can tell. */
  readonly findings: readonly LedgerFinding[];
}

/** Read and judge. Throws where there is no budget or its key is another's. */
export function load(io: LedgerIo, paths: BudgetPaths, dataset: string): Loaded {
  const budget = readBudget(io, paths, dataset);
  const key = readKey(io, paths, budget);
  const chain = readChain(readIfThere(io, paths.ledger) ?? Buffer.alloc(0), key, linesUnder(budget.keyId));
  const { state, findings } = foldEntries(chain.accepted);
  const known = chain.accepted[0]?.entry.body.kind !== "create" ? [] : budgetFindings(budget, state, chain);
  // a broken chain makes impossible sums: its own findings say why
  return { budget, key, chain, state, findings: chain.findings.length > 0 ? [...chain.findings, ...known] : [...findings, ...known] };
}

/** A fit reads its ledger some ten times; each line is parsed and macked once per process. Only the last key's lines are kept. */
let genuine: { readonly keyId: string; readonly lines: GenuineLines } = { keyId: "", lines: new Map() };

function linesUnder(keyId: string): GenuineLines {
  if (genuine.keyId !== keyId) genuine = { keyId, lines: new Map() };
  return genuine.lines;
}

/** The same, refused with DPS-E406 where anything is wrong: a broken ledger is neither read from nor written to. */
export function loadSound(io: LedgerIo, paths: BudgetPaths, dataset: string): Loaded {
  const loaded = load(io, paths, dataset);
  const first = loaded.findings[0];
  if (first !== undefined) throw broken(paths, first, loaded.findings.length);
  return loaded;
}

function broken(paths: BudgetPaths, first: LedgerFinding, count: number): DpsynthError {
  const more = count > 1 ? ` And ${count - 1} more.` : "";
  return fault(
    "DPS-E406",
    paths.ledger,
    "an unbroken chain of entries",
    `broken. ${first.text}${more}`,
    "Nothing was spent. Run `dpsynth budget verify` for all of it and take the file back from version control.",
  );
}

/** budget.json is for people; the ledger's own entries hold. The two must tell the same story. */
function budgetFindings(budget: BudgetFile, state: LedgerState, chain: Chain): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  const first = chain.accepted[0]?.entry.body;
  const caps = [...(first?.kind === "create" ? [first] : []), ...state.raises];
  if (budget.account !== state.cap.account) findings.push({ kind: "budget", text: "budget.json names another account than the ledger's first entry: it was edited." });
  // an older cap of the ledger is what a crash between a raise and its copy leaves behind
  if (!caps.some((cap) => cap.epsilon === budget.epsilon && cap.delta === budget.delta)) {
    findings.push({ kind: "budget", text: "budget.json shows a cap that the ledger never had: it was edited. Caps are raised by `dpsynth budget raise`." });
  }
  return findings;
}
