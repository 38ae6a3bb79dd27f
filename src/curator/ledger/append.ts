import { randomInt } from "node:crypto";
import { fault } from "../../base/errors.js";
import { canonicalJson, sha256Hex } from "../../base/hash.js";
import type { LedgerHead } from "../../formats/common.js";
import type { EntryBody, LedgerEntry } from "../../formats/ledger.js";
import { readBudget } from "./budget-file.js";
import { headOf } from "./chain.js";
import { appendDurably, type LedgerIo, type LedgerOptions, nodeIo } from "./io.js";
import { macOf, readKey, requireKey } from "./key.js";
import { type Loaded, loadSound } from "./load.js";
import { withLock } from "./lock.js";
import { type BudgetPaths, budgetPaths } from "./paths.js";
import type { LedgerState } from "./state.js";

/** What an append left behind. `entry` is absent where the body's maker saw nothing to add. */
export interface Appended {
  readonly entry: LedgerEntry | undefined;
  readonly head: LedgerHead;
  /** The state with the entry in it. */
  readonly state: LedgerState;
}

/** An entry to add: as it is, or made from the state it will stand on, and made anew whenever that state has moved. */
export type BodyMaker = EntryBody | ((state: LedgerState, key: Buffer) => EntryBody | undefined);

/**
 * Add one entry: the only way anything is ever written to a ledger. When this returns the entry is on the disk, in its
 * place in the chain. Throws DPS-E404 without the key, DPS-E406 on a broken chain, DPS-E407 on a held lock, DPS-E408
 * where the disk refuses (the entry may then stand in the ledger: a reservation counts as spent).
 */
export async function append(folder: string, dataset: string, body: BodyMaker, options: LedgerOptions = {}): Promise<Appended> {
  const io = options.io ?? nodeIo;
  const paths = budgetPaths(folder, dataset);
  // before the lock: who may not write leaves no lock file either
  requireKey(readKey(io, paths, readBudget(io, paths, dataset)), paths);
  return withLock(paths.lock, options, () => appendWhileLocked(io, paths, dataset, body));
}

/** Races are lost only where the lock failed; each loss means that another writer won. */
const MOST_LOSSES = 100;

function appendWhileLocked(io: LedgerIo, paths: BudgetPaths, dataset: string, body: BodyMaker): Appended {
  for (let losses = 0; losses < MOST_LOSSES; losses += 1) {
    const before = loadSound(io, paths, dataset);
    const key = requireKey(before.key, paths);
    const made = typeof body === "function" ? body(before.state, key) : body;
    if (made === undefined) return { entry: undefined, head: headOf(before.chain), state: before.state };
    const entry = compose(before, made, key);
    const text = canonicalJson(entry);
    // torn text stays, on the same line: whatever this write leaves behind is then one torn line again, however often it fails
    const separator = before.chain.unterminated && before.chain.tornBytes === 0 ? "\n" : "";
    appendDurably(io, paths.ledger, `${separator}${text}\n`);
    const after = loadSound(io, paths, dataset);
    if (after.chain.accepted[entry.seq]?.hash === sha256Hex(text)) return { entry, head: headOf(after.chain), state: after.state };
  }
  throw fault("DPS-E407", paths.ledger, "written by one process at a time", "written by many at once", "Make sure that the folder is on a local file system, and try again.");
}

function compose(before: Loaded, body: EntryBody, key: Buffer): LedgerEntry {
  const { seq, hash } = headOf(before.chain);
  const healed = before.chain.tornBytes > 0 ? { healedBytes: before.chain.tornBytes } : {};
  const fields = { seq: seq + 1, at: instant(), prev: hash, body, ...healed };
  return { ...fields, mac: macOf(key, fields) };
}

/** Now. The digits behind the millisecond are random, so that two writers never make the same line. */
function instant(): string {
  return new Date().toISOString().replace("Z", `${String(randomInt(1_000_000)).padStart(6, "0")}Z`);
}
