import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody } from "../../formats/ledger.js";
import { admits } from "../accounting/account.js";
import { coversItself } from "../accounting/own-price.js";
import { fits, priceOf } from "../accounting/price.js";
import { type Chain, type ChainLine, headOf, type LedgerFinding } from "./chain.js";
import { type LedgerIo, type LedgerOptions, nodeIo } from "./io.js";
import { type Loaded, load } from "./load.js";
import { budgetPaths } from "./paths.js";
import { mayClose } from "./reserve.js";
import { capFor, foldEntries, type LedgerState, spendsOf } from "./state.js";

/** What an inspection of a ledger tells. */
export interface LedgerVerdict {
  /** No finding. Read together with `limits`. */
  readonly sound: boolean;
  readonly findings: readonly LedgerFinding[];
  /** Harmless things worth knowing: torn lines, lost races, a missing key. */
  readonly notes: readonly string[];
  /** What this inspection could not have found. */
  readonly limits: readonly string[];
  readonly entries: number;
  /** Absent where no entry could be read. */
  readonly head: LedgerHead | undefined;
  readonly macsChecked: boolean;
  readonly witnesses: number;
}

/**
 * Inspect a ledger: chain, macs, order, duplicates, edits, a torn tail, a tail cut off below a witness, each commit's
 * price from its events, and the total against the cap in force at each reservation. Witnesses are ledger heads kept
 * elsewhere (receipts, manifests, certificates). Throws only where there is no budget to inspect.
 */
export async function verifyLedger(folder: string, dataset: string, witnesses: readonly LedgerHead[], options: LedgerOptions = {}): Promise<LedgerVerdict> {
  const io: LedgerIo = options.io ?? nodeIo;
  const loaded = load(io, budgetPaths(folder, dataset), dataset);
  const { chain, key } = loaded;
  const findings = [...loaded.findings, ...witnesses.flatMap((w) => witnessFinding(chain, w)), ...(loaded.findings.length > 0 ? [] : priceFindings(chain.accepted))];
  const head = chain.accepted.length === 0 ? undefined : headOf(chain);
  const macsChecked = key !== undefined;
  return {
    sound: findings.length === 0,
    findings,
    notes: notesOf(loaded),
    limits: limitsOf(macsChecked, witnesses, head),
    entries: chain.accepted.length,
    head,
    macsChecked,
    witnesses: witnesses.length,
  };
}

function witnessFinding(chain: Chain, witness: LedgerHead): LedgerFinding[] {
  const here = chain.accepted.find((line) => line.entry.seq === witness.seq);
  const known = `a witness holds entry ${witness.seq} with hash ${witness.hash.slice(0, 12)}…`;
  if (here?.hash === witness.hash) return [];
  const last = chain.accepted[chain.accepted.length - 1];
  if (here !== undefined) return [{ kind: "rewritten", line: here.line, text: `Line ${here.line} is not the entry it was: ${known}, and the ledger holds another.` }];
  if (last === undefined || witness.seq > last.entry.seq) return [{ kind: "cut", text: `The ledger's tail was cut off: ${known}, and the ledger ends at entry ${last?.entry.seq ?? "none"}.` }];
  return [{ kind: "rewritten", text: `Entry ${witness.seq} is missing: ${known}.` }];
}

/** Price every commit again and replay the cap. @pre the chain is sound: sums over a broken one say nothing */
function priceFindings(lines: readonly ChainLine[]): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  foldEntries(lines, (state, { line, entry: { body } }) => {
    if (body.kind === "commit" && !fits(priceOf(body.events), body.price)) {
      findings.push({ kind: "price", line, text: `Line ${line} commits fit ${body.fit} for less than its events cost.` });
    }
    if (body.kind === "reserve") findings.push(...reservationFindings(state, body, line));
  });
  return findings;
}

function reservationFindings(state: LedgerState, { fit, price, ownPrice }: Extract<EntryBody, { kind: "reserve" }>, line: number): LedgerFinding[] {
  const findings: LedgerFinding[] = [];
  if (ownPrice !== undefined && !coversItself(ownPrice, price)) {
    findings.push({ kind: "price", line, text: `Line ${line} gives fit ${fit} a price of its own that is less than it may cost.` });
  }
  if (!admits(capFor(state.cap, price), spendsOf(state), price) && !(ownPrice?.closesLedger === true && mayClose({ cap: state.cap, spends: spendsOf(state) }, ownPrice))) {
    findings.push({ kind: "cap", line, text: `Line ${line} reserves for fit ${fit} more than the cap then left.` });
  }
  return findings;
}

function notesOf({ chain, state, key }: Loaded): string[] {
  const open = state.fits.filter((fit) => fit.status === "open").map((fit) => fit.fit);
  return [
    ...(chain.tornBytes > 0 ? [`The last line is cut short after ${chain.tornBytes} bytes, as a crash leaves it. No fit acted on it; the next entry is written behind it and states its length.`] : []),
    ...(chain.unterminated && chain.tornBytes === 0 ? ["The last line lacks its newline. It is whole and counts; the next entry adds the newline."] : []),
    ...chain.lost.map(({ line, entry }) => `Line ${line} lost the race for place ${entry.seq} and is void; its writer tried again.`),
    ...chain.glued.map((line) => `Line ${line} begins with torn text that its entry does not account for, as a crash of another writer leaves it; the entry behind it is whole.`),
    ...(open.length > 0 ? [`Reserved and neither committed nor cancelled, so spent in full unless still running: ${open.join(", ")}.`] : []),
    ...(key === undefined ? ["The key is not here: hashes were checked, macs were not."] : []),
  ];
}

function limitsOf(macsChecked: boolean, witnesses: readonly LedgerHead[], head: LedgerHead | undefined): string[] {
  const highest = witnesses.reduce((most, w) => Math.max(most, w.seq), -1);
  const after = highest < 0 ? "No witness was given: entries cut off the end leave no trace" : `Entries after ${highest}, the highest a witness holds, could have been cut off without a trace`;
  return [
    ...(macsChecked ? [] : ["Without the key, a ledger that was rewritten from some line to its end with fresh hashes looks sound."]),
    ...(head !== undefined && highest >= head.seq ? [] : [`${after}; give receipts, manifests or certificates as witnesses.`]),
    "Whoever holds the key can write a whole new history; only a witness kept elsewhere tells.",
    "A copy of the folder with its key can spend on its own; only witnesses of both tell.",
    "What was done to the data without dpsynth stands in no ledger.",
  ];
}
