import { join } from "node:path";
import { DpsynthError, fault } from "../../base/errors.js";
import type { LedgerHead } from "../../formats/common.js";
import { budgetFile } from "../../formats/ledger.js";
import { append } from "./append.js";
import { type LedgerIo, type LedgerOptions, nodeIo, onDisk, readIfThere } from "./io.js";
import { fingerprintOf, requireKey } from "./key.js";
import { type Loaded, load, loadSound } from "./load.js";
import { withLock } from "./lock.js";
import { budgetPaths } from "./paths.js";
import type { LedgerState } from "./state.js";

/** What became of an attachment. */
export interface Attached {
  readonly version: number;
  /** False where the dataset knew this table already and nothing was written. */
  readonly added: boolean;
  readonly head: LedgerHead;
  /** Sibling budgets that could not be asked, for want of their key. */
  readonly unasked: readonly string[];
}

/**
 * Record a table as a version of the dataset. `digest`: 32 bytes that stand for the multiset of encoded units. Throws
 * DPS-E413 where another budget of the folder knows the table: its rows are charged there.
 */
export async function attachFingerprint(folder: string, dataset: string, digest: Uint8Array, note?: string, options: LedgerOptions = {}): Promise<Attached> {
  requireKeyOf(options.io ?? nodeIo, folder, dataset);
  // one lock for the folder: two datasets must not each find that the other does not know the table yet
  return withLock(join(folder, ".lock"), options, async () => {
    const { knownBy, unasked } = askSiblings(options.io ?? nodeIo, folder, dataset, digest);
    if (knownBy !== undefined) {
      throw fault("DPS-E413", `budget of ${dataset}`, "the first to know this table", `second to the budget of ${knownBy}`, `Charge this table to ${knownBy}: one person's rows have one budget.`);
    }
    return { ...(await attachHere(folder, dataset, digest, note, options)), unasked };
  });
}

/** The version under which the dataset knows a table, undefined where it does not. Needs the key. */
export async function knownFingerprint(folder: string, dataset: string, digest: Uint8Array, options: LedgerOptions = {}): Promise<number | undefined> {
  const { key, state } = requireKeyOf(options.io ?? nodeIo, folder, dataset);
  return versionOf(state, fingerprintOf(key, digest));
}

/** The budgets of a folder that know a table, by their own keys, and those that could not be asked. */
export async function whoKnows(folder: string, digest: Uint8Array, options: LedgerOptions = {}): Promise<{ knownBy: string | undefined; unasked: string[] }> {
  return askSiblings(options.io ?? nodeIo, folder, undefined, digest);
}

async function attachHere(folder: string, dataset: string, digest: Uint8Array, note: string | undefined, options: LedgerOptions): Promise<Omit<Attached, "unasked">> {
  let version = 0;
  const { entry, head } = await append(
    folder,
    dataset,
    (state, key) => {
      const fingerprint = fingerprintOf(key, digest);
      version = versionOf(state, fingerprint) ?? state.versions.length + 1;
      return version <= state.versions.length ? undefined : { kind: "attach", fingerprint, version, ...(note === undefined ? {} : { note }) };
    },
    options,
  );
  return { version, added: entry !== undefined, head };
}

function askSiblings(io: LedgerIo, folder: string, self: string | undefined, digest: Uint8Array): { knownBy: string | undefined; unasked: string[] } {
  const unasked: string[] = [];
  const names = onDisk(folder, "a folder of budgets", () => io.list(folder)).filter((name) => name !== self && !name.startsWith("."));
  for (const name of names.sort()) {
    if (!budgetFile.shape.dataset.safeParse(name).success || readIfThere(io, budgetPaths(folder, name).budget) === undefined) continue;
    const sibling = loadOrNothing(io, folder, name);
    if (sibling?.key !== undefined && versionOf(sibling.state, fingerprintOf(sibling.key, digest)) !== undefined) return { knownBy: name, unasked };
    if (sibling?.key === undefined || sibling.findings.length > 0) unasked.push(name);
  }
  return { knownBy: undefined, unasked };
}

/** A sibling that is broken must not keep this dataset from working: it is named among the unasked. */
function loadOrNothing(io: LedgerIo, folder: string, dataset: string): Loaded | undefined {
  try {
    return load(io, budgetPaths(folder, dataset), dataset);
  } catch (error) {
    if (error instanceof DpsynthError) return undefined;
    throw error;
  }
}

function requireKeyOf(io: LedgerIo, folder: string, dataset: string): Loaded & { key: Buffer } {
  const paths = budgetPaths(folder, dataset);
  const loaded = loadSound(io, paths, dataset);
  return { ...loaded, key: requireKey(loaded.key, paths) };
}

function versionOf(state: LedgerState, fingerprint: string): number | undefined {
  return state.versions.find((v) => v.fingerprint === fingerprint)?.version;
}
